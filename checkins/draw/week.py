"""The allowed hours of a week, as local clock times: daily hours less weekly exclusions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DAY = 86_400
Hours = tuple[int, int]  # local seconds of the day, [from, until), until at most 86,400
Week = tuple[tuple[Hours, ...], ...]  # seven days, Monday first; hours disjoint and in order


@dataclass(frozen=True)
class Exclusion:
    """Local hours on some weekdays (0 = Monday) in which nobody is asked: work, worship, care.

    `until` at or before `from_` means the next morning: a night shift begins on its weekday.
    """

    weekdays: tuple[int, ...]
    from_: int
    until: int

    def parts(self) -> list[tuple[int, Hours]]:
        """(weekday, hours) pieces, split at midnight."""
        if self.from_ < self.until:
            return [(day, (self.from_, self.until)) for day in self.weekdays]
        evening = [(day, (self.from_, DAY)) for day in self.weekdays]
        morning = [((day + 1) % 7, (0, self.until)) for day in self.weekdays if self.until]
        return evening + morning


def week_of(days: Sequence[Hours | None], exclusions: Iterable[Exclusion] = ()) -> Week:
    """The week that is left of seven days' hours (None: not on that day) after exclusions."""
    left = [[] if hours is None else [hours] for hours in days]
    for exclusion in exclusions:
        for day, hours in exclusion.parts():
            left[day] = cut(left[day], hours)
    return tuple(tuple(hours) for hours in left)


def cut(pieces: Iterable[Hours], hole: Hours) -> list[Hours]:
    """Disjoint ordered intervals without `hole`."""
    kept = []
    for start, end in pieces:
        if start < min(end, hole[0]):
            kept.append((start, min(end, hole[0])))
        if max(start, hole[1]) < end:
            kept.append((max(start, hole[1]), end))
    return kept


def seconds_in(week: Week) -> int:
    """Allowed seconds of a week without a clock change."""
    return sum(end - start for day in week for start, end in day)
