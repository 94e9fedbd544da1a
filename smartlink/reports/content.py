"""A report as content: what every writer writes. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Row = tuple[Any, ...]


class Kind(StrEnum):
    """What a column holds, so that each writer can type it."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"  # 0 to 1; None: nothing to divide
    MINUTES = "minutes"
    MONEY = "money"
    MOMENT = "moment"  # an aware datetime
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """`total` asks for a sum below. A rate names the columns it divides, so sheets can compute."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    total: bool = False
    parts: tuple[tuple[str, ...], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Chart:
    """`stacked` bars of counts by row, or one `line` of a rate; columns by name."""

    form: str
    title: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`rows` gives them anew each time it is called; a `long` table may hold very many."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    note: str = ""
    chart: Chart | None = None
    long: bool = False

    def column(self, name: str) -> int:
        return [column.name for column in self.columns].index(name)


@dataclass(frozen=True)
class Content:
    """`facts` are what was asked (name, value); `definitions` pairs of title and text."""

    title: str
    facts: tuple[tuple[str, str], ...]
    as_of: datetime
    version: str
    tables: tuple[Table, ...]
    definitions: tuple[tuple[str, str], ...]
    general: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    expected_rows: int = 0  # of long tables, to tell the progress by
    headline: tuple[tuple[str, str, str], ...] = ()  # title, value, value before


def fixed(rows: Iterable[Row]) -> Callable[[], Iterable[Row]]:
    """Rows already at hand."""
    kept = tuple(rows)
    return lambda: kept
