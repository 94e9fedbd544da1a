"""Notes on the timeline: each version at the time it was written."""

from typing import Any

from django.db.models import QuerySet

from casework.notes.models import NoteVersion
from casework.participants.registry import Looking
from casework.participants.timeline import Happening, Kind, Source, timeline

NOTES = "notes"


def _versions(looking: Looking, _kind: str) -> QuerySet[Any]:
    rows = NoteVersion.objects.filter(note__participant=looking.participant)
    return rows.select_related("note__author")


def _tell(row: NoteVersion) -> Happening:
    title = "Note" if row.number == 1 else f"Note amended (version {row.number})"
    return Happening(title, row.text, row.note.author.full_name)


def register() -> None:
    """Called once, at start."""
    timeline.add(
        Kind(NOTES, "Notes", "sticky_note_2"),
        Source("note", (NOTES,), "written_at", _versions, _tell,
               frozenset({"wrote a note", "amended a note"})),
    )  # fmt: skip
