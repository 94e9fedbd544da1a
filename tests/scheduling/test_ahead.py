"""Keys, terms and drawing ahead, through the real sweeps with a moved clock."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.hearings.models import Court, Hearing
from checkins import sweeps
from checkins.draw import commitment
from checkins.models import CheckIn, DrawKey, DrawTerms
from checkins.plans import PlanTerms, set_plan
from checkins.scheduling import keys
from tests import people
from tests.scheduling.days import (
    DAY,
    HOUR,
    drawn,
    known_keys,
    run_all,
    ticks,
    under_supervision,
    utc,
)

pytestmark = pytest.mark.django_db

NOON = utc(2026, 6, 10, 17)


def test_keys_are_committed_to_days_ahead_and_shown_when_their_day_is_over_everywhere() -> None:
    sweeps.turn_keys(NOON)
    row = DrawKey.objects.get(day=date(2026, 6, 12))
    assert row.published_at == NOON
    assert row.revealed_key == ""
    assert keys.secret(row) not in bytes(row.sealed)
    sweeps.turn_keys(utc(2026, 6, 13, 13, 59))
    row.refresh_from_db()
    assert row.revealed_at is None
    sweeps.turn_keys(utc(2026, 6, 13, 14))
    row.refresh_from_db()
    assert commitment(bytes.fromhex(row.revealed_key)) == row.sha256
    assert not DrawKey.objects.filter(day__gte=date(2026, 6, 13)).exclude(revealed_key="").exists()


def test_a_key_once_made_stays() -> None:
    sweeps.turn_keys(NOON)
    before = dict(DrawKey.objects.values_list("day", "sha256"))
    assert len(before) == 8
    assert sweeps.turn_keys(NOON) == 0
    sweeps.turn_keys(NOON + DAY)
    assert before.items() <= dict(DrawKey.objects.values_list("day", "sha256")).items()


def test_a_key_is_never_made_for_a_day_that_has_begun_where_it_counts() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    assert not DrawKey.objects.filter(day__lte=date(2026, 6, 10)).exists()
    assert {row.draw_day for row in drawn(person)} <= {date(2026, 6, 11)}


def test_drawing_again_changes_nothing() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    sweeps.draw_ahead(NOON + DAY)
    first = [(row.pk, row.planned_for) for row in drawn(person)]
    assert first
    assert sweeps.draw_ahead(NOON + DAY) == 0
    DrawTerms.objects.update(drawn_through=date(2026, 6, 9), last_drawn_at=None)
    sweeps.draw_ahead(NOON + DAY)
    assert [(row.pk, row.planned_for) for row in drawn(person)] == first


def test_each_planned_check_in_has_its_event_and_no_window_yet() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    row = drawn(person)[0]
    assert (row.state, row.origin, row.issued_at, row.deadline_at) == (
        "planned",
        "drawn",
        None,
        None,
    )
    event = row.events.get()
    assert (event.from_state, event.to_state, event.actor_kind) == ("", "planned", "system")


def test_nobody_is_shown_a_planned_time() -> None:
    office = people.office()
    officer, boss = people.officer(office), people.administrator()
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    assert drawn(person)
    for who in (officer, boss):
        assert not CheckIn.objects.visible_to(who).exists()
    assert not CheckIn.objects.of(person).exists()


@pytest.mark.parametrize("why", ["no sign-in", "paused", "closed", "rate of nothing"])
def test_who_is_not_to_be_asked_is_not_drawn(why: str) -> None:
    officer = people.officer(people.office())
    if why == "no sign-in":
        person = people.participant(officer)
        set_plan(person, PlanTerms(rate_per_week=21), by=officer, now=NOON)
    else:
        rate = 0 if why == "rate of nothing" else 21
        person = under_supervision(officer, at=NOON, rate_per_week=rate, paused=why == "paused")
    if why == "closed":
        person.closed_at = NOON
        person.save()
    for now in ticks(NOON, NOON + 4 * DAY, DAY):
        sweeps.draw_ahead(now)
    assert not CheckIn.objects.exists()


def test_a_plan_that_ends_is_drawn_to_its_end() -> None:
    officer = people.officer(people.office())
    person = under_supervision(
        officer,
        at=NOON,
        rate_per_week=21,
        starts_on=date(2026, 6, 12),
        ends_on=date(2026, 6, 13),
    )
    for now in ticks(NOON, NOON + 6 * DAY, DAY):
        sweeps.draw_ahead(now)
    assert {row.draw_day for row in drawn(person)} == {date(2026, 6, 12), date(2026, 6, 13)}


def test_a_change_of_plan_voids_what_was_planned_and_draws_anew() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    for now in (NOON, NOON + DAY):
        sweeps.draw_ahead(now)
    old = {row.pk for row in drawn(person)}
    change = utc(2026, 6, 11, 17)
    work = [{"kind": "work", "days": [0, 1, 2, 3, 4, 5, 6], "from": "12:00", "until": "18:00"}]
    set_plan(person, PlanTerms(rate_per_week=14, exclusions=work), by=officer, now=change)
    sweeps.draw_ahead(change + timedelta(seconds=5))
    new = drawn(person)
    void = CheckIn.objects.filter(pk__in=old).exclude(pk__in=[row.pk for row in new])
    assert void
    for row in void:
        assert row.planned_for is not None
        assert row.planned_for >= change
        assert row.state == "cancelled"
        assert row.events.get(to_state="cancelled").reason == "plan changed"
    for row in new:
        assert row.planned_for is not None
        if row.planned_for >= change:
            hour = row.planned_for.astimezone(ZoneInfo("America/New_York")).hour
            assert hour < 12 or hour >= 18
            assert row.draw_sequence is not None
            assert row.draw_sequence // 1000 == 2


def test_a_change_that_does_not_touch_the_timing_redraws_nothing() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    before = [row.pk for row in drawn(person)]
    terms = PlanTerms(rate_per_week=21, method="choice", window_minutes=240)
    set_plan(person, terms, by=officer, now=NOON + HOUR)
    sweeps.draw_ahead(NOON + 2 * HOUR)
    assert [row.pk for row in drawn(person)] == before
    assert person.draw_terms.count() == 1


def test_a_pause_withdraws_what_was_planned_and_its_end_begins_anew() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    assert drawn(person)
    set_plan(
        person,
        PlanTerms(rate_per_week=21, paused=True),
        by=officer,
        now=NOON + timedelta(minutes=1),
    )
    sweeps.draw_ahead(NOON + HOUR)
    assert not drawn(person)
    assert set(CheckIn.objects.values_list("state", flat=True)) == {"cancelled"}
    back = NOON + 30 * DAY
    set_plan(person, PlanTerms(rate_per_week=21), by=officer, now=back)
    known_keys(back)
    sweeps.draw_ahead(back)
    assert drawn(person)
    assert person.draw_terms.get(until_at=None).quiet_since == date(2026, 7, 10)


def test_a_hearing_keeps_its_two_hours_free_before_and_after() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=21, max_per_day=8, gap_minutes=30)
    court = Court.objects.create(name="A court")
    at = utc(2026, 6, 12, 16)
    hearing = Hearing.objects.create(case=person.cases.get(), court=court, starts_at=at)
    for now in ticks(NOON, NOON + 3 * DAY, 12 * HOUR):
        run_all(now)
    terms = person.draw_terms.get(until_at=None)
    assert len(terms.blackouts) == 1
    planned = [row.planned_for for row in drawn(person) if row.planned_for]
    assert not [time for time in planned if abs(time - at) < 2 * HOUR]
    moved = at + 26 * HOUR
    Hearing.objects.filter(pk=hearing.pk).update(starts_at=moved)
    sweeps.draw_ahead(utc(2026, 6, 11, 18))
    sweeps.draw_ahead(utc(2026, 6, 12, 18))
    assert person.draw_terms.count() >= 2
    planned = [row.planned_for for row in drawn(person) if row.planned_for]
    assert not [time for time in planned if abs(time - moved) < 2 * HOUR]


def test_the_silence_counts_on_across_a_change_of_plan() -> None:
    officer = people.officer(people.office())
    person = under_supervision(officer, at=NOON, rate_per_week=2)
    run_all(NOON)
    first = person.draw_terms.get()
    set_plan(person, PlanTerms(rate_per_week=3), by=officer, now=NOON + 3 * HOUR)
    sweeps.draw_ahead(NOON + 3 * HOUR)
    second = person.draw_terms.get(until_at=None)
    assert second.number == 2
    assert second.quiet_since == first.quiet_since
    assert first.participant == second.participant
