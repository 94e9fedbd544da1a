"""The mean wait that makes the promised rate hold in spite of the guarantees.

Within a day the number of requests follows a recursion over allowed positions; between days a
chain over (weekday of the last request, days since) gives the long silences. Both are solved on a
week without a clock change. No chance and no time of day enters: equal terms, equal result.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from checkins.draw.allowed import AllowedDay
from checkins.draw.week import DAY, Hours, Week, seconds_in

_GRID = 120  # positions of a day at which the recursion is evaluated
_NEGLIGIBLE = 1e-9
_ROUNDS = 80
_CLOSE = 1e-5


@dataclass(frozen=True, slots=True)
class Guarantees:
    """Seconds between requests, requests a local day, days of silence; None: no limit."""

    gap: int
    max_per_day: int | None
    silence_days: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a mean wait leads to: requests per 7 days, and the share of allowed time on days on
    which the longest silence makes a request certain."""

    rate_per_week: float
    certain_share: float


def solve(week: Week, rate_per_week: float, bent: Guarantees, *, most: float) -> float | None:
    """The mean wait in allowed seconds for which `rate_per_week` holds.

    None if it would be shorter than the plain mean (allowed seconds ÷ rate) by a factor above
    `most`: then the guarantees leave too little room for that many requests.
    """
    plain = seconds_in(week) / rate_per_week
    mean = plain
    for _ in range(_ROUNDS):
        ratio = outcome(week, mean, bent).rate_per_week / rate_per_week
        mean *= ratio
        if mean * most < plain:
            return None
        if abs(ratio - 1) < _CLOSE:
            return mean
    return None


def outcome(week: Week, mean: float, bent: Guarantees) -> Outcome:
    """Rate and certain days under a mean wait, in the long run."""
    days = [
        _Day(sum(end - start for start, end in hours), expected_in_day(hours, mean, bent))
        for hours in week
    ]
    lost = [_lost_to_gap(week[day], week[(day + 1) % 7], bent.gap) for day in range(7)]
    runs = {
        day: _run(day, days, lost[day], mean, bent.silence_days)
        for day in range(7)
        if days[day].allowed
    }
    share = _stationary(runs)
    days_between = sum(share[day] * run.days for day, run in runs.items())
    requests = sum(share[day] * run.requests for day, run in runs.items())
    hours = sum(share[day] * run.hours for day, run in runs.items())
    certain = sum(share[day] * run.certain_hours for day, run in runs.items())
    return Outcome(7 * requests / days_between, certain / hours)


@lru_cache(maxsize=4096)
def expected_in_day(hours: tuple[Hours, ...], mean: float, bent: Guarantees) -> float:
    """Expected requests in a day that nothing before it touches."""
    total = sum(end - start for start, end in hours)
    if not total:
        return 0.0
    if bent.max_per_day == 1:
        return -math.expm1(-total / mean)
    if bent.max_per_day is None and not bent.gap:
        return total / mean
    ahead = _after_gap(hours, bent.gap)
    if bent.max_per_day is None:
        return _further(ahead, total / mean, None)[0]
    value: list[float] = [0.0] * (_GRID + 1)
    for _ in range(bent.max_per_day):
        value = _further(ahead, total / mean, value)
    return value[0]


def _further(ahead: Sequence[float], waits: float, fewer: list[float] | None) -> list[float]:
    """Expected requests from each grid position on; `fewer`: the same with one less allowed."""
    stay = math.exp(-waits / _GRID)
    value = [0.0] * (_GRID + 1)
    for cell in range(_GRID - 1, -1, -1):
        then = _between(fewer or value, ahead[cell])
        value[cell] = stay * value[cell + 1] + (1 - stay) * (1 + then)
    return value


def _between(value: Sequence[float], place: float) -> float:
    below = min(int(place), _GRID - 1)
    part = min(place - below, 1.0)
    return (1 - part) * value[below] + part * value[below + 1]


@lru_cache(maxsize=4096)
def _after_gap(hours: tuple[Hours, ...], gap: int) -> tuple[float, ...]:
    """For a request in each grid cell: the place on the grid at which its gap is over."""
    day = AllowedDay.of(hours)
    step = day.total / _GRID
    return tuple(
        max(cell + 1.0, day.before(day.instant(int((cell + 0.5) * step)) + gap) / step)
        if gap
        else cell + 0.5
        for cell in range(_GRID)
    )


@lru_cache(maxsize=4096)
def _lost_to_gap(hours: tuple[Hours, ...], next_hours: tuple[Hours, ...], gap: int) -> float:
    """Allowed seconds that the gap takes from the next day, on average over a request's time."""
    day, after = AllowedDay.of(hours), AllowedDay.of(next_hours)
    if not day.total or not after.total or day.pieces[-1][1] + gap <= DAY + after.pieces[0][0]:
        return 0.0
    places = (day.instant(int((cell + 0.5) * day.total / _GRID)) for cell in range(_GRID))
    return sum(after.before(place + gap - DAY) for place in places) / _GRID


@dataclass(frozen=True, slots=True)
class _Day:
    allowed: int
    expected: float


@dataclass(slots=True)
class _Run:
    """From the day of one request to the next day with one: expectations."""

    leads_to: list[float]
    days: float = 0.0
    requests: float = 0.0
    hours: float = 0.0
    certain_hours: float = 0.0


def _run(start: int, days: list[_Day], lost: float, mean: float, silence: int | None) -> _Run:
    run = _Run([0.0] * 7)
    alive, since = 1.0, 0
    while alive > _NEGLIGIBLE:
        since += 1
        day = days[(start + since) % 7]
        if not day.allowed:
            continue
        certain = silence is not None and not any(
            days[(start + later) % 7].allowed for later in range(since + 1, min(silence, since + 8))
        )
        chance = -math.expm1(-(day.allowed - (lost if since == 1 else 0)) / mean)
        ends = alive * (1.0 if certain else chance)
        run.leads_to[(start + since) % 7] += ends
        run.days += ends * since
        run.requests += ends * day.expected / -math.expm1(-day.allowed / mean)
        run.hours += alive * day.allowed
        run.certain_hours += alive * day.allowed * certain
        alive -= ends
    return run


def _stationary(runs: dict[int, _Run]) -> list[float]:
    """How often each weekday has the last request, in the long run."""
    share = [1 / len(runs) if day in runs else 0.0 for day in range(7)]
    for _ in range(200):
        after = [sum(share[day] * run.leads_to[to] for day, run in runs.items()) for to in range(7)]
        total = sum(after)
        after = [(new / total + old) / 2 for new, old in zip(after, share, strict=True)]
        moved = max(abs(new - old) for new, old in zip(after, share, strict=True))
        share = after
        if moved < _NEGLIGIBLE:
            break
    return share
