"""Our figures against an independent recount, on random histories and on the demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.staff.models import Office
from smartlink.demo import seeding
from smartlink.reports import snapshots
from smartlink.reports.figures import OUTCOMES, Figures
from smartlink.reports.periods import Period
from smartlink.reports.queries import figures_by
from smartlink.reports.questions import Question
from tests.reports.worlds import DAYS, TECHNOLOGIES, World, recount, recount_days, told

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 12, 1, tzinfo=UTC)
PROPERTY = settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
periods = st.tuples(st.sampled_from(DAYS), st.integers(0, 3)).map(
    lambda pair: Period(pair[0], pair[0] + timedelta(days=pair[1]))
)


@contextmanager
def undone() -> Iterator[None]:
    """An example leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def as_counted(figures: Figures) -> tuple[int | None, ...]:
    counts = figures.counts
    return (
        counts.requests,
        *(getattr(counts, name) for name in OUTCOMES),
        figures.median_response,
    )


def assert_agrees(offices: list[Office], period: Period, as_of: datetime) -> None:
    found = figures_by(Question(period, as_of), "office")["office"]
    ours = {int(group.key): as_counted(group.figures) for group in found}
    for office in offices:
        expected = recount(office, period.first, period.last, as_of)
        assert ours.get(office.pk, (0,) * 10 + (None,)) == expected, office
        asked = Question(period, as_of, offices=(office.pk,))
        grouped = figures_by(asked, "technology")["technology"]
        by_technology = {group.key: as_counted(group.figures) for group in grouped}
        for technology in TECHNOLOGIES:
            expected = recount(office, period.first, period.last, as_of, technology)
            assert by_technology.get(technology, (0,) * 10 + (None,)) == expected, technology


def assert_days_agree(period: Period, as_of: datetime) -> None:
    asked = Question(period, as_of)
    ours = {name: counts for name, *counts in snapshots.days_by_technology(asked)}
    expected = recount_days(period.first, period.last, as_of)
    assert {name: tuple(counts) for name, counts in ours.items()} == expected
    assert sum(days for _n, days in expected.values()) == snapshots.supervised_days(asked)[1]


@PROPERTY
@given(st.lists(told, min_size=1, max_size=30), periods, st.integers(0, 400))
def test_a_recount_from_the_log_agrees_across_zones_and_clock_changes(
    stories: list, period: Period, ago: int
) -> None:
    with undone():
        world = World()
        world.tell(stories)
        assert_agrees(world.offices, period, LATER)
        assert_days_agree(period, LATER)
        # And as things stood in the midst of it, whatever happened afterwards.
        midst = datetime.combine(period.first, datetime.min.time(), UTC) + timedelta(
            minutes=ago * 11
        )
        assert_agrees(world.offices, period, midst)
        assert_days_agree(period, midst)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)])
def test_a_day_of_the_clock_change_is_as_long_as_it_was_there(day: date, hours: int) -> None:
    from tests.reports.worlds import Told

    world = World()
    world.tell([Told(0, day, 60 * hour, "missed", 1, False, "no_match") for hour in range(-1, 27)])
    (group,) = figures_by(Question(Period(day, day), LATER), "office")["office"]
    assert group.figures.counts.requests == hours


def test_the_demo_is_counted_the_same() -> None:
    now = datetime(2026, 11, 24, 15, tzinfo=UTC)
    seeding.seed(now)
    period = Period(date(2026, 9, 1), date(2026, 11, 24))
    as_of = now + timedelta(hours=3)
    assert_agrees(list(Office.objects.all()), period, as_of)
    assert_days_agree(period, as_of)
    (everything,) = figures_by(Question(period, as_of), "all")["all"]
    counts = everything.figures.counts
    assert counts.requests == sum(getattr(counts, name) for name in OUTCOMES) > 100
    assert min(counts.missed, counts.excused, counts.lapsed, counts.not_accepted) > 0


def test_the_officer_is_the_one_who_was_assigned_when_it_was_issued() -> None:
    from tests.reports.worlds import Told

    world = World()
    world.tell([Told(0, date(2026, 3, 8), 600, "missed", 1, True, "no_match"),
                Told(0, date(2026, 11, 1), 600, "missed", 1, True, "no_match"),
                Told(0, date(2026, 11, 2), 600, "missed", 1, True, "no_match")])  # fmt: skip
    asked = Question(Period(date(2026, 1, 1), date(2026, 12, 31)), LATER)
    found = figures_by(asked, "officer")["officer"]
    counted = {int(group.key): group.figures.counts.missed for group in found}
    assert counted == {world.officers[0].pk: 1, world.cover.pk: 2}
    only = Question(asked.period, LATER, officer=world.cover.pk)
    assert figures_by(only, "all")["all"][0].figures.counts.missed == 2
