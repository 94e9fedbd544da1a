"""Notices about appointments: new, moved and cancelled ones, reminders, and what pages say."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from casework.audit.models import Entry
from casework.hearings import appointments, telling_visits
from casework.hearings.appointments import Terms
from casework.hearings.models import Appointment
from casework.notices.models import Notice
from casework.notices.registry import Reading, kind_named
from casework.participants.models import Participant
from casework.staff.models import User
from tests import people
from tests.hearings.conftest import browser_of
from tests.portal.conftest import browser_of as phone_of

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def terms(at: datetime, place: str = "Room 12", note: str = "") -> Terms:
    return Terms("office_visit", at, ZoneInfo("America/New_York"), place, note)


@pytest.fixture
def visit(alice: Participant, officer: User, now: datetime) -> Appointment:
    """In three days."""
    return appointments.arrange(alice, terms(now + 3 * DAY), by=officer, now=now)


def under_way(kind: str) -> list[str]:
    rows = Notice.objects.under_way().filter(kind=kind).order_by("pk")
    return [row.variant.split()[0] for row in rows]


def changes() -> list[str]:
    return under_way(telling_visits.CHANGED)


def reminders() -> list[str]:
    return under_way(telling_visits.REMINDER)


def test_a_new_a_moved_and_a_cancelled_one_are_told_and_the_last_word_alone_is_sent(
    visit: Appointment, alice: Participant, officer: User, now: datetime
) -> None:
    told = Notice.objects.get()
    assert (told.participant, told.subject_id) == (alice, visit.public_id)
    assert changes() == ["arranged"]
    appointments.change(visit, terms(now + 4 * DAY), by=officer, now=now + MINUTE)
    assert changes() == ["moved"]
    appointments.change(visit, terms(now + 4 * DAY, "Room 9"), by=officer, now=now + 2 * MINUTE)
    assert changes() == ["changed"]
    appointments.settle(visit, "cancelled", by=officer, now=now + 3 * MINUTE)
    assert changes() == ["cancelled"]
    assert visit.public_id in telling_visits.changes_to_tell([visit.public_id], now)
    assert Notice.objects.filter(outcome="cancelled").count() == 3


def test_a_note_for_staff_and_what_is_over_are_told_to_nobody(
    visit: Appointment, officer: User, now: datetime
) -> None:
    appointments.change(visit, terms(visit.starts_at, note="Keys"), by=officer, now=now + MINUTE)
    assert changes() == ["arranged"]
    appointments.settle(visit, "cancelled", by=officer, now=now + 4 * DAY)
    assert changes() == []
    assert telling_visits.changes_to_tell([visit.public_id], now + 4 * DAY) == {}


def test_a_result_takes_out_what_still_waits(
    visit: Appointment, officer: User, now: datetime
) -> None:
    appointments.settle(visit, "not_kept", by=officer, now=now + 3 * DAY + MINUTE)
    assert changes() == []


def test_reminders_come_a_day_and_two_hours_before_each_once(
    visit: Appointment, now: datetime
) -> None:
    for hours in range(3 * 24 + 2):
        for _sweep in range(2):
            telling_visits.remind(now + timedelta(hours=hours))
        if hours == 3 * 24 - 3:
            assert reminders() == ["1d"]
    assert reminders() == ["1d", "2h"]


def test_one_that_was_told_within_the_day_is_not_repeated_at_once(
    alice: Participant, officer: User, now: datetime
) -> None:
    appointments.arrange(alice, terms(now + timedelta(hours=5)), by=officer, now=now)
    assert telling_visits.remind(now + MINUTE) == 0
    assert telling_visits.remind(now + timedelta(hours=3, minutes=1)) == 1
    assert reminders() == ["2h"]


def test_a_moved_one_is_reminded_of_anew_a_cancelled_one_and_a_closed_file_are_not(
    visit: Appointment, alice: Participant, officer: User, now: datetime
) -> None:
    then = now + 2 * DAY + MINUTE
    assert telling_visits.remind(then) == 1
    appointments.change(visit, terms(then + 5 * DAY), by=officer, now=then)
    assert reminders() == []
    later = then + 4 * DAY + MINUTE
    assert telling_visits.remind(later) == 1
    appointments.settle(visit, "cancelled", by=officer, now=later)
    assert reminders() == []
    assert telling_visits.remind(later) == 0
    assert telling_visits.visits_to_remind_of([visit.public_id], later) == {}
    appointments.arrange(alice, terms(later + 2 * DAY), by=officer, now=later)
    Participant.objects.filter(pk=alice.pk).update(closed_at=later)
    assert telling_visits.remind(later + DAY + MINUTE) == 0


def test_who_sees_the_phone_reads_neither_the_place_nor_the_reason(
    visit: Appointment, now: datetime
) -> None:
    zone = ZoneInfo("America/New_York")
    for kind, facts in (
        (telling_visits.CHANGED, {}),
        (telling_visits.REMINDER,
         telling_visits.visits_to_remind_of([visit.public_id], now)[visit.public_id]),
    ):  # fmt: skip
        reading = Reading(visit.public_id, "1d", facts, zone, now)
        said = kind_named(kind).render(reading)
        assert said.path == "/hearings/"
        assert "Room 12" not in said.text
        with translation.override("es"):
            assert kind_named(kind).render(reading).text != said.text


@pytest.mark.parametrize("address", ["/home/", "/hearings/"])
def test_the_pages_show_what_has_changed(
    visit: Appointment, alice: Participant, officer: User, now: datetime, address: str
) -> None:
    phone = phone_of(alice, officer)
    assert "You have a new appointment" in phone.get(address).content.decode()
    appointments.change(visit, terms(now + 20 * DAY), by=officer, now=now + MINUTE)
    page = phone.get(address).content.decode()
    assert "Your appointment has changed" in page
    assert "Before: <del>" in page
    assert "You have a new appointment" not in page
    appointments.settle(visit, "cancelled", by=officer, now=now + 2 * MINUTE)
    page = phone.get(address).content.decode()
    assert "Your appointment is cancelled" in page
    assert "has changed" not in page
    stranger = people.participant(officer)
    assert "is cancelled" not in phone_of(stranger, officer).get(address).content.decode()


def test_i_have_seen_this_takes_it_away_stops_the_message_and_stands_in_the_file(
    visit: Appointment, alice: Participant, officer: User, now: datetime
) -> None:
    phone = phone_of(alice, officer)
    press = reverse("portal:visit_seen", args=[visit.public_id])
    assert press in phone.get("/home/").content.decode()
    old = telling_visits.news(alice, now)[0].version
    appointments.change(visit, terms(now + 4 * DAY), by=officer, now=now + MINUTE)
    phone.post(press, {"version": old})
    [moved] = telling_visits.news(alice, now)
    assert moved.what == "moved", "a newer change stays to be seen"
    stranger = phone_of(people.participant(officer), officer)
    assert stranger.post(press, {"version": moved.version}).status_code == 404
    assert phone.get(press).status_code == 405
    assert telling_visits.news(alice, now)
    for _press in range(2):
        assert phone.post(press, {"version": moved.version})["Location"] == "/home/"
    assert "Your appointment has changed" not in phone.get("/home/").content.decode()
    assert changes() == []
    assert Entry.objects.filter(verb="acknowledged an appointment").count() == 1
    assert telling_visits.with_told(Appointment.objects.all()).get().seen
    appointments.change(visit, terms(now + 5 * DAY), by=officer, now=now + 2 * MINUTE)
    assert not telling_visits.with_told(Appointment.objects.all()).get().seen


def test_what_is_over_is_news_no_more(
    visit: Appointment, alice: Participant, now: datetime
) -> None:
    assert telling_visits.news(alice, visit.starts_at - MINUTE)
    assert telling_visits.news(alice, visit.starts_at) == []


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("delivered", "A message about it reached the person."),
        ("sent", "nothing shows that it arrived"),
        ("failed", "Nothing shows that the person was told"),
    ],
)
def test_staff_read_beside_not_kept_whether_the_person_was_told(
    visit: Appointment, alice: Participant, officer: User, now: datetime, outcome: str, said: str
) -> None:
    Notice.objects.update(outcome=outcome, next_at=None, settled_at=now)
    Appointment.objects.update(starts_at=now - DAY)
    file = reverse("admin:participants_participant_change", args=[alice.public_id])
    page = browser_of(officer).get(file).content.decode()
    assert said in page
    assert 'value="not_kept"' in page


def test_a_message_about_an_earlier_time_does_not_count_as_told(
    visit: Appointment, officer: User, now: datetime
) -> None:
    Notice.objects.update(outcome="delivered", next_at=None, settled_at=now)
    assert telling_visits.with_told(Appointment.objects.all()).get().told
    appointments.change(visit, terms(now + 2 * DAY), by=officer, now=now + MINUTE)
    assert not telling_visits.with_told(Appointment.objects.all()).get().told
