"""Writing notes, and amending them without losing what they said."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.notes.models import Note, NoteVersion
from casework.participants.models import Participant
from casework.staff.models import User

MOST_LETTERS = 5_000


@transaction.atomic
def write(participant: Participant, text: str, *, by: User, now: datetime) -> Note:
    """A new note in a file that `by` may open. Raises `RuleError`."""
    said = _sound(text)
    note = Note.objects.create(participant=participant, author=by, made_at=now)
    NoteVersion.objects.create(note=note, number=1, text=said, written_at=now)
    _note("wrote a note", note, by, now, 1)
    return note


@transaction.atomic
def amend(note: Note, text: str, *, by: User, now: datetime) -> NoteVersion:
    """The next version, by its author alone; the earlier ones stay to be read.

    What is the same changes nothing. Raises `RuleError`, `NotPermitted`.
    """
    said = _sound(text)
    if note.author_id != by.pk:
        raise NotPermitted(_("Only who wrote a note amends it. Write one of your own."))
    Note.objects.select_for_update().get(pk=note.pk)
    newest: NoteVersion = note.versions.order_by("-number").first()  # type: ignore[assignment]
    if newest.text == said:
        return newest
    made = NoteVersion.objects.create(
        note=note, number=newest.number + 1, text=said, written_at=now
    )
    _note("amended a note", note, by, now, made.number)
    return made


def _sound(text: str) -> str:
    said = text.strip()
    if not said:
        raise RuleError(_("Write something."), field="text")
    if len(said) > MOST_LETTERS:
        raise RuleError(_("At most %d characters.") % MOST_LETTERS, field="text")
    return said


def _note(verb: str, note: Note, by: User, now: datetime, version: int) -> None:
    record(
        verb,
        ("note", note.public_id),
        by=by.actor,
        now=now,
        participant=note.participant.public_id,
        facts={"version": version},
    )
