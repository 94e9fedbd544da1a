"""From frozen parameters to content and bytes."""

from collections.abc import Callable
from typing import Any, BinaryIO

from smartlink.reports.audit_of_draws import draws
from smartlink.reports.compliance import compliance
from smartlink.reports.content import Content
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
