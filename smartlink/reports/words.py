"""Values as data and as people read them. Pure."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from smartlink.reports.content import Column, Kind, Row, Table


def plain(value: Any) -> Any:
    """For data: numbers as numbers, money with two places, instants in UTC, None for none."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def spoken(value: Any, kind: Kind) -> str:
    """For people."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, Decimal):
        return f"${value:,.2f}"
    if isinstance(value, float):
        return f"{value * 100:.1f} %"
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    return minutes(value) if kind is Kind.MINUTES else f"{value:,}"


def spoken_in(table: Table, row: Row, column: Column) -> str:
    """The value of a row's column for people."""
    return spoken(row[table.column(column.name)], kind_in(table, row, column))


def kind_in(table: Table, row: Row, column: Column) -> Kind:
    """A summary has another kind of figure in each row; its unit says which."""
    if table.name != "summary" or column.name not in {"value", "before"}:
        return column.kind
    return {"share": Kind.RATE, "minutes": Kind.MINUTES}.get(str(row[-1]), Kind.COUNT)


def minutes(number: int) -> str:
    if number < 60:
        return f"{number} min"
    if number < 48 * 60:
        return f"{number // 60} h {number % 60:02d} min"
    return f"{number // 1440} days {number % 1440 // 60} h"
