"""How well the next request can be foreseen: DESIGN §5's index.

At each allowed person-hour: the probability that a request comes in the next allowed hour, given
all that was visible before it, divided by the same for a constant rate. The index is the 99th
percentile over person-hours. A last hour of less than an hour is compared with the same length.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from checkins.draw.process import Before, DayOfDraws

HOUR = 3600
_EXACT = 4  # decimals to which equal ratios are gathered


class Index:
    """Gathers ratios over person-hours; ratios and hours only, no person."""

    def __init__(self) -> None:
        self.seconds: Counter[float] = Counter()

    def add_quiet_days(self, day: DayOfDraws, plain_mean: float, people: int) -> None:
        """`people` who had no request on this day, no gap over from the last, no certainty."""
        total = day.allowed.total
        for length, times in ((HOUR, total // HOUR), (total % HOUR, 1)):
            if length and times:
                ratio = _chance(length, day.terms.mean_seconds) / _chance(length, plain_mean)
                self.seconds[round(ratio, _EXACT)] += length * times * people

    def add_day(
        self, day: DayOfDraws, plain_mean: float, before: Before, requests: Sequence[int]
    ) -> None:
        """One person's day with its requests (instants)."""
        total = day.allowed.total
        most = day.terms.max_per_day
        full = most is not None and before.today + len(requests) >= most
        spent = day.allowed.before(requests[-1]) if full and requests else total
        for start in range(0, total, HOUR):
            length = min(HOUR, total - start)
            if start > spent:  # as many as a day may have: nothing more can come
                self.seconds[0.0] += total - start
                return
            chance = chance_of_request(day, before, requests, start, length)
            ratio = chance / _chance(length, plain_mean)
            self.seconds[round(ratio, _EXACT)] += length

    def merge(self, others: Iterable["Index"]) -> None:
        for other in others:
            self.seconds.update(other.seconds)

    def percentile(self, share: float) -> float:
        """The smallest ratio that at least `share` of the person-hours do not exceed."""
        wanted = share * self.seconds.total()
        seen = 0
        for ratio in sorted(self.seconds):
            seen += self.seconds[ratio]
            if seen >= wanted:
                return ratio
        return 0.0

    def maximum(self) -> float:
        return max(self.seconds, default=0.0)


def chance_of_request(
    day: DayOfDraws, before: Before, requests: Sequence[int], start: int, length: int
) -> float:
    """Probability of a request in `length` allowed seconds from position `start` of the day.

    Known are the terms and every request before that moment; not the key.
    """
    terms, allowed = day.terms, day.allowed
    now = allowed.instant(start)
    made = [at for at in requests if at < now]
    if terms.max_per_day is not None and before.today + len(made) >= terms.max_per_day:
        return 0.0
    last = made[-1] if made else before.last_at
    free = start if last is None else max(start, allowed.before(last + terms.gap))
    inside = max(0, start + length - free)
    if day.is_certain(before) and not made:
        left = allowed.total - free
        return _chance(inside, terms.mean_seconds) / _chance(left, terms.mean_seconds)
    return _chance(inside, terms.mean_seconds)


def _chance(seconds: float, mean: float) -> float:
    return -math.expm1(-seconds / mean)
