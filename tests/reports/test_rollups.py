"""Kept cells: whatever happens and whenever, the figures are those of the raw rows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from casework.common import clock
from casework.participants.models import Participant
from checkins import lifecycle
from checkins.models import CheckIn
from smartlink.reports import cells, queries, rollups
from smartlink.reports.asking import log_mark
from smartlink.reports.models import KeptCell, KeptDay, LogMark
from smartlink.reports.periods import Period
from smartlink.reports.queries import Group, figures_by
from smartlink.reports.questions import Question
from tests.reports.test_recount import PROPERTY, assert_agrees, undone
from tests.reports.worlds import Told, World, told

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, tzinfo=UTC)
YEAR = Period(date(2026, 2, 27), date(2026, 11, 3))
GROUPS = ("all", "month", "office", "officer", "language", "origin", "region", "technology")


def raw_source(question: Question, wanted: Iterable[str]) -> cells.SQL:
    sql, values = cells.cells(question)
    times = "NULL::int[] AS response_times, NULL::int[] AS review_times"
    each = (f",\ncell_{name} AS (SELECT *, {times} FROM fresh)" for name in wanted)
    return sql + "".join(each), values


def without_rollups(question: Question) -> dict[str, list[Group]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries.rollups, "source", raw_source)
        return figures_by(question, *GROUPS)


def keep_all(at: datetime) -> None:
    """Twice: a day is kept once its log has been quiet for five minutes."""
    for minutes in (0, 6):
        while rollups.roll_up(at + timedelta(minutes=minutes), most=100):
            continue


acts = st.lists(
    st.one_of(
        st.tuples(st.just("roll"), st.integers(1, 400)),
        st.tuples(st.just("tell"), st.lists(told, min_size=1, max_size=4)),
        st.tuples(st.just("excuse"), st.integers(0, 50)),
        st.tuples(st.just("move"), st.integers(0, 7)),
        st.tuples(st.just("speak"), st.integers(0, 7)),
        st.tuples(st.just("zone"), st.integers(0, 3)),
    ),
    max_size=7,
)


def act(world: World, what: str, how: Any, at: datetime) -> None:
    if what == "roll":
        rollups.roll_up(at, most=how)
    elif what == "tell":
        world.tell([one for one in how if one.path != "open"])
    elif what == "excuse":
        missed = list(CheckIn.objects.filter(state="missed").order_by("pk"))
        if missed:
            chosen = missed[how % len(missed)]
            lifecycle.excuse(chosen, by=world.officers[0], reason="ill", now=at)
    elif what == "move":
        person = world.people[how]
        person.office = world.offices[(how + 1) % 4]
        person.save(update_fields=["office"])
    elif what == "speak":
        Participant.objects.filter(pk=world.people[how].pk).update(language="vi")
    else:
        office = world.offices[how]
        office.timezone = "Pacific/Honolulu"
        office.save(update_fields=["timezone"])


@PROPERTY
@given(st.lists(told, min_size=1, max_size=20), acts)
def test_figures_are_the_same_with_any_part_of_the_rollups(stories: Any, happened: Any) -> None:
    with undone():
        world = World()
        world.tell(stories)
        marked = NOW + timedelta(minutes=10)
        frozen = Question(YEAR, marked, log_mark=log_mark())
        rollups.roll_up(NOW, most=400)
        rollups.roll_up(NOW + timedelta(minutes=6), most=400)
        before = without_rollups(frozen)
        for minutes, (what, how) in enumerate(happened, 1):
            act(world, what, how, NOW + timedelta(minutes=11 * minutes))
        later = Question(YEAR, NOW + timedelta(days=1))
        assert figures_by(later, *GROUPS) == without_rollups(later)
        assert_agrees(world.offices, YEAR, later.as_of)
        if {what for what, _how in happened} <= {"roll", "excuse"}:
            assert figures_by(frozen, *GROUPS) == before, "and the past stays as it was"


def test_kept_days_are_used_and_nothing_is_counted_again_for_them() -> None:
    world = World()
    world.tell([Told(n % 8, date(2026, 3, 8), n, "missed", 3, True, "no_match") for n in range(40)])
    keep_all(NOW)
    asked = Question(YEAR, NOW + timedelta(minutes=12))
    assert date(2026, 3, 8) in rollups._days_that_hold(asked)
    KeptCell.objects.update(missed=1000)
    assert figures_by(asked, "all")["all"][0].figures.counts.missed > 1000, "they were used"


def test_what_happens_to_an_old_check_in_moves_its_day_at_once() -> None:
    world = World()
    (one,) = world.tell([Told(0, date(2026, 3, 8), 700, "missed", 3, True, "no_match")])
    keep_all(NOW)
    lifecycle.excuse(one, by=world.officers[0], reason="ill", now=NOW + timedelta(minutes=20))
    asked = Question(YEAR, NOW + timedelta(minutes=30))
    assert date(2026, 3, 8) not in rollups._days_that_hold(asked)
    assert figures_by(asked, "all")["all"][0].figures.counts.excused == 1
    rollups.roll_up(NOW + timedelta(minutes=31), most=400)
    assert not KeptDay.objects.filter(day=date(2026, 3, 8)).exists()
    keep_all(NOW + timedelta(minutes=37))
    assert KeptDay.objects.filter(day=date(2026, 3, 8)).exists()
    assert set(KeptCell.objects.values_list("excused", flat=True)) == {1}


def test_the_command_makes_them_all_again() -> None:
    world = World()
    world.tell([Told(0, date(2026, 3, 8), 700, "missed", 3, True, "no_match")])
    keep_all(NOW)
    KeptCell.objects.update(missed=99)
    call_command("rebuild_rollups", stdout=StringIO())
    assert not KeptCell.objects.filter(missed=99).exists()
    keep_all(clock.now() + timedelta(minutes=6))
    assert set(KeptCell.objects.values_list("missed", flat=True)) == {1}
    assert LogMark.objects.exists()
