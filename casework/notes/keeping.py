"""How long notes are kept, and what of them goes into the copy of a person's file: all of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, parts_of_file
from casework.notes.models import Note
from casework.participants.models import Participant
from casework.retention.registry import Rule, retention

DAYS = 365


def _over(cutoff: datetime) -> QuerySet[Any]:
    return Note.objects.filter(participant__closed_at__lt=cutoff)


def _notes(person: Participant) -> Iterator[Row]:
    """Every version: what was amended was said once."""
    for note in Note.objects.of(person).select_related("author").prefetch_related("versions"):
        yield {
            "public_id": note.public_id,
            "author": note.author.full_name,
            "versions": [
                {"number": one.number, "written_at": one.written_at, "text": one.text}
                for one in note.versions.all()
            ],
        }


def register() -> None:
    """Called once, at start."""
    retention.add(
        Rule(
            "notes", "note",
            what=_("Notes that staff wrote about you"),
            why=_("So that whoever works on your case knows what was said and agreed"),
            since=_("after supervision ends"),
            days=DAYS, due=_over, person="participant", order=62,
        )
    )  # fmt: skip
    parts_of_file.add(Part("notes", _("Notes that staff wrote about you"), _notes, 75))
