"""How long hand-over notes are kept, and their part of the copy of a person's file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, parts_of_file
from casework.participants.models import Assignment, Participant
from casework.retention.registry import Rule, delete_rows, retention
from casework.transfers.models import HandOver, Transfer

DAYS = 365


def _over(cutoff: datetime) -> QuerySet[Any]:
    return HandOver.objects.filter(participant__closed_at__lt=cutoff)


def _erase(rows: list[Any]) -> None:
    """With the hand-overs their notes on assignments; that of the transfer with its last one.

    Taking a transfer back copies the note of the assignment before: copies go by their text.
    """
    of_rows = Transfer.objects.filter(pk__in={row.transfer_id for row in rows})
    # Locked: of two batches that end one transfer, the later sees that it was the last.
    made = list(of_rows.select_for_update().order_by("pk"))
    texts = {one.note for one in made} | {row.note for row in rows}
    theirs = Assignment.objects.filter(participant__in={row.participant_id for row in rows})
    handed = Q(pk__in=[row.after_id for row in rows]) | Q(note__in=texts)
    theirs.filter(handed).exclude(note="").update(note="")
    delete_rows(rows)
    empty = of_rows.exclude(pk__in=HandOver.objects.filter(transfer__in=made).values("transfer"))
    empty.update(note="")


def _handed_over(person: Participant) -> Iterator[Row]:
    rows = HandOver.objects.of(person).select_related(
        "transfer__by", "transfer__officer", "before__officer", "acknowledged_by"
    )
    for one in rows:
        made = one.transfer
        yield {
            "public_id": one.public_id,
            "from": one.before.officer.full_name if one.before else None,
            "to": made.officer.full_name,
            "by": made.by.full_name,
            "at": made.made_at,
            "note": made.note,
            "note_about_you": one.note,
            "taken_back_at": made.undone_at,
            "read_at": one.acknowledged_at,
        }


def register() -> None:
    """Called once, at start."""
    retention.add(
        Rule(
            "hand_overs", "hand-over note",
            what=_("Notes from one officer to the next when your case moved"),
            why=_("So that your new officer knows what was said and agreed"),
            since=_("after supervision ends"),
            days=DAYS, due=_over, person="participant", erase=_erase, order=63,
        )
    )  # fmt: skip
    parts_of_file.add(
        Part(
            "hand_overs", _("When your case moved to another officer"),
            _handed_over, 42, office_only=True,
        )
    )  # fmt: skip
