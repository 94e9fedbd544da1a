"""Calendar feeds: who may read them, what they show, and what a calendar program relies on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from casework.hearings import appointments, feeds
from casework.hearings.models import CalendarFeed, Court, Hearing
from casework.hearings.services import change
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.logs import hide_personal
from tests import people
from tests.hearings.conftest import Enter, browser_of
from tests.portal.conftest import browser_of as phone_of

pytestmark = pytest.mark.django_db


def events_of(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def read(key: str, **headers: str) -> Any:
    return Client().get(f"/calendar/{key}.ics", headers=headers)


def test_a_participants_feed_names_the_court_in_the_courts_zone(
    entered: Enter, alice: Participant, court: Court, now: datetime
) -> None:
    hearing = entered(room="7", judge="A. Judge")
    answer = read(feeds.make(alice, now=now))
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = events_of(answer.content)
    assert event["UID"] == f"hearing-{hearing.public_id}@smartlink"
    assert event["DTSTART"].params["TZID"] == "America/Los_Angeles"
    assert event.decoded("DTSTART") == hearing.starts_at
    assert court.name in event["LOCATION"]
    assert "1-800-898-7180" in event["DESCRIPTION"]
    zones = list(Calendar.from_ical(answer.content).walk("VTIMEZONE"))
    assert [str(zone["TZID"]) for zone in zones] == ["America/Los_Angeles"]
    text = answer.content.decode()
    for secret in (alice.family_name, alice.given_name, alice.a_number, "A. Judge"):
        assert secret not in text


@pytest.mark.parametrize("month", [1, 7])
def test_summer_and_winter_keep_the_time_on_the_wall(
    entered: Enter, alice: Participant, court: Court, now: datetime, month: int
) -> None:
    at = datetime(now.year + 1, month, 12, 9, 30, tzinfo=court.timezone)
    entered(starts_at=at)
    (event,) = events_of(read(feeds.make(alice, now=now)).content)
    local = event.decoded("DTSTART")
    assert (local.hour, local.minute) == (9, 30)
    assert local == at


def test_an_officers_feed_shows_initials_and_three_digits(
    entered: Enter, alice: Participant, officer: User, now: datetime
) -> None:
    entered()
    entered(of=people.participant(people.officer(people.office())))
    appointments.arrange(
        alice,
        appointments.Terms("home_visit", now + timedelta(days=1), alice.timezone, "1 Home Street"),
        by=officer,
        now=now,
    )
    content = read(feeds.make(officer, now=now)).content
    summaries = sorted(str(event["SUMMARY"]) for event in events_of(content))
    who = f"A.N. …{alice.a_number[-3:]}"
    assert summaries == [f"Home visit · {who}", f"Master calendar hearing · {who}"]
    text = content.decode()
    for secret in (alice.family_name, alice.a_number, "Home Street"):
        assert secret not in text


def test_a_moved_date_keeps_its_uid_and_counts_up_and_a_cancelled_one_is_crossed_out(
    entered: Enter, alice: Participant, officer: User, now: datetime
) -> None:
    hearing, key = entered(), feeds.make(alice, now=now)
    (first,) = events_of(read(key).content)
    change(hearing, {"starts_at": now + timedelta(days=20)}, by=officer, now=now)
    (second,) = events_of(read(key).content)
    change(hearing, {"cancelled": True}, by=officer, now=now)
    (third,) = events_of(read(key).content)
    assert first["UID"] == second["UID"] == third["UID"]
    assert [event["SEQUENCE"] for event in (first, second, third)] == [0, 1, 2]
    assert second.decoded("DTSTART") == now + timedelta(days=20)
    assert [event["STATUS"] for event in (first, third)] == ["CONFIRMED", "CANCELLED"]
    assert third["SUMMARY"].startswith("Cancelled: ")


def test_what_has_not_changed_is_not_sent_again(
    entered: Enter, alice: Participant, officer: User, now: datetime
) -> None:
    hearing, key = entered(), feeds.make(alice, now=now)
    tag = read(key)["ETag"]
    again = read(key, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    change(hearing, {"room": "9"}, by=officer, now=now)
    fresh = read(key, **{"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh["ETag"] != tag


def test_a_new_link_ends_the_old_one_and_turned_off_none_works(
    alice: Participant, officer: User, now: datetime
) -> None:
    first = feeds.make(alice, now=now)
    second = feeds.make(alice, now=now)
    assert [read(key).status_code for key in (first, second)] == [404, 200]
    feeds.revoke(alice, now=now)
    assert read(second).status_code == 404
    assert read("cal_guess").status_code == 404
    assert not feeds.revoke(alice, now=now)
    row = CalendarFeed.objects.first()
    assert row is not None
    assert first not in str(vars(row)), "only the digest is kept"
    own = feeds.make(officer, now=now)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert read(own).status_code == 404
    last = feeds.make(alice, now=now)
    Participant.objects.filter(pk=alice.pk).update(closed_at=now)
    assert read(last).status_code == 404


def test_the_link_is_in_no_log() -> None:
    assert "cal_secret" not in hide_personal("GET /calendar/cal_secret-key_1.ics")


def test_a_participant_makes_and_ends_the_link_and_sees_it_once(
    alice: Participant, officer: User
) -> None:
    phone = phone_of(alice, officer)
    page = phone.post("/hearings/link/", {"act": "make"})
    assert page.context["link"] in page.content.decode()
    key = page.context["link"].rsplit("/", 1)[1].removesuffix(".ics")
    assert read(key).status_code == 200
    later = phone.get("/hearings/").content.decode()
    assert key not in later
    assert "Make a new link" in later
    phone.post("/hearings/link/", {"act": "off"})
    assert read(key).status_code == 404


def test_an_officer_makes_and_ends_the_own_link(officer: User) -> None:
    client = browser_of(officer)
    url, calendar = reverse("console:calendar_link"), reverse("console:calendar")
    assert client.get(url).status_code == 405
    assert client.post(url)["Location"] == calendar
    link = client.get(calendar).context["link"]
    key = link.rsplit("/", 1)[1].removesuffix(".ics")
    assert read(key).status_code == 200
    assert key not in client.get(calendar).content.decode(), "shown once"
    client.post(url, {"act": "off"})
    assert read(key).status_code == 404


def test_one_hearing_as_a_file_in_the_persons_language(entered: Enter, officer: User) -> None:
    person = people.participant(officer, language="es")
    hearing = entered(of=person)
    phone = phone_of(person, officer)
    answer = phone.get(f"/hearings/{hearing.public_id}/hearing.ics")
    assert "attachment" in answer["Content-Disposition"]
    (event,) = events_of(answer.content)
    assert str(event["SUMMARY"]).startswith("Audiencia")
    assert Hearing.objects.count() == 1
