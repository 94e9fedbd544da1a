"""From the bytes of a CSV file to its rows. No database."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from casework.common.errors import RuleError

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
SEPARATORS = ",;\t|"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One record; `line` is where it begins in the file, the heading being line 1."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    """`columns` and `cells` as written, for giving bad rows back; `rows` by our names."""

    columns: list[str]
    separator: str
    rows: list[Row]
    cells: dict[int, list[str]]


@dataclass(frozen=True)
class Shape:
    """The columns of a kind of table: our names, and the headings that mean each of them.

    Headings are letters and digits in lower case, apart by blanks. `missing` names columns without
    which no row can be understood, given those that are there.
    """

    headings: Mapping[str, str]
    missing: Callable[[Mapping[str, int]], list[str]]

    def column(self, heading: str) -> str | None:
        key = re.sub(r"[^a-z0-9]", "", heading.casefold())
        return next((name for name, all_ in self.headings.items() if key in all_.split()), None)


def read(content: bytes, shape: Shape) -> Table:
    """Raises `RuleError` with a sentence when this is no such table at all."""
    if len(content) > MOST_BYTES:
        raise RuleError("The file is larger than 10 MB. Split it.", field="file")
    text = _decode(content)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    records = _records(text, separator)
    heading = next(records, None)
    if heading is None:
        raise RuleError("The file is empty.", field="file")
    columns = [cell.strip() for cell in heading[1]]
    places = _places(columns, shape)
    rows, cells = [], {}
    for line, record in records:
        values = {name: _said(record[at]) for name, at in places.items() if at < len(record)}
        rows.append(Row(line, values))
        cells[line] = record
        if len(rows) > MOST_ROWS:
            raise RuleError(f"The file has more than {MOST_ROWS:,} rows. Split it.", field="file")
    if not rows:
        raise RuleError("The file has a heading and no row.", field="file")
    return Table(columns, separator, rows, cells)


def harmless(cell: str) -> str:
    """No spreadsheet takes a cell of a stranger's file for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _said(cell: str) -> str:
    """What a cell says, without the mark of `harmless`: bad rows come back put right."""
    marked = cell.startswith("'") and cell[1:].startswith(FORMULA)
    return (cell[1:] if marked else cell).strip()


def _decode(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, and what Excel writes on Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RuleError("This is not a text file. Save the table as CSV.", field="file")


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records that hold anything, each with the line on which it begins."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    begins = 1
    while True:
        try:
            record = next(lines, None)
        except csv.Error as error:
            raise RuleError(
                f"Line {begins} cannot be read. Is a quotation mark missing?", field="file"
            ) from error
        if record is None:
            return
        if any(cell.strip() for cell in record):
            yield begins, record
        begins = lines.line_num + 1


def _places(columns: list[str], shape: Shape) -> dict[str, int]:
    """Where each of our columns is; the first of two with the same meaning counts."""
    places: dict[str, int] = {}
    for at, heading in enumerate(columns):
        column = shape.column(heading)
        if column is not None:
            places.setdefault(column, at)
    missing = shape.missing(places)
    if missing:
        raise RuleError(
            f"The first line must name the columns. Missing: {', '.join(missing)}.", field="file"
        )
    return places
