"""What kinds of help there are, when a place is open, and when somebody looks again. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum


class Kind(StrEnum):
    LEGAL = "legal"
    HOUSING = "housing"
    FOOD = "food"
    HEALTH = "health"
    SCHOOL = "school"
    WORK = "work"
    TRANSPORT = "transport"
    INTERPRETERS = "interpreters"
    FAMILY = "family"
    OTHER = "other"


class Cost(StrEnum):
    FREE = "free"
    SOME = "some"
    UNKNOWN = "unknown"


LOOK_AGAIN_AFTER = timedelta(days=180)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ZIP_PREFIX = re.compile(r"\d{3,5}")
SHORTEST_PREFIX, LONGEST_PREFIX = 3, 5

_SPAN = re.compile(
    r"(?P<days>[a-z,\s–-]+?)\s+(?P<opens>\d{1,2}(?::\d{2})?)\s*[–-]\s*(?P<closes>\d{1,2}(?::\d{2})?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Span:
    """Open from `opens` to `closes` on each of the weekdays `days` (0 is Monday)."""

    days: tuple[int, ...]
    opens: time
    closes: time


class NotHours(ValueError):
    """The text says no opening hours; the message names the part that does not."""


def hours_of(text: str) -> tuple[Span, ...]:
    """ "Mon-Fri 9:00-17:00; Sat 10-13" as spans, on a clock of 24 hours. Raises `NotHours`."""
    return tuple(_span(part.strip()) for part in text.split(";") if part.strip())


def canonical_hours(text: str) -> str:
    """The same hours, written one way."""
    return "; ".join(
        f"{','.join(_runs(one.days))} {one.opens:%H:%M}-{one.closes:%H:%M}"
        for one in hours_of(text)
    )


def _span(part: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise NotHours(part)
    opens, closes = _time(found["opens"], part), _time(found["closes"], part)
    if opens >= closes:
        raise NotHours(part)
    return Span(_days(found["days"], part), opens, closes)


def _time(text: str, part: str) -> time:
    hour, _, minute = text.partition(":")
    try:
        return time(int(hour), int(minute or 0))
    except ValueError as error:
        raise NotHours(part) from error


def _days(text: str, part: str) -> tuple[int, ...]:
    days: set[int] = set()
    for piece in text.split(","):
        ends = [_day(end, part) for end in re.split(r"[–-]", piece)]
        if len(ends) > 2 or ends[0] > ends[-1]:
            raise NotHours(part)
        days.update(range(ends[0], ends[-1] + 1))
    return tuple(sorted(days))


def _day(text: str, part: str) -> int:
    for number, name in enumerate(DAYS):
        if len(text.strip()) >= 3 and text.strip().lower().startswith(name.lower()):
            return number
    raise NotHours(part)


def runs(days: Iterable[int]) -> list[tuple[int, int]]:
    """Weekdays in a row as (first, last): Mon, Tue, Wed, Sat give (0, 2) and (5, 5)."""
    found: list[tuple[int, int]] = []
    for day in sorted(days):
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _runs(days: Sequence[int]) -> list[str]:
    return [
        DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
        for first, last in runs(days)
    ]


def prefixes_of(postal_code: str) -> list[str]:
    """ "10013-2222" gives 100, 1001 and 10013: a place may name any of them."""
    digits = re.sub(r"\D", "", postal_code)[:LONGEST_PREFIX]
    return [digits[:length] for length in range(SHORTEST_PREFIX, len(digits) + 1)]


def is_to_look_at(verified_at: datetime, *, now: datetime) -> bool:
    """Whether nobody has said for half a year that it is still right."""
    return now - verified_at > LOOK_AGAIN_AFTER
