"""When a transfer may be taken back, and whom to move when a caseload is too large. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Long enough to see a slip in a list of names. The participant is told no earlier.
UNDO_FOR = timedelta(minutes=10)
IS_NEWS_FOR = timedelta(days=14)
"""How long the new officer's name is news on the participant's page."""
MOST = 300
"""People in one transfer: a whole caseload."""
MOST_LETTERS = 2_000


def undo_until(made_at: datetime) -> datetime:
    return made_at + UNDO_FOR


def may_undo(made_at: datetime, now: datetime) -> bool:
    return now < undo_until(made_at)


@dataclass(frozen=True)
class Standing:
    """What is going on with one person: counts of open matters, and since when with the officer."""

    key: int
    since: datetime
    check_ins: int = 0
    reviews: int = 0
    hearings: int = 0
    findings: int = 0
    messages: int = 0

    @property
    def open_matters(self) -> int:
        return self.check_ins + self.reviews + self.hearings + self.findings + self.messages


def suggested(people: Iterable[Standing], number: int) -> list[Standing]:
    """Whom a move would disturb least: nothing open first, then the shortest with the officer.

    Nothing about a person but this goes in, and a person decides.
    """
    ranked = sorted(people, key=lambda one: (one.open_matters, -one.since.timestamp(), one.key))
    return ranked[: max(0, number)]


def surplus(caseloads: Mapping[int, int]) -> dict[int, int]:
    """How many each has above the mean of the office, rounded up: what could go to others.

    >>> surplus({1: 9, 2: 3, 3: 2})
    {1: 4, 2: 0, 3: 0}
    """
    if not caseloads:
        return {}
    fair = -(-sum(caseloads.values()) // len(caseloads))
    return {key: max(0, number - fair) for key, number in caseloads.items()}
