"""Allowed time as a measure over UTC: exact at clock changes, in every zone.

Instants are whole seconds since 1970-01-01T00:00Z; days are proleptic ordinals of local dates.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from checkins.draw.week import DAY, Hours, Week, cut

EPOCH = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - a date's ordinal has no zone
_FURTHEST = 16 * 3600  # no zone was ever further from UTC
_STEP = 3 * 3600  # no zone changes its clock twice within three hours


@dataclass(frozen=True, slots=True)
class AllowedDay:
    """The allowed seconds of one local day: disjoint UTC intervals, in order."""

    pieces: tuple[Hours, ...]
    below: tuple[int, ...]  # allowed seconds before each piece
    total: int

    @classmethod
    def of(cls, pieces: Iterable[Hours]) -> "AllowedDay":
        kept = tuple(pieces)
        below, total = [], 0
        for start, end in kept:
            below.append(total)
            total += end - start
        return cls(kept, tuple(below), total)

    def before(self, instant: int) -> int:
        """How many allowed seconds of the day lie before `instant`."""
        index = bisect_right(self.pieces, (instant, instant)) - 1
        if index < 0:
            return 0
        start, end = self.pieces[index]
        return self.below[index] + min(max(instant - start, 0), end - start)

    def instant(self, position: int) -> int:
        """The allowed second with `position` allowed seconds before it, 0 ≤ position < total."""
        index = bisect_right(self.below, position) - 1
        return self.pieces[index][0] + position - self.below[index]

    def holds(self, instant: int) -> bool:
        return any(start <= instant < end for start, end in self.pieces)

    def without(self, blackouts: Iterable[Hours]) -> "AllowedDay":
        """The day less some UTC intervals."""
        left: list[Hours] = list(self.pieces)
        for hole in blackouts:
            left = cut(left, hole)
        return AllowedDay.of(left)


@lru_cache(maxsize=100_000)
def allowed_day(zone: str, week: Week, day: int) -> AllowedDay:
    """The seconds at which the local date is `day` and the local clock is within its hours."""
    hours = week[(day - 1) % 7]
    midnight = (day - EPOCH) * DAY
    found = []
    for start, end, offset in local_day(zone, day):
        base = midnight - offset
        for from_, until in hours:
            piece = max(start, base + from_), min(end, base + until)
            if piece[0] < piece[1]:
                found.append(piece)
    return AllowedDay.of(sorted(found))


@lru_cache(maxsize=100_000)
def local_day(zone: str, day: int) -> tuple[tuple[int, int, int], ...]:
    """The UTC intervals (start, end, offset in seconds) in which the local date is `day`.

    One interval usually; two on the day of a clock change; none where a zone skipped the date.
    """
    midnight = (day - EPOCH) * DAY
    found = []
    for start, end, offset in _constant_offsets(zone, midnight - _FURTHEST, midnight + 40 * 3600):
        piece = max(start, midnight - offset), min(end, midnight + DAY - offset), offset
        if piece[0] < piece[1]:
            found.append(piece)
    return tuple(found)


def local_ordinal(zone: str, instant: int) -> int:
    """The local date at an instant, as an ordinal."""
    return EPOCH + (instant + _offset(ZoneInfo(zone), instant)) // DAY


def local_clock(zone: str, instant: int) -> tuple[int, int]:
    """The local date (ordinal) and second of the day at an instant."""
    local = instant + _offset(ZoneInfo(zone), instant)
    return EPOCH + local // DAY, local % DAY


def _constant_offsets(zone: str, low: int, high: int) -> list[tuple[int, int, int]]:
    """[low, high) cut where the zone's clock changes, found to the second."""
    tz = ZoneInfo(zone)
    found = []
    start, offset = low, _offset(tz, low)
    for left in range(low, high, _STEP):
        right = min(left + _STEP, high)
        after = _offset(tz, right)
        if after != offset:
            change = _first_with(tz, after, left, right)
            found.append((start, change, offset))
            start, offset = change, after
    found.append((start, high, offset))
    return found


def _first_with(tz: ZoneInfo, offset: int, left: int, right: int) -> int:
    """The first second of (left, right] from which on the offset holds."""
    while right - left > 1:
        middle = (left + right) // 2
        if _offset(tz, middle) == offset:
            right = middle
        else:
            left = middle
    return right


def _offset(tz: ZoneInfo, instant: int) -> int:
    shift = datetime.fromtimestamp(instant, UTC).astimezone(tz).utcoffset()
    return 0 if shift is None else shift.days * DAY + shift.seconds
