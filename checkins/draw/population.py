"""A made-up population for simulations: zones, rates and weeks as varied as a real one's."""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar
from uuid import UUID

from checkins.draw.terms import Terms, agree, unbent
from checkins.draw.variates import uniform
from checkins.draw.week import DAY, Exclusion, Week, seconds_in, week_of

_T = TypeVar("_T")
_HOUR = 3600
_WORKDAYS = (0, 1, 2, 3, 4)
_USUAL = (8 * _HOUR, 20 * _HOUR)

ZONES = [
    ("America/New_York", 30),
    ("America/Los_Angeles", 20),
    ("America/Chicago", 20),
    ("America/Denver", 6),
    ("America/Phoenix", 6),
    ("America/Puerto_Rico", 4),
    ("America/Anchorage", 2),
    ("Pacific/Honolulu", 2),
    ("Pacific/Guam", 1),
    ("Europe/London", 3),
    ("Asia/Kolkata", 2),
    ("Australia/Lord_Howe", 1),
    ("Asia/Kathmandu", 1),
    ("Pacific/Kiritimati", 1),
    ("Africa/Casablanca", 1),
]
RATES = [(0.5, 8), (1.0, 22), (1.5, 8), (2.0, 40), (3.0, 14), (4.0, 4), (5.0, 3), (7.0, 1)]
WEEKS: list[tuple[Week, int]] = [
    (week_of([_USUAL] * 7), 50),
    (week_of([_USUAL] * 7, [Exclusion(_WORKDAYS, 9 * _HOUR, 17 * _HOUR)]), 14),
    (week_of([_USUAL] * 7, [Exclusion(_WORKDAYS, 22 * _HOUR, 6 * _HOUR)]), 4),
    (week_of([(12 * _HOUR, 22 * _HOUR)] * 7), 6),
    (week_of([_USUAL] * 7, [Exclusion((6,), 8 * _HOUR, 13 * _HOUR)]), 8),
    (week_of([_USUAL] * 7, [Exclusion((4,), 12 * _HOUR, 14 * _HOUR)]), 6),
    (week_of([_USUAL] * 4 + [(8 * _HOUR, 16 * _HOUR), None, _USUAL]), 4),
    (week_of([_USUAL] * 5 + [None, None]), 4),
    (week_of([(6 * _HOUR, DAY)] * 7, [Exclusion((1, 3), 14 * _HOUR, 15 * _HOUR + 1800)]), 2),
    (week_of([(0, DAY)] * 7), 2),
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A zone, a week and a rate: all that sets one person's plan apart from another's."""

    zone: str
    week: Week
    rate_per_week: float
    guaranteed: bool = True

    @property
    def plain_mean(self) -> float:
        """The mean wait, in allowed seconds, of a constant rate."""
        return seconds_in(self.week) / self.rate_per_week

    def terms(self) -> Terms:
        made = agree if self.guaranteed else unbent
        agreed = made(self.week, self.rate_per_week)
        return Terms(
            self.zone,
            self.week,
            agreed.mean_seconds,
            agreed.gap,
            agreed.max_per_day,
            agreed.silence_days,
        )


@dataclass(frozen=True, slots=True)
class Person:
    """`public_id` in its written form: it is hashed for every draw."""

    public_id: str
    kind: Kind


def person(seed: int, number: int, *, guaranteed: bool = True) -> Person:
    """The `number`-th of the population that a seed makes."""
    digest = hashlib.sha256(f"person {seed}:{number}".encode()).digest()
    who = str(UUID(bytes=digest[:16], version=4))
    zone = _pick(_ZONES, uniform(digest, who, 0))
    week = _pick(_WEEKS, uniform(digest, who, 1))
    rate = _pick(_RATES, uniform(digest, who, 2))
    return Person(who, Kind(zone, week, rate, guaranteed))


def key_for(seed: int, day: int) -> bytes:
    """The simulated key of a date (ordinal)."""
    return hashlib.sha256(f"day {seed}:{day}".encode()).digest()


@dataclass(frozen=True, slots=True)
class _Choices(Generic[_T]):
    """Values to pick from, and the running sums of their weights."""

    values: list[_T]
    sums: list[int]

    @classmethod
    def of(cls, weighted: list[tuple[_T, int]]) -> "_Choices[_T]":
        values = [value for value, _weight in weighted]
        return cls(values, list(accumulate(weight for _value, weight in weighted)))


_ZONES, _WEEKS, _RATES = _Choices.of(ZONES), _Choices.of(WEEKS), _Choices.of(RATES)


def _pick(choices: _Choices[_T], u: float) -> _T:
    return choices.values[bisect_right(choices.sums, u * choices.sums[-1])]
