"""A cell is one person's local day under one set of terms: what is drawn, and verified, at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from checkins.draw import FEW, Before, DayOfDraws, Draw, Terms
from checkins.draw.allowed import local_day, local_ordinal
from checkins.models import DrawKey, DrawTerms
from checkins.scheduling.keys import secret


def as_terms(row: DrawTerms) -> Terms:
    """The stored terms as the draw takes them."""
    return Terms(
        zone=row.zone,
        week=tuple(tuple((start, end) for start, end in day) for day in row.week),
        mean_seconds=row.mean_seconds if row.running else 0,
        gap=row.gap_seconds,
        max_per_day=row.max_per_day,
        silence_days=row.silence_days,
        blackouts=tuple((start, end) for start, end in row.blackouts),
    )


def epoch(at: datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    return int(at.timestamp() // 1)


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def before_day(row: DrawTerms, day: int, drawn: Iterable[int]) -> Before:
    """What went before a local day: `drawn` are the instants drawn under these terms before it."""
    last = max(drawn, default=None)
    if last is not None:
        return Before(local_ordinal(row.zone, last), last)
    first = day == local_ordinal(row.zone, epoch(row.from_at))
    return Before(
        row.quiet_since.toordinal(),
        None if row.last_at is None else epoch(row.last_at),
        row.made_today if first else 0,
    )


@dataclass
class Cells:
    """Draws cells; keeps the days and keys that many people share."""

    keys: dict[date, DrawKey] = field(default_factory=dict)
    _secrets: dict[date, bytes] = field(default_factory=dict)
    _days: dict[tuple[Terms, int], DayOfDraws] = field(default_factory=dict)

    @classmethod
    def with_keys(cls, first: date, last: date) -> "Cells":
        return cls({row.day: row for row in DrawKey.objects.filter(day__range=(first, last))})

    def draw(self, row: DrawTerms, terms: Terms, day: int, before: Before) -> list[Draw]:
        """The draws of a cell that are in force; none on a day without a key committed before it.

        Those at or after `until_at` are void: other terms had begun by then.
        """
        key = self._key_in_time(row.zone, day)
        if key is None or not _within(row, day):
            return []
        prepared = self._days.get((terms, day))
        if prepared is None:
            prepared = self._days[terms, day] = DayOfDraws(terms, day)
        found = prepared.draw(
            key,
            row.participant.public_id,
            before,
            first=row.number * FEW,
            from_at=epoch(row.from_at),
        )
        if row.until_at is None:
            return found
        until = epoch(row.until_at)
        return [draw for draw in found if draw.at < until]

    def may_wait(self, zone: str, day: int, now: datetime) -> bool:
        """Whether a missing key of this day can still be made in time."""
        begins = local_day(zone, day)
        missing = date.fromordinal(day) not in self.keys
        return missing and bool(begins) and epoch(now) < begins[0][0]

    def _key_in_time(self, zone: str, day: int) -> bytes | None:
        on, begins = date.fromordinal(day), local_day(zone, day)
        row = self.keys.get(on)
        if row is None or not begins or epoch(row.published_at) >= begins[0][0]:
            return None
        if on not in self._secrets:
            self._secrets[on] = secret(row)
        return self._secrets[on]


def _within(row: DrawTerms, day: int) -> bool:
    on = date.fromordinal(day)
    return (row.starts_on is None or row.starts_on <= on) and (
        row.ends_on is None or on <= row.ends_on
    )
