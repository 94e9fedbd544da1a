"""From the bytes of a CSV file to its rows. No database."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from casework.common.errors import RuleError

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
SEPARATORS = ",;\t|"
REQUIRED = ("a_number", "court", "kind")
# What a column may be called: letters and digits of the heading, in lower case.
HEADINGS = {
    "a_number": "anumber alienno aliennumber ano anum a",
    "case": "case casekind casetype proceeding",
    "court": "court immigrationcourt courtname location",
    "kind": "kind hearingkind hearingtype type",
    "mode": "mode hearingmode medium",
    "starts": "starts startsat start startstime datetime when hearingdatetime hearingat",
    "date": "date day hearingdate",
    "time": "time hearingtime at",
    "judge": "judge immigrationjudge ij",
    "room": "room courtroom",
    "link": "link url videolink videourl",
    "status": "status hearingstatus",
}
_COLUMN = {name: column for column, names in HEADINGS.items() for name in names.split()}


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


def read(content: bytes) -> Table:
    """Raises `RuleError` with a sentence when this is no table of hearings at all."""
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
    places = _places(columns)
    rows, cells = [], {}
    for line, record in records:
        values = {name: record[at].strip() for name, at in places.items() if at < len(record)}
        rows.append(Row(line, values))
        cells[line] = record
        if len(rows) > MOST_ROWS:
            raise RuleError(f"The file has more than {MOST_ROWS:,} rows. Split it.", field="file")
    if not rows:
        raise RuleError("The file has a heading and no row.", field="file")
    return Table(columns, separator, rows, cells)


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


def _places(columns: list[str]) -> dict[str, int]:
    """Where each of our columns is; the first of two with the same meaning counts."""
    places: dict[str, int] = {}
    for at, heading in enumerate(columns):
        column = _COLUMN.get(re.sub(r"[^a-z0-9]", "", heading.casefold()))
        if column is not None:
            places.setdefault(column, at)
    missing = [name for name in REQUIRED if name not in places]
    if "starts" not in places and not {"date", "time"} <= set(places):
        missing.append("starts (or date and time)")
    if missing:
        raise RuleError(
            f"The first line must name the columns. Missing: {', '.join(missing)}.", field="file"
        )
    return places
