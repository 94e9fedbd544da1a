"""One module a format; each writes the same content, always to the same bytes."""

from collections.abc import Callable
from typing import BinaryIO

from smartlink.reports.content import Content
from smartlink.reports.writers import as_csv, as_json, as_pdf, as_xlsx

# Called with every so many rows; may raise to stop the writing.
Tick = Callable[[int], None]
Writer = Callable[[Content, BinaryIO, Tick], None]

WRITERS: dict[str, Writer] = {
    "pdf": as_pdf.write,
    "xlsx": as_xlsx.write,
    "csv": as_csv.write,
    "json": as_json.write,
}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
