"""How long hand-over notes are kept, and their part of the copy of a person's file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, parts_of_file
from casework.participants.models import Participant
from casework.retention.registry import Rule, retention
from casework.transfers.models import HandOver

DAYS = 365


def _over(cutoff: datetime) -> QuerySet[Any]:
    return HandOver.objects.filter(participant__closed_at__lt=cutoff)


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
            days=DAYS, due=_over, person="participant", order=63,
        )
    )  # fmt: skip
    parts_of_file.add(
        Part("hand_overs", _("When your case moved to another officer"), _handed_over, 42)
    )
