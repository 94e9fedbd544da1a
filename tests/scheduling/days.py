"""Running the sweeps as the days go by, on a clock that the test moves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from casework.participants.models import Participant
from casework.staff.models import User
from checkins import sweeps
from checkins.models import CheckIn
from checkins.plans import PlanTerms, set_plan
from tests import people

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def under_supervision(officer: User, *, at: datetime, **terms: Any) -> Participant:
    """A participant who has signed in and whose plan begins at `at`."""
    zone = terms.pop("timezone", "America/New_York")
    person = people.participant(officer, timezone=zone)
    people.accepted_invite(person, officer)
    set_plan(person, PlanTerms(**terms), by=officer, now=at)
    return person


def drawn(person: Participant) -> list[CheckIn]:
    """What was drawn and is in force, in order."""
    rows = CheckIn.objects.filter(participant=person, draw_sequence__isnull=False)
    return list(rows.order_by("planned_for"))


def ticks(start: datetime, end: datetime, step: timedelta = HOUR) -> Iterator[datetime]:
    while start < end:
        yield start
        start += step


def run_all(now: datetime) -> None:
    """One pass over every sweep."""
    for sweep in sweeps.SWEEPS.values():
        sweep(now)
