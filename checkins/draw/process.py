"""The memoryless draw of one local day, bent only where a guarantee demands it."""

import math
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from checkins.draw.allowed import AllowedDay, allowed_day
from checkins.draw.terms import Terms
from checkins.draw.variates import uniform

FEW = 1000  # sequence numbers kept for each of a person's successive terms


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn request: its sequence number under the day's key, and its instant."""

    sequence: int
    at: int


@dataclass(frozen=True, slots=True)
class Before:
    """What went before the part of a day that is drawn: all that the guarantees look at.

    `quiet_since` is the local date (ordinal) of the last request or, without one, of the first day
    under these draws; `today` counts the requests already made on the day itself.
    """

    quiet_since: int
    last_at: int | None = None
    today: int = 0


class Rule(NamedTuple):
    """What a day's draws follow, worked out of terms and of what went before.

    `mean` is in allowed seconds, `gap` in real ones; `left` is how many the day may still have,
    `earliest` the first instant at which the next may come.
    """

    mean: int
    gap: int
    left: int
    earliest: int
    certain: bool


class DayOfDraws:
    """One local day under some terms, ready to be drawn for everyone who has these terms."""

    def __init__(self, terms: Terms, day: int):
        self.terms = terms
        self.day = day
        self.allowed = allowed_of(terms, day)
        self._most = FEW if terms.max_per_day is None else min(terms.max_per_day, FEW)
        self._certain_from = _certain_from(terms, day)

    def draw(
        self,
        key: bytes,
        who: UUID | str,
        before: Before,
        *,
        first: int = FEW,
        from_at: int = 0,
    ) -> list[Draw]:
        """The day's requests (from `from_at` on, when the terms began within it).

        Waits are exponential in allowed seconds with mean `mean_seconds`, each rounded down to a
        whole second. Where the longest silence makes a request certain, the first wait is drawn
        from the same law, given that it ends within the day. `first` is the first sequence number.
        """
        return draw_within(key, who, self.allowed, self.rule(before, from_at), first)

    def rule(self, before: Before, from_at: int = 0) -> Rule:
        """What the day's draws follow, given what went before."""
        last, gap = before.last_at, self.terms.gap
        return Rule(
            self.terms.mean_seconds,
            gap,
            max(self._most - before.today, 0),
            from_at if last is None else max(from_at, last + gap),
            self.is_certain(before),
        )

    def is_certain(self, before: Before) -> bool:
        """Whether the longest silence makes a request on this day certain."""
        return before.quiet_since <= self._certain_from and not before.today


def draw_within(
    key: bytes, who: UUID | str, allowed: AllowedDay, rule: Rule, first: int
) -> list[Draw]:
    """The draws of a day from nothing but its key, its allowed time and its rule."""
    mean, gap, left, earliest, certain = rule
    total = allowed.total
    if not mean or not total:
        return []
    position = allowed.before(earliest)
    found: list[Draw] = []
    while len(found) < left and position < total:
        u = uniform(key, who, first + len(found))
        position += wait(u, mean, total - position if certain and not found else None)
        if position >= total:
            break
        at = allowed.instant(position)
        found.append(Draw(first + len(found), at))
        position = max(position + 1, allowed.before(at + gap))
    return found


def allowed_of(terms: Terms, day: int) -> AllowedDay:
    """The allowed time of a local day under these terms, blackouts taken out."""
    allowed = allowed_day(terms.zone, terms.week, day)
    return allowed.without(terms.blackouts) if terms.blackouts else allowed


def _certain_from(terms: Terms, day: int) -> int:
    """The latest `quiet_since` for which no later day could keep the longest silence.

    With a silence of S days the last date that keeps it is S - 1 days after the last request's, so
    that fewer than S times 24 hours pass (an hour more where the clocks went back in between).
    """
    if terms.silence_days is None:
        return 0
    for later in range(day + 1, day + terms.silence_days + 1):
        if allowed_of(terms, later).total:
            return later - terms.silence_days
    return day


def draw_day(  # noqa: PLR0913 - each is a fact that a day's draws depend on
    key: bytes,
    who: UUID | str,
    day: int,
    terms: Terms,
    before: Before,
    *,
    first: int = FEW,
    from_at: int = 0,
) -> list[Draw]:
    """`DayOfDraws.draw` for one person."""
    return DayOfDraws(terms, day).draw(key, who, before, first=first, from_at=from_at)


def wait(u: float, mean: int, within: int | None = None) -> int:
    """Whole allowed seconds until the next request; less than `within` where that is given."""
    if within is None:
        return int(-mean * math.log1p(-(1.0 - u)))
    share = -math.expm1(-within / mean)  # of the law, the part that falls within
    return min(int(-mean * math.log1p(-(1.0 - u) * share)), within - 1)
