"""JSON, row by row: no table is ever whole in memory."""

import json
from collections.abc import Callable
from typing import Any, BinaryIO

from smartlink.reports.content import Content, Table
from smartlink.reports.words import plain
from smartlink.reports.writers.rows import ticking


def write(content: Content, file: BinaryIO, tick: Callable[[int], None]) -> None:
    head = {
        "title": content.title,
        "asked": dict(content.facts),
        "as_of": plain(content.as_of),
        "definitions_version": content.version,
        "notes": list(content.notes),
        "definitions": dict(content.definitions),
        "general": list(content.general),
    }
    file.write(_dumped(head)[:-1] + b',\n"tables": [')
    for number, table in enumerate(content.tables):
        file.write(b",\n" if number else b"\n")
        _table(table, file, tick)
    file.write(b"\n]}\n")


def _table(table: Table, file: BinaryIO, tick: Callable[[int], None]) -> None:
    columns = [{"name": c.name, "title": c.title, "kind": c.kind.value} for c in table.columns]
    head = {"name": table.name, "title": table.title, "note": table.note, "columns": columns}
    file.write(_dumped(head)[:-1] + b', "rows": [')
    for number, row in enumerate(ticking(table, tick)):
        values = [plain(value) for value in row]
        file.write((b",\n" if number else b"\n") + _dumped(values))
    file.write(b"]}")


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
