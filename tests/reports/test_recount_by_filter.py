"""Every figure under every filter against the second count, with roll-ups and without."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from casework.hearings.models import Court, Hearing
from smartlink.reports import snapshots
from smartlink.reports.figures import COUNTED, OUTCOMES, Figures
from smartlink.reports.periods import Period
from smartlink.reports.queries import figures_by, figures_of
from smartlink.reports.questions import Question
from tests.reports.recounts import Recounted, filters, question_by, recount_people, recount_requests
from tests.reports.test_recount import PROPERTY, periods, undone
from tests.reports.test_rollups import GROUPS, keep_all, without_rollups
from tests.reports.worlds import DAYS, ZONES, World, told

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 12, 1, tzinfo=UTC)
# A failure is told as it is found: to make it smaller takes minutes.
FEWER = settings(PROPERTY, max_examples=8, phases=(Phase.explicit, Phase.generate))
YEAR = Period(DAYS[-2], DAYS[5])
NAMES = ("requests", *OUTCOMES, *(n for n in COUNTED if n not in {"requests", *OUTCOMES}))

heard = st.tuples(
    st.integers(0, 7), st.sampled_from(DAYS), st.integers(0, 24 * 60), st.integers(0, 3),
    st.sampled_from(["attended", "late", "absent", "excused", ""]), st.integers(0, 72),
    st.booleans(),
)  # fmt: skip


def hold(world: World, hearings: list[Any]) -> None:
    """Hearings at courts of four zones, noted some hours later, some of them cancelled."""
    courts = [Court.objects.create(name=zone, timezone=zone) for zone in ZONES]
    for who, day, minute, court, attendance, hours, cancelled in hearings:
        at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute)
        noted = at + timedelta(hours=hours)
        Hearing.objects.create(
            case=world.people[who].cases.get(), court=courts[court], starts_at=at,
            attendance=attendance, attendance_at=noted if attendance else None,
            attendance_by=world.officers[0] if attendance else None,
            cancelled_at=noted if cancelled and not attendance else None,
        )  # fmt: skip


def as_counted(figures: Figures) -> tuple[int | None, ...]:
    counts = [getattr(figures.counts, name) for name in NAMES]
    return (*counts, figures.median_response, figures.median_review)


def assert_requests_agree(world: World, by: dict[str, Any], period: Period, as_of: Any) -> None:
    for place, office in enumerate(world.offices):
        asked = question_by(world, by | {"office": place}, period, as_of)
        assert as_counted(figures_of(asked)) == recount_requests(office, asked), (office, by)


def assert_people_agree(asked: Question) -> None:
    hearings = snapshots.hearings(asked)
    ours = Recounted(
        sum(number for _office, _officer, number in snapshots.caseload(asked)),
        snapshots.queue(asked).waiting,
        (hearings.held, hearings.attended, hearings.absent, hearings.excused, hearings.unrecorded),
        {name: days for name, _people, days in snapshots.days_by_technology(asked)},
    )
    assert ours == recount_people(asked)


@FEWER
@given(st.lists(told, min_size=1, max_size=25), st.lists(heard, max_size=6), periods, filters,
       st.integers(0, 900))  # fmt: skip
def test_every_figure_under_every_filter_agrees_with_a_second_count(
    stories: Any, hearings: Any, period: Period, by: dict[str, Any], ago: int
) -> None:
    with undone():
        world = World()
        world.tell(stories)
        hold(world, hearings)
        midst = datetime.combine(period.first, datetime.min.time(), UTC) + timedelta(
            minutes=11 * ago
        )
        for as_of in (LATER, midst):
            assert_requests_agree(world, by, period, as_of)
            for days in (period, YEAR):
                assert_people_agree(question_by(world, by, days, as_of))
        assert_people_agree(Question(YEAR, LATER))


@FEWER
@given(st.lists(told, min_size=1, max_size=25), st.lists(filters, min_size=3, max_size=3))
def test_kept_cells_give_the_same_under_every_filter(stories: Any, asked_by: Any) -> None:
    with undone():
        world = World()
        world.tell(stories)
        keep_all(LATER)
        later = LATER + timedelta(hours=1)
        for by in asked_by:
            asked = question_by(world, by, YEAR, later)
            assert figures_by(asked, *GROUPS) == without_rollups(asked), by
            assert_requests_agree(world, by, YEAR, later)
