"""From frozen parameters to content and bytes."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

from smartlink.reports.audit_of_draws import draws
from smartlink.reports.compliance import compliance
from smartlink.reports.content import Content, Table
from smartlink.reports.court import court
from smartlink.reports.people import participants
from smartlink.reports.writers import WRITERS, Tick

CONTENTS: dict[str, Callable[[dict[str, Any]], Content]] = {
    "compliance": compliance,
    "participants": participants,
    "participant": court,
    "draws": draws,
}


def content_of(frozen: dict[str, Any]) -> Content:
    """The same parameters give the same content, as long as the database remembers."""
    return CONTENTS[frozen["kind"]](frozen)


def write(content: Content, form: str, file: BinaryIO, tick: Tick = lambda _rows: None) -> None:
    """Write it in a format (a word of WRITERS)."""
    WRITERS[form](content, file, tick)


def first_rows(content: Content, most: int) -> Content:
    """The same with at most so many rows in each table."""

    def cut(table: Table) -> Table:
        return replace(table, rows=lambda: islice(iter(table.rows()), most))

    return replace(content, tables=tuple(cut(table) for table in content.tables))
