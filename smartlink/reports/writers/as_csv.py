"""CSV: a block for each table, with a byte-order mark so that Excel reads names right."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from smartlink.reports.content import Content
from smartlink.reports.words import plain
from smartlink.reports.writers.rows import ticking

# A spreadsheet takes a text that begins so for a formula; the wide forms count too.
_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
_BLANK = " \t\r\n\0\ufeff\u00a0"


def write(content: Content, file: BinaryIO, tick: Callable[[int], None]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text, lineterminator="\r\n")
    _line(lines, [content.title])
    for fact in (*content.facts, ("As of", plain(content.as_of))):
        _line(lines, fact)
    _line(lines, ["Definitions", f"version {content.version}"])
    for table in content.tables:
        lines.writerow([])
        _line(lines, [table.title, *([table.note] if table.note else [])])
        _line(lines, [column.title for column in table.columns])
        for row in ticking(table, tick):
            _line(lines, [plain(value) for value in row])
    lines.writerow([])
    _line(lines, ["Definitions"])
    for definition in (*content.definitions, *(("", text) for text in content.general)):
        _line(lines, definition)
    text.detach()


def _line(lines: Any, values: Sequence[Any]) -> None:
    lines.writerow([harmless(value) for value in values])


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would run gets an apostrophe in front."""
    if not isinstance(value, str):
        return "" if value is None else value
    start = value.lstrip(_BLANK)
    return f"'{value}" if start.startswith(_RUNS) or value[:1] in {"\t", "\r", "\n"} else value
