"""Running the sweeps as the days go by, on a clock that the test moves.

Keys and ids are fixed, so that a test draws the same times whenever it runs.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from casework.common.sealing import seal
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import sweeps
from checkins.draw import commitment
from checkins.models import CheckIn, DrawKey
from checkins.plans import PlanTerms, set_plan
from tests import people

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def under_supervision(officer: User, *, at: datetime, **terms: Any) -> Participant:
    """A participant who has signed in and whose plan begins at `at`."""
    zone = terms.pop("timezone", "America/New_York")
    number = Participant.objects.count() + 1
    person = people.participant(officer, timezone=zone, public_id=UUID(int=number, version=4))
    known_keys(at)
    people.accepted_invite(person, officer)
    set_plan(person, PlanTerms(**terms), by=officer, now=at)
    return person


def known_keys(now: datetime, days: int = 10) -> None:
    """Keys for the dates after `now`'s, committed to a day before `now`."""
    for ahead in range(1, days + 1):
        day = (now + ahead * DAY).date()
        key = hashlib.sha256(f"a test's key of {day}".encode()).digest()
        facts = {"sha256": commitment(key), "sealed": seal(key), "published_at": now - DAY}
        DrawKey.objects.get_or_create(day=day, defaults=facts)


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
