"""What a report is asked about: the span, the instant, and whose rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from casework.staff.models import Office
from smartlink.reports.periods import Period

# A deadline is taken for decided once the sweep has had this long to look at it.
SETTLES_AFTER = timedelta(minutes=5)
# The technology of whoever has no supervision term.
NO_TERM = "not_recorded"


@dataclass(frozen=True)
class Question:
    """`offices`, `officer` and `participant` are primary keys; None asks about all.

    `log_mark` is an id in the log of events: whatever it says after `as_of` stands behind that id.
    """

    period: Period
    as_of: datetime
    log_mark: int = 0
    offices: tuple[int, ...] | None = None
    officer: int | None = None
    participant: int | None = None
    participants: tuple[int, ...] | None = None
    language: str = ""
    origin: str = ""
    technology: str = ""  # `NO_TERM` asks about those without a term

    def of(self, period: Period) -> "Question":
        """The same about other days."""
        return replace(self, period=period)

    def about(self, participants: Sequence[int]) -> "Question":
        """The same about some participants only."""
        return replace(self, participants=tuple(participants))


@dataclass(frozen=True)
class Wheres:
    """SQL conditions and their parameters, gathered."""

    words: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, word: str, **values: Any) -> None:
        self.words.append(word)
        self.values.update(values)

    def __str__(self) -> str:
        return "".join(f" AND {word}" for word in self.words)


def offices_of_region(region: str) -> tuple[int, ...]:
    return tuple(Office.objects.filter(region=region).order_by("pk").values_list("pk", flat=True))
