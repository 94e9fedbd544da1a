"""PDF through typst: fonts and compiler come in its wheel, nothing is read from the system."""

import json
import re
from collections.abc import Callable
from datetime import UTC
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

import typst

from smartlink.reports.charts import svg
from smartlink.reports.content import Content, Kind, Table
from smartlink.reports.definitions import by_technology
from smartlink.reports.words import spoken_in
from smartlink.reports.writers.rows import ticking

TEMPLATE = Path(__file__).with_name("report.typ")
MOST_ROWS = 500
_TALL = 420  # as drawn, 760 wide: more would leave the heading no room on a sheet on its side
_TALLEST = 820  # some thirty bars; more cannot be read, and the table says the same
_WIDE = 8  # columns, from which on a page lies on its side


def write(content: Content, file: BinaryIO, tick: Callable[[int], None]) -> None:
    at = content.as_of.astimezone(UTC)
    shown = {
        "title": content.title,
        "facts": content.facts,
        "as_of": f"{at:%-d %B %Y, %H:%M} UTC",
        "date": [at.year, at.month, at.day],
        "version": content.version,
        # No heading is left behind at a page's foot; those of earlier versions stay as they were.
        "sticky": by_technology(content.version),
        "runs": [
            {"wide": wide, "tables": list(tables)}
            for wide, tables in groupby(
                (_table(t, tick, content.version) for t in content.tables), itemgetter("wide")
            )
        ],
        "headline": content.headline,
        "definitions": content.definitions,
        "general": content.general,
        "notes": content.notes,
    }
    file.write(
        typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            ignore_system_fonts=True,
            font_paths=[],
            sys_inputs={"content": json.dumps(shown)},
            timestamp=int(at.timestamp()),
        )
    )


def _table(table: Table, tick: Callable[[int], None], version: str) -> dict[str, Any]:
    rows = list(islice(ticking(table, tick), MOST_ROWS + 1))
    note = table.note
    if len(rows) > MOST_ROWS:
        rows.pop()
        note = (
            f"The first {MOST_ROWS} rows; all of them are in the XLSX, CSV and JSON. {note}".strip()
        )
    chart = svg(table)
    if by_technology(version) and _height(chart) > _TALLEST:
        chart = ""
    return {
        "title": table.title,
        "note": note,
        "heads": [column.title for column in table.columns],
        "numbers": [column.kind is not Kind.TEXT for column in table.columns],
        "rows": [[spoken_in(table, row, column) for column in table.columns] for row in rows],
        "chart": chart,
        "tall": _height(chart) > _TALL,
        "wide": len(table.columns) >= _WIDE,
    }


def _height(chart: str) -> float:
    found = re.search(r'viewBox="0 0 \d+ ([\d.]+)"', chart)
    return float(found[1]) if found else 0
