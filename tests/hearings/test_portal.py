"""What the participant sees: changes first and to be acknowledged, all dates, both of a dispute."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.hearings import appointments
from casework.hearings.models import ChangeNotice
from casework.hearings.results import record_attendance
from casework.hearings.services import change
from casework.participants.models import Participant
from casework.staff.models import User
from tests import people
from tests.hearings.conftest import Enter, browser_of
from tests.portal.conftest import browser_of as phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(alice: Participant, officer: User) -> Client:
    return phone_of(alice, officer)


def test_home_asks_first_to_look_at_what_has_changed(
    phone: Client, entered: Enter, officer: User, now: datetime
) -> None:
    hearing = entered()
    assert "You have a new hearing date" in phone.get("/home/").content.decode()
    change(hearing, {"starts_at": now + timedelta(days=20)}, by=officer, now=now)
    page = phone.get("/home/").content.decode()
    assert "Your hearing has changed" in page
    assert "You have a new hearing date" not in page, "the latest change only"
    assert "Nothing to do now" not in page
    assert page.index("To do now</h1>") < page.index("Your hearing has changed")
    assert "Before: <del>" in page
    notice = ChangeNotice.objects.get(replaced_at=None)
    press = reverse("portal:hearing_seen", args=[notice.public_id])
    assert press in page
    assert phone.get(press).status_code == 405, "reading a link acknowledges nothing"
    for _press in range(2):
        assert phone.post(press)["Location"] == "/home/"
    notice.refresh_from_db()
    assert notice.acknowledged_at is not None
    assert Entry.objects.filter(verb="acknowledged a hearing").count() == 1
    seen = phone.get("/home/").content.decode()
    assert "Your hearing has changed" not in seen
    assert "Nothing to do now" in seen


def test_a_cancelled_date_does_not_tell_anybody_to_stay_away(
    phone: Client, entered: Enter, officer: User, now: datetime
) -> None:
    hearing = entered()
    change(hearing, {"cancelled": True}, by=officer, now=now)
    page = phone.get("/home/").content.decode()
    assert "Your hearing is cancelled" in page
    assert "Before you stay away, confirm it" in page
    assert 'href="tel:18008987180"' in page
    assert "We have no hearing date for you" in page


def test_nobody_acknowledges_for_somebody_else(
    entered: Enter, officer: User, stranger: User
) -> None:
    entered()
    notice = ChangeNotice.objects.get()
    press = reverse("portal:hearing_seen", args=[notice.public_id])
    bob = phone_of(people.participant(officer), officer)
    assert bob.post(press).status_code == 404
    assert Client().post(press)["Location"].startswith("/?next=")
    assert browser_of(officer).post(press)["Location"].startswith("/?next="), (
        "staff are nobody here"
    )
    notice.refresh_from_db()
    assert notice.acknowledged_at is None


def test_both_dates_of_a_dispute_are_shown_with_the_hotline(
    phone: Client, entered: Enter, now: datetime
) -> None:
    entered(source="court_notice")
    entered(source="import", starts_at=now + timedelta(days=15))
    page = phone.get("/hearings/").content.decode()
    assert page.count("We were told different dates") == 2
    assert "We were told different dates" in phone.get("/home/").content.decode()


def test_all_dates_with_map_link_and_what_was_recorded(
    phone: Client, entered: Enter, officer: User, alice: Participant, now: datetime
) -> None:
    link = "https://court.example/9"
    entered(mode="video", video_url=link)
    entered(starts_at=now + timedelta(days=20), source="participant")
    past = entered(starts_at=now - timedelta(days=3))
    record_attendance(past, "attended", by=officer, now=now)
    off = entered(starts_at=now + timedelta(days=30), kind="bond")
    change(off, {"cancelled": True}, by=officer, now=now)
    terms = appointments.Terms(
        "office_visit", now + timedelta(days=2), alice.office.timezone, "Room 12"
    )
    appointments.arrange(alice, terms, by=officer, now=now)
    page = phone.get("/hearings/").content.decode()
    for said in (link, "google.com/maps", "Attended", "Cancelled", "Room 12", "Office visit",
                 "It is not confirmed yet", "Bond redetermination"):  # fmt: skip
        assert said in page, said
    assert "Room 12" in phone.get("/home/").content.decode()


@pytest.mark.parametrize(
    ("mode", "link", "said"),
    [
        ("video", "", "We have no link for it yet."),
        ("telephone", "", "We have no phone number for it."),
        ("video", "https://court.example/9", ""),
        ("in_person", "", ""),
    ],
)
def test_who_cannot_go_in_from_the_page_is_told_whom_to_ask(
    phone: Client, entered: Enter, mode: str, link: str, said: str
) -> None:
    entered(mode=mode, video_url=link)
    for where in ("/home/", "/hearings/"):
        page = phone.get(where).content.decode()
        assert page.count("Ask your office, or the court's hotline") == bool(said)
        assert said in page


@pytest.mark.parametrize(
    ("room", "said"),
    [("Courtroom 22", ">Courtroom 22<"), ("12", ">room 12<"), ("3B", ">room 3B<"),
     ("Sala 3", ">Sala 3<")],
)  # fmt: skip
def test_a_room_is_named_once(phone: Client, entered: Enter, room: str, said: str) -> None:
    entered(mode="in_person", room=room)
    assert phone.get("/home/").content.decode().count(said) == 2, "as news and as the next hearing"


def test_strangers_dates_are_not_there(
    phone: Client, entered: Enter, officer: User, now: datetime
) -> None:
    bob = people.participant(officer)
    theirs = entered(of=bob, room="Room of Bob")
    appointments.arrange(
        bob,
        appointments.Terms("home_visit", now + timedelta(days=1), bob.timezone, "Bob's street"),
        by=officer,
        now=now,
    )
    for page in ("/home/", "/hearings/"):
        shown = phone.get(page).content.decode()
        assert "Room of Bob" not in shown
        assert "Bob's street" not in shown
    assert phone.get(f"/hearings/{theirs.public_id}/hearing.ics").status_code == 404


def test_a_date_that_is_over_is_asked_about_no_more(
    phone: Client, entered: Enter, now: datetime
) -> None:
    entered(starts_at=now + timedelta(minutes=1), now=now - timedelta(days=3))
    assert "You have a new hearing date" in phone.get("/home/").content.decode()
    with clock.shifted(timedelta(hours=1)):
        assert "You have a new hearing date" not in phone.get("/home/").content.decode()


def test_the_hotline_reads_the_right_way_round_in_arabic(entered: Enter, officer: User) -> None:
    """Between Arabic letters a number with dashes would be turned round, group by group."""
    person = people.participant(officer, language="ar")
    entered(of=person)
    page = phone_of(person, officer).get("/hearings/").content.decode()
    numbers = page.count("1-800-898-7180")
    assert numbers
    assert page.count("\u20661-800-898-7180\u2069") + page.count('ltr">1-800-898-7180') == numbers


@pytest.mark.parametrize(
    ("language", "said", "direction"),
    [("ar", "لقد اطلعت على هذا", "rtl"), ("es", "Ya vi esto", "ltr"), ("ht", "Mwen wè sa", "ltr")],
)
def test_changes_are_told_in_the_persons_language(
    entered: Enter, officer: User, language: str, said: str, direction: str
) -> None:
    person = people.participant(officer, language=language)
    entered(of=person)
    page = phone_of(person, officer).get("/home/").content.decode()
    assert said in page
    assert f'dir="{direction}"' in page
