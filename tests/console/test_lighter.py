"""The hint that somebody may be ready for lighter supervision: earned, explained, no decision."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.common import clock
from casework.hearings.models import Court
from casework.hearings.results import record_attendance
from casework.hearings.services import enter
from casework.participants.models import Participant, SupervisionTerm
from casework.participants.terms import Wanted, set_term
from casework.staff.models import Office, User
from checkins import lightening
from checkins.lightening_rules import Conduct, may_be_lighter, reasons
from checkins.models import CheckIn
from tests import people
from tests.console.conftest import Browser

NOW = datetime.fromisoformat("2026-06-15T12:00:00+00:00")
GOOD = Conduct("smartphone", 2, NOW - timedelta(weeks=8), 9, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("change", "earned"),
    [
        ({}, True),
        ({"attended": 0}, True),
        ({"technology": "telephonic"}, True),
        ({"technology": "telephonic", "level": 1}, False),
        ({"term_from": NOW - timedelta(weeks=8) + timedelta(seconds=1)}, False),
        ({"accepted": 0}, False),
        ({"adverse": 1}, False),
        ({"absent": 1}, False),
        ({"unrecorded": 1}, False),
    ],
)
def test_what_earns_it(change: dict[str, Any], earned: bool) -> None:
    assert may_be_lighter(replace(GOOD, **change), NOW, 8) is earned
    assert not may_be_lighter(replace(GOOD, **change), NOW, 0), "zero weeks turn it off"


def test_the_reasons_are_plain_words() -> None:
    assert reasons(GOOD, NOW, 8) == [
        "Supervision has not changed for 8 weeks.",
        "In the last 8 weeks: 9 check-ins accepted, none missed, none not accepted.",
        "Was at the hearing in that time.",
    ]
    without = reasons(replace(GOOD, attended=0, accepted=1), NOW, 8)
    assert without[1].startswith("In the last 8 weeks: 1 check-in accepted")
    assert without[2] == "No hearing lay in that time."


def checked_in(person: Participant, state: str, days_ago: int) -> CheckIn:
    at = clock.now() - timedelta(days=days_ago)
    return CheckIn.objects.create(
        participant=person, origin="drawn", method="selfie", liveness="none", state=state,
        created_at=at, issued_at=at, deadline_at=at + timedelta(hours=2), delivered_at=at,
        decided_at=at,
    )  # fmt: skip


def earned_by(officer: User, boss: User, weeks_ago: int = 10, **kw: Any) -> Participant:
    person = people.participant(officer, **kw)
    then = clock.now() - timedelta(weeks=weeks_ago)
    set_term(person, Wanted("smartphone", 2, "On release."), by=boss, now=then)
    checked_in(person, "accepted", 20)
    return person


def names(user: User) -> list[str]:
    return [term.participant.family_name for term, _why in lightening.ready_for(user, clock.now())]


@pytest.fixture
def boss(office: Office) -> User:
    return people.supervisor(office)


@pytest.mark.django_db
def test_the_list_has_those_who_earned_it_and_nobody_else(
    officer: User, boss: User, office: Office
) -> None:
    earned_by(officer, boss, family_name="Ready")
    checked_in(earned_by(officer, boss, family_name="Missed"), "missed", 3)
    checked_in(earned_by(officer, boss, family_name="Refused"), "not_accepted", 3)
    checked_in(earned_by(officer, boss, family_name="LongAgo"), "missed", 58)
    checked_in(earned_by(officer, boss, family_name="Lapsed"), "lapsed", 3)
    earned_by(officer, boss, weeks_ago=7, family_name="TooNew")
    ended = earned_by(officer, boss, family_name="Ended")
    Participant.objects.filter(pk=ended.pk).update(closed_at=clock.now())
    assert sorted(names(officer)) == sorted(names(boss)) == ["Lapsed", "LongAgo", "Ready"]
    assert names(people.officer(office)) == []
    assert names(people.supervisor(people.office())) == []
    assert names(people.administrator()) == []
    assert len(names(people.administrator(offices=[office]))) == 3


@pytest.mark.django_db
def test_a_hearing_counts_once_somebody_recorded_who_was_there(officer: User, boss: User) -> None:
    person = earned_by(officer, boss)
    now = clock.now()
    starts_at = now - timedelta(days=5)
    terms = {"court": Court.objects.create(name="Court"), "starts_at": starts_at}
    hearing = enter(person, terms, by=officer, now=starts_at - timedelta(days=9))
    assert lightening.reasons_for(person, now) == []
    record_attendance(hearing, "absent", by=officer, now=now)
    assert lightening.reasons_for(person, now) == []
    record_attendance(hearing, "attended", by=officer, now=now)
    assert "Was at the hearing in that time." in lightening.reasons_for(person, now)


@pytest.mark.django_db
def test_the_pages_say_why_and_change_nothing(
    browser_of: Browser, officer: User, boss: User
) -> None:
    person = earned_by(officer, boss, family_name="Ready")
    missed = earned_by(officer, boss)
    checked_in(missed, "missed", 3)
    desk = browser_of(officer)
    page = desk.get("/staff/lighter/").content.decode()
    assert "Ready" in page
    assert "1 check-in accepted, none missed" in page
    form = desk.get(f"/staff/people/{person.public_id}/supervision/").content.decode()
    assert "May be ready for lighter supervision" in form
    other = desk.get(f"/staff/people/{missed.public_id}/supervision/").content.decode()
    assert "May be ready" not in other
    assert SupervisionTerm.objects.count() == 2, "only a person sets a term"
    sent = {"technology": "smartphone", "level": 1, "reason": "Earned."}
    desk.post(f"/staff/people/{person.public_id}/supervision/", sent)
    assert person.terms.get(until_at=None).step == "down"
    assert "Ready" not in desk.get("/staff/lighter/").content.decode()


@pytest.mark.django_db
def test_the_program_says_how_long_it_takes(officer: User, boss: User, settings: Any) -> None:
    earned_by(officer, boss)
    settings.LIGHTER_AFTER_WEEKS = 12
    assert names(officer) == []
    settings.LIGHTER_AFTER_WEEKS = 10
    assert len(names(officer)) == 1
    settings.LIGHTER_AFTER_WEEKS = 0
    assert names(officer) == []


@pytest.mark.django_db
def test_the_list_keeps_the_budget_and_does_not_grow(
    browser_of: Browser, officer: User, boss: User
) -> None:
    desk, asked = browser_of(officer), []
    desk.get("/staff/lighter/")
    for more in (1, 5):
        for _person in range(more):
            earned_by(officer, boss)
        with CaptureQueriesContext(connection) as made:
            assert desk.get("/staff/lighter/").status_code == 200
        asked.append(len(made))
    assert asked[0] == asked[1] <= 15
