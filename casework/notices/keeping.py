"""How long notices are kept, and what of them goes into the copy of a person's file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, columns, parts_of_file
from casework.notices.models import Delivery, Notice, NoticePreferences
from casework.participants.models import Participant
from casework.retention.registry import Rule, retention

DAYS = 365


def _settled(cutoff: datetime) -> QuerySet[Any]:
    return Notice.objects.filter(settled_at__lt=cutoff)


def _told(person: Participant) -> Iterator[Row]:
    """What was sent, to which address, and whether it arrived."""
    rows = Delivery.objects.filter(notice__participant=person).exclude(body="").order_by("pk")
    for row in rows:
        yield columns(row, "channel", "address", "title", "body", "sent_at", "delivered_at")


def _wishes(person: Participant) -> Iterator[Row]:
    for row in NoticePreferences.objects.filter(participant=person):
        yield columns(row, "channels", "reminders", "quiet_from", "quiet_until", "updated_at")


def register() -> None:
    """Called once, at start."""
    retention.add(
        Rule(
            "notices", "notice",
            what=_("Messages we sent you"),
            why=_("To show what you were told, and when"),
            since=_("after they are sent"),
            days=DAYS, due=_settled, person="participant", order=60,
        )
    )  # fmt: skip
    parts_of_file.add(
        Part("messages_sent", _("Messages we sent you"), _told, 70),
        Part("how_to_reach", _("How we reach you"), _wishes, 71),
    )
