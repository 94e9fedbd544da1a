"""The participant is told who the new officer is, once the transfer can no longer be taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from casework.notices.registry import Facts, Kind, Message, Reading, register
from casework.notices.rules import Channel
from casework.notices.services import NewNotice, cancel_unsent, write
from casework.transfers.models import HandOver, Transfer
from casework.transfers.rules import IS_NEWS_FOR, undo_until

KIND = "officer_changed"
PAGE = "/home/"


def tell(made: Transfer, handed: Collection[HandOver]) -> None:
    """Into the outbox, in the caller's transaction."""
    due = undo_until(made.made_at)
    write(
        *(
            NewNotice(
                participant_pk=one.participant_id,
                kind=KIND,
                subject_id=one.public_id,
                due_at=due,
                expires_at=made.made_at + IS_NEWS_FOR,
            )
            for one in handed
        ),
        now=made.made_at,
    )


def take_back(handed: Collection[HandOver], *, now: datetime) -> None:
    for one in handed:
        cancel_unsent(one.public_id, now=now, kinds={KIND})


def still_so(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Not taken back, and nobody else has the case since."""
    rows = HandOver.objects.standing().filter(
        public_id__in=subjects, participant__closed_at__isnull=True
    )
    return {key: {} for key in rows.values_list("public_id", flat=True)}


def officer_changed(reading: Reading) -> Message:
    text = _("Your contact person has changed. Please look at your page to see the name.")
    return Message(title=_("New contact person"), text=text, spoken=text, path=PAGE)


def register_kinds() -> None:
    """Called once, at start."""
    register(
        Kind(
            KIND,
            "Officer changed",
            officer_changed,
            still_so,
            channels=(Channel.PUSH, Channel.SMS, Channel.EMAIL),
        )
    )
