"""Appointments and the staff's calendar."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.common.errors import RuleError, WrongState
from casework.hearings import appointments
from casework.hearings.appointments import Terms
from casework.hearings.models import Appointment
from casework.hearings.services import change
from casework.participants.models import Participant
from casework.staff.models import User
from tests import people
from tests.hearings.conftest import Enter, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(alice: Participant, officer: User, now: datetime) -> Appointment:
    terms = Terms("office_visit", now + timedelta(hours=1), alice.office.timezone, "Room 12")
    return appointments.arrange(alice, terms, by=officer, now=now)


def test_a_visit_is_moved_and_settled_once(
    visit: Appointment, officer: User, now: datetime
) -> None:
    later = Terms("home_visit", now + timedelta(hours=5), visit.timezone, "", "Bring papers")
    moved = appointments.change(visit, later, by=officer, now=now)
    assert (moved.kind, moved.place, moved.note) == ("home_visit", "", "Bring papers")
    with pytest.raises(RuleError, match="not begun"):
        appointments.settle(visit, "not_kept", by=officer, now=now)
    with pytest.raises(RuleError, match="no such result"):
        appointments.settle(visit, "planned", by=officer, now=now)
    then = now + timedelta(hours=6)
    assert appointments.settle(visit, "kept", by=officer, now=then).status == "kept"
    for verb in (lambda: appointments.settle(visit, "cancelled", by=officer, now=then),
                 lambda: appointments.change(visit, later, by=officer, now=then)):  # fmt: skip
        with pytest.raises(WrongState):
            verb()


def test_a_visit_is_still_to_come_when_it_is_arranged_and_may_be_cancelled_before(
    visit: Appointment, alice: Participant, officer: User, now: datetime
) -> None:
    with pytest.raises(RuleError, match="still to come"):
        appointments.arrange(alice, Terms("office_visit", now, visit.timezone), by=officer, now=now)
    assert appointments.settle(visit, "cancelled", by=officer, now=now).status == "cancelled"
    assert not Appointment.objects.to_come(now).exists()


def test_the_database_refuses_a_result_before_the_visit(visit: Appointment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=visit.pk).update(status="not_kept")


def test_arranging_and_settling_over_the_pages(
    alice: Participant, officer: User, stranger: User, now: datetime
) -> None:
    client, outside = browser_of(officer), browser_of(stranger)
    add = reverse("console:add_appointment", args=[alice.public_id])
    sent = {"kind": "office_visit", "day": f"{now.year + 1}-05-04", "at": "14:00", "place": "R 3"}
    assert outside.post(add, sent).status_code == 404
    for day in ("2020-01-01", "0001-01-01", "9999-12-31"):
        refused = client.post(add, sent | {"day": day, "at": "23:59"})
        assert (day, refused.status_code) == (day, 422)
    assert client.post(add, sent).status_code == 302
    made = Appointment.objects.get()
    assert made.starts_at.astimezone(alice.office.timezone).hour == 14
    edit = reverse("console:appointment", args=[made.public_id])
    settle = reverse("console:settle_appointment", args=[made.public_id])
    for url in (edit, settle):
        assert outside.post(url, sent | {"status": "cancelled"}).status_code == 404
    assert 'value="14:00"' in client.get(edit).content.decode()
    assert client.post(edit, sent | {"at": "15:00"}).status_code == 302
    assert client.post(settle, {"status": "cancelled"}).status_code == 302
    made.refresh_from_db()
    assert (made.status, made.changed_by) == ("cancelled", officer)
    file = client.get(
        reverse("admin:participants_participant_change", args=[alice.public_id])
    ).content.decode()
    assert "Arrange an appointment" in file


@pytest.mark.parametrize("view", ["month", "week"])
def test_the_calendar_shows_ones_own_people_only(
    entered: Enter, visit: Appointment, alice: Participant, officer: User, stranger: User,
    now: datetime, view: str,
) -> None:  # fmt: skip
    hearing = entered(starts_at=now + timedelta(minutes=30))
    off = entered(starts_at=now + timedelta(minutes=40), kind="bond")
    change(off, {"cancelled": True}, by=officer, now=now)
    day = now.astimezone(alice.office.timezone).date()
    url = f"{reverse('console:calendar')}?view={view}&day={day}"
    page = browser_of(officer).get(url).content.decode()
    assert alice.full_name in page
    assert reverse("console:hearing", args=[hearing.public_id]) in page
    assert reverse("console:appointment", args=[visit.public_id]) in page
    assert reverse("console:hearing", args=[off.public_id]) not in page
    elsewhere = browser_of(stranger).get(url).content.decode()
    assert alice.family_name not in elsewhere
    assert "No hearing or appointment in this time." in elsewhere


def test_a_full_day_is_counted_and_not_drawn_whole_within_few_queries(
    entered: Enter, officer: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    noon = now.replace(hour=17, minute=0, second=0)
    for minute in range(9):
        entered(of=people.participant(officer), starts_at=noon + timedelta(minutes=minute))
    client = browser_of(officer)
    with django_assert_max_num_queries(15):
        page = client.get(f"{reverse('console:calendar')}?day={noon:%Y-%m-%d}")
    assert page.content.decode().count('class="event"') == 4
    assert "5 more" in page.content.decode()


@pytest.mark.parametrize("day", ["2026-13-01", "soon", "9999-12-31", "0001-01-01"])
def test_what_is_no_day_is_404(officer: User, day: str) -> None:
    client = browser_of(officer)
    for name in ("calendar", "hearings_day"):
        assert client.get(f"{reverse(f'console:{name}')}?day={day}").status_code == 404


@pytest.mark.parametrize("day", ["2027-03-14", "2026-11-01", "2028-02-29", "1990-01-01"])
def test_days_of_clock_changes_and_leap_days_are_drawn(officer: User, day: str) -> None:
    client = browser_of(officer)
    for view in ("month", "week"):
        url = f"{reverse('console:calendar')}?view={view}&day={day}"
        assert client.get(url).status_code == 200
    assert client.get(f"{reverse('console:hearings_day')}?day={day}").status_code == 200
