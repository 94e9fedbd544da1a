"""Findings in a report: counted from their log, and nobody's overturned one is to be found."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.findings.models import Finding, FindingEvent
from smartlink.reports import asking, making, snapshots
from smartlink.reports.content import Table
from smartlink.reports.periods import Period
from smartlink.reports.questions import Question
from tests.reports.conftest import Place, now, october
from tests.reports.recounts import filters, people_asked, question_by
from tests.reports.test_recount import PROPERTY, periods, undone
from tests.reports.worlds import DAYS, World

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 12, 1, tzinfo=UTC)
WAYS = [[], ["told"], ["withdrawn"], ["told", "answered"], ["told", "upheld"],
        ["told", "upheld", "withdrawn"], ["told", "answered", "overturned"],
        ["told", "upheld", "overturned", "expunged"]]  # fmt: skip
BY_PERSON = {"answered": "participant", "expunged": "system", "told": "system"}

said = st.tuples(st.integers(0, 7), st.sampled_from(DAYS), st.integers(0, 24 * 60),
                 st.sampled_from(WAYS), st.integers(1, 100))  # fmt: skip


def found(person: Any, by: Any, at: datetime, way: list[str], hours: int) -> None:
    finding = Finding.objects.create(
        participant=person, kind="missed", subject_type="check_in", subject_id=uuid4(),
        subject_at=at, subject_mark=uuid4().hex, state="proposed", reason="no answer",
        proposed_by=by, proposed_at=at,
    )  # fmt: skip
    before = ""
    for step, state in enumerate(["proposed", *way]):
        actor = BY_PERSON.get(state, "staff")
        FindingEvent.objects.create(
            finding=finding, at=at + step * timedelta(hours=hours), act=state, from_state=before,
            to_state=state, actor_kind=actor,
            actor_id=by.public_id if actor == "staff" else None,
        )  # fmt: skip
        before = state


def recount(stories: list[Any], world: World, asked: Question) -> dict[str, int]:
    whose, counts = {person.pk for person in people_asked(asked)}, dict[str, int]()
    for who, day, minute, way, hours in stories:
        person, at = world.people[who], proposed_at(day, minute)
        local = at.astimezone(ZoneInfo(str(person.office.timezone))).date()
        steps = [state for step, state in enumerate(["proposed", *way])
                 if at + step * timedelta(hours=hours) <= asked.as_of]  # fmt: skip
        if person.pk in whose and asked.period.first <= local <= asked.period.last and steps:
            counts[steps[-1]] = counts.get(steps[-1], 0) + 1
    return counts


def proposed_at(day: date, minute: int) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute)


@settings(PROPERTY, max_examples=8)
@given(st.lists(said, min_size=1, max_size=15), periods, filters, st.integers(0, 900))
def test_they_are_counted_from_the_log_under_every_filter_as_of_an_instant(
    stories: Any, period: Period, by: dict[str, Any], ago: int
) -> None:
    with undone():
        world = World()
        for who, day, minute, way, hours in stories:
            found(world.people[who], world.officers[0], proposed_at(day, minute), way, hours)
        for as_of in (LATER, proposed_at(period.first, 0) + timedelta(minutes=11 * ago)):
            asked = question_by(world, by, period, as_of)
            assert snapshots.findings(asked) == recount(stories, world, asked)


def table(here: Place, **frozen: Any) -> Table | None:
    asked = asking.freeze(october(), by=here.supervisor, now=now()) | frozen
    content = making.content_of(asked)
    return next((one for one in content.tables if one.name == "findings"), None)


def row(here: Place) -> tuple[Any, ...]:
    shown = table(here)
    assert shown is not None
    return next(iter(shown.rows()))


def test_overturned_ones_are_told_only_from_ten_on_and_never_of_one_person(here: Place) -> None:
    at = datetime(2026, 10, 7, 15, tzinfo=UTC)
    for way in (["told"], ["told", "upheld"], *[["told", "overturned", "expunged"]] * 9):
        found(here.person, here.officer, at, way, 1)
    assert row(here) == (None, 1, 1, 0, None)
    found(here.person, here.officer, at, ["told", "overturned"], 1)
    assert row(here) == (12, 1, 1, 0, 10)
    assert table(here, participant=str(here.person.public_id)) is None
    assert table(here, version="3") is None
