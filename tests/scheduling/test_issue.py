"""Issuing through the real sweeps: once, with a full window, within allowed hours."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.participants.models import Participant
from checkins import lifecycle, sweeps
from checkins.models import CheckIn
from checkins.plans import PlanTerms, set_plan
from tests import people
from tests.scheduling.days import DAY, HOUR, drawn, ticks, under_supervision, utc

pytestmark = pytest.mark.django_db

NOON = utc(2026, 6, 10, 17)
SECOND = timedelta(seconds=1)
MIDNIGHT = time(23, 59)
NEW_YORK = ZoneInfo("America/New_York")


def one_planned(**terms: object) -> tuple[Participant, CheckIn, datetime]:
    """A participant with one check-in planned, and when."""
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21, **terms)
    sweeps.draw_ahead(NOON)
    row = drawn(person)[0]
    CheckIn.objects.exclude(pk=row.pk).delete()
    assert row.planned_for is not None
    return person, row, row.planned_for


def test_it_is_issued_when_its_time_has_come_and_not_before() -> None:
    _person, row, at = one_planned()
    assert sweeps.issue_due(at - SECOND) == 0
    assert sweeps.issue_due(at + SECOND) == 1
    assert sweeps.issue_due(at + 2 * SECOND) == 0
    row.refresh_from_db()
    assert (row.state, row.issued_at) == ("open", at + SECOND)
    assert row.deadline_at == at + SECOND + 2 * HOUR
    event = row.events.get(to_state="open")
    assert (event.from_state, event.actor_kind, event.at) == ("planned", "system", at + SECOND)


def test_after_an_outage_the_window_is_full_from_the_real_issue() -> None:
    _person, row, at = one_planned(until_hour=MIDNIGHT)
    late = at + timedelta(minutes=50)
    assert sweeps.issue_due(late) == 1
    row.refresh_from_db()
    assert row.deadline_at == late + 2 * HOUR


def test_what_is_later_than_its_window_is_given_up_with_the_reason() -> None:
    person, row, at = one_planned()
    assert sweeps.issue_due(at + 2 * HOUR) == 0
    row.refresh_from_db()
    assert (row.state, row.issued_at) == ("cancelled", None)
    assert row.events.get(to_state="cancelled").reason == "not issued: its time had passed"
    assert not CheckIn.objects.of(person).exists()


def test_nobody_is_asked_at_night_because_a_sweep_was_late() -> None:
    officer = people.officer(people.office())
    for _ in range(12):
        under_supervision(officer, at=NOON, rate_per_week=21, window_minutes=720)
    sweeps.draw_ahead(NOON)
    night = utc(2026, 6, 12, 0, 30)  # 20:30 in New York
    waiting = CheckIn.objects.filter(planned_for__gt=night - 12 * HOUR, planned_for__lte=night)
    assert waiting.count() > 5
    assert sweeps.issue_due(night) == 0
    reasons = set(waiting.filter(state="cancelled").values_list("events__reason", flat=True))
    assert "not issued: its allowed hours were over" in reasons
    assert not CheckIn.objects.issued().exists()


def test_it_waits_while_another_is_open_and_comes_when_that_is_answered() -> None:
    person, row, at = one_planned(until_hour=MIDNIGHT)
    officer = people.officer(person.office)
    other = lifecycle.request_check_in(person, by=officer, reason="moved", now=at - HOUR)
    assert sweeps.issue_due(at) == 0
    lifecycle.withdraw(other, by=officer, reason="called", now=at + timedelta(minutes=10))
    assert sweeps.issue_due(at + timedelta(minutes=11)) == 1
    row.refresh_from_db()
    assert row.deadline_at == at + timedelta(minutes=11) + 2 * HOUR


def test_it_is_given_up_when_another_stays_open_for_its_whole_window() -> None:
    person, row, at = one_planned()
    officer = people.officer(person.office)
    set_window = CheckIn.objects.filter(participant=person)
    lifecycle.request_check_in(person, by=officer, reason="moved", now=at - SECOND)
    set_window.filter(state="open").update(deadline_at=at + DAY)
    assert sweeps.issue_due(at + 2 * HOUR) == 0
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert "another check-in" in row.events.get(to_state="cancelled").reason


def test_a_plan_paused_a_moment_ago_is_heeded() -> None:
    person, row, at = one_planned()
    officer = people.officer(person.office)
    paused = PlanTerms(rate_per_week=21, paused=True)
    set_plan(person, paused, by=officer, now=at - timedelta(minutes=5))
    assert sweeps.issue_due(at) == 0
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_a_person_whose_supervision_ended_is_not_asked() -> None:
    person, row, at = one_planned()
    Participant.objects.filter(pk=person.pk).update(closed_at=at - HOUR)
    assert sweeps.issue_due(at) == 0
    sweeps.draw_ahead(at)
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert row.events.get(to_state="cancelled").reason == "supervision ended"


def test_the_method_is_the_plans_at_the_time_of_asking() -> None:
    person, row, at = one_planned()
    officer = people.officer(person.office)
    terms = PlanTerms(rate_per_week=21, method="choice", window_minutes=60)
    set_plan(person, terms, by=officer, now=at - 10 * SECOND)
    sweeps.issue_due(at)
    row.refresh_from_db()
    assert (row.method, row.deadline_at) == ("choice", at + HOUR)


def test_a_late_issue_keeps_the_gap_to_the_next() -> None:
    person, row, at = one_planned(gap_minutes=30, max_per_day=9, until_hour=MIDNIGHT)
    officer = people.officer(person.office)
    minute = timedelta(minutes=1)
    facts = {"origin": "drawn", "method": "selfie", "liveness": "challenge", "state": "planned"}
    following = CheckIn.objects.create(
        participant=person,
        plan=person.plan,
        created_at=NOON,
        planned_for=at + 31 * minute,
        draw_day=row.draw_day,
        draw_sequence=1999,
        **facts,
    )
    sweeps.issue_due(at + 25 * minute)
    row.refresh_from_db()
    assert row.issued_at == at + 25 * minute
    lifecycle.withdraw(row, by=officer, reason="answered by phone", now=at + 26 * minute)
    assert sweeps.issue_due(at + 54 * minute) == 0
    assert sweeps.issue_due(at + 56 * minute) == 1
    following.refresh_from_db()
    assert following.issued_at == at + 56 * minute


def a_week(person: Participant, start: datetime, days: int) -> list[datetime]:
    """Run the sweeps, each issue in its time; the times of asking."""
    for now in ticks(start, start + days * DAY, 6 * HOUR):
        sweeps.draw_ahead(now)
        soon = CheckIn.objects.filter(state="planned", planned_for__lt=now + 6 * HOUR)
        for at in sorted(set(soon.values_list("planned_for", flat=True))):
            sweeps.issue_due(at + SECOND)
            CheckIn.objects.filter(state="open").update(state="lapsed", decided_at=now)
    issued = CheckIn.objects.filter(participant=person, issued_at__isnull=False)
    return [at for at in issued.values_list("planned_for", flat=True) if at is not None]


@pytest.mark.parametrize(
    "start", [utc(2026, 3, 5, 6), utc(2026, 10, 29, 6), utc(2028, 2, 26, 6)], ids=str
)
def test_local_hours_stay_local_hours(start: datetime) -> None:
    """Over the clock changes of spring and autumn, and over 29 February."""
    officer = people.officer(people.office())
    person = under_supervision(officer, at=start, rate_per_week=21)
    sweeps.turn_keys(start - DAY)
    times = a_week(person, start, 6)
    assert len(times) > 8
    for at in times:
        assert 8 <= at.astimezone(NEW_YORK).hour < 20
    if start.year == 2028:
        assert any(at.astimezone(NEW_YORK).day == 29 for at in times)


def test_who_moves_west_is_asked_in_western_hours_from_then_on() -> None:
    officer = people.officer(people.office())
    people_ = [under_supervision(officer, at=NOON, rate_per_week=21) for _ in range(3)]
    for person in people_:
        a_week(person, NOON, 0)
    a_week(people_[0], NOON, 3)
    move = NOON + 3 * DAY
    Participant.objects.update(timezone="America/Los_Angeles")
    a_week(people_[0], move, 4)
    west = ZoneInfo("America/Los_Angeles")
    after = CheckIn.objects.filter(issued_at__gt=move + timedelta(minutes=30))
    assert after.count() > 15
    for row in after:
        assert row.planned_for is not None
        assert 8 <= row.planned_for.astimezone(west).hour < 20
    assert {person.draw_terms.count() for person in people_} == {2}
    assert not CheckIn.objects.filter(
        state="planned", planned_for__lt=move, draw_sequence__isnull=False
    ).exists()
