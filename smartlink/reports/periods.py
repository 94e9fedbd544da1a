"""Spans of local dates, the span before, and how a span is cut up for a chart. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

# No zone's date is further from UTC's than this, with room.
_WIDEST = timedelta(hours=15)
LONGEST_DAYS = 3 * 366


class Unit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """Local dates from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The last day comes before the first.")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As many days just before; a whole calendar month is compared with the one before."""
        ends = self.first - timedelta(days=1)
        if self.first.day == 1 and (self.last + timedelta(days=1)).day == 1:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
            return Period(_months_back(self.first, months + 1), ends)
        return Period(self.first - timedelta(days=self.days), ends)

    @property
    def reach(self) -> tuple[datetime, datetime]:
        """Instants between which every one of these dates lies, in whatever zone."""
        start = datetime.combine(self.first, time(), UTC) - _WIDEST
        end = datetime.combine(self.last + timedelta(days=1), time(), UTC) + _WIDEST
        return start, end

    @property
    def unit(self) -> Unit:
        """What a bar of the chart stands for."""
        if self.days <= 35:
            return Unit.DAY
        return Unit.WEEK if self.days <= 190 else Unit.MONTH

    def __str__(self) -> str:
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


def month_before(day: date) -> Period:
    """The whole calendar month before the one that `day` is in."""
    last = day.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def usual(today: date) -> dict[str, tuple[str, Period]]:
    """Periods that people ask for again and again: by name, their words and days."""
    last = month_before(today)
    january = date(today.year, 1, 1)
    return {
        "this_month": ("This month so far", Period(today.replace(day=1), today)),
        "last_month": ("Last month", last),
        "three_months": ("Last three months", Period(_months_back(last.first, 2), last.last)),
        "year_to_date": ("This year so far", Period(january, today)),
        "twelve_months": ("Last twelve months", Period(_months_back(last.first, 11), last.last)),
        "last_year": ("Last year", Period(date(today.year - 1, 1, 1), january - timedelta(days=1))),
    }


def _months_back(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(year, month + 1, 1)
