"""How long messages are kept, and their part of the copy of a person's file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, columns, parts_of_file
from casework.messages.models import Message
from casework.participants.models import Participant
from casework.retention.registry import Rule, retention

DAYS = 2 * 365


def _old(cutoff: datetime) -> QuerySet[Any]:
    return Message.objects.filter(sent_at__lt=cutoff)


def _written(person: Participant) -> Iterator[Row]:
    for row in Message.objects.of(person).select_related("written_by").order_by("pk"):
        who = row.written_by.full_name if row.written_by is not None else person.full_name
        yield {"from": who} | columns(row, "public_id", "sent_at", "text", "attachments", "read_at")


def register() -> None:
    """Called once, at start."""
    retention.add(
        Rule(
            "messages", "message",
            what=_("What you and your office write to each other"),
            why=_("So that both can look up what was said"),
            since=_("after it is sent"),
            days=DAYS, due=_old, person="participant", order=58,
        )
    )  # fmt: skip
    parts_of_file.add(
        Part("messages", _("Messages between you and your office"), _written, 69),
    )
