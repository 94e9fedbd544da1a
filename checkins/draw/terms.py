"""What a draw depends on, and how a plan's wishes become it.

Defaults, chosen so that the guarantees stay nearly invisible in the timing:

* gap: 4 hours of real time, or a seventh of the mean allowed time between requests where that is
  shorter (from about three a week on);
* maximum per local day: the smallest number that shortens the mean wait by no more than a quarter
  (1 up to about two and a half a week, then more);
* longest silence: four mean intervals and three days, at least a week. The three days keep the days
  on which a request is certain under one in a hundred.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from checkins.draw.rate import Guarantees, outcome, solve
from checkins.draw.week import DAY, Hours, Week, seconds_in

LONGEST_GAP = DAY
MOST_PER_DAY = 24
LONGEST_SILENCE = 366
MOST_BENT = 1.4  # the hazard may exceed a constant rate's by so much; the index budget is 1.5
DEFAULT_BENT = 1.25
MOST_CERTAIN = 0.008  # of allowed time; from 0.01 on it would decide the 99th percentile
_DEFAULT_GAP = 4 * 3600
_GAP_SHARE = 7
_GAP_STEP = 300


class TooPredictable(ValueError):
    """Guarantees so tight that requests could be foreseen. `field` names the one to loosen."""

    def __init__(self, field: str, least: int | None = None):
        super().__init__(field)
        self.field = field
        self.least = least  # the smallest value that would do, where there is one


@dataclass(frozen=True, slots=True)
class Terms:
    """All that the draws of a day depend on, besides the key and what went before.

    `mean_seconds` is the mean wait in allowed seconds (0: no draws); `gap` is in real seconds;
    `blackouts` are UTC intervals.
    """

    zone: str
    week: Week
    mean_seconds: int
    gap: int = 0
    max_per_day: int | None = None
    silence_days: int | None = None
    blackouts: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreed:
    """The guarantees in force and the mean wait that makes the rate hold among them."""

    mean_seconds: int
    gap: int
    max_per_day: int | None
    silence_days: int | None


NO_DRAWS = Agreed(0, 0, None, None)


@lru_cache(maxsize=20_000)
def agree(
    week: Week,
    rate_per_week: float,
    *,
    gap: int | None = None,
    max_per_day: int | None = None,
    silence_days: int | None = None,
) -> Agreed:
    """Fill in what is None by the defaults above and solve for the mean wait.

    Raises `TooPredictable` when the rate does not fit into the hours under these guarantees.
    """
    if not rate_per_week:
        return NO_DRAWS
    if not seconds_in(week):
        raise TooPredictable("hours")
    gap = default_gap(week, rate_per_week) if gap is None else gap
    if max_per_day is None:
        max_per_day = _default_max(week, rate_per_week, gap)
    bent = Guarantees(gap, max_per_day, None)
    if silence_days is None:
        silence_days = _default_silence(week, rate_per_week, bent)
    bent = Guarantees(gap, max_per_day, silence_days)
    mean = solve(week, rate_per_week, bent, most=MOST_BENT)
    if mean is None:
        raise _too_tight(week, rate_per_week, bent)
    if outcome(week, mean, bent).certain_share > MOST_CERTAIN:
        raise TooPredictable("silence_days", _default_silence(week, rate_per_week, bent))
    return Agreed(round(mean), gap, max_per_day, silence_days)


def unbent(week: Week, rate_per_week: float) -> Agreed:
    """No guarantees at all: the plain process, to measure the others by."""
    return Agreed(round(seconds_in(week) / rate_per_week), 0, None, None)


def default_gap(week: Week, rate_per_week: float) -> int:
    """Seconds; a multiple of five minutes."""
    share = seconds_in(week) / rate_per_week / _GAP_SHARE
    return min(_DEFAULT_GAP, int(share // _GAP_STEP) * _GAP_STEP)


def _default_max(week: Week, rate_per_week: float, gap: int) -> int:
    for most in range(1, MOST_PER_DAY):
        if solve(week, rate_per_week, Guarantees(gap, most, None), most=DEFAULT_BENT) is not None:
            return most
    return MOST_PER_DAY


def _default_silence(week: Week, rate_per_week: float, bent: Guarantees) -> int:
    first = max(7, math.ceil(4 * 7 / rate_per_week) + 3)
    mean = solve(week, rate_per_week, Guarantees(bent.gap, bent.max_per_day, None), most=MOST_BENT)
    for days in range(first, LONGEST_SILENCE):
        tried = Guarantees(bent.gap, bent.max_per_day, days)
        if mean is None or outcome(week, mean, tried).certain_share <= MOST_CERTAIN:
            return days
    return LONGEST_SILENCE


def _too_tight(week: Week, rate_per_week: float, bent: Guarantees) -> TooPredictable:
    """Which of the guarantees leaves no room: the first without which the others would."""
    without_silence = Guarantees(bent.gap, bent.max_per_day, None)
    if solve(week, rate_per_week, without_silence, most=MOST_BENT) is not None:
        return TooPredictable("silence_days", _default_silence(week, rate_per_week, bent))
    only_gap = Guarantees(bent.gap, None, None)
    fits = solve(week, rate_per_week, only_gap, most=MOST_BENT) is not None
    return TooPredictable("max_per_day" if fits else "gap")
