"""The nudge that a message waits: without a word of it, and one only while it is unread."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from casework.messages.models import Message
from casework.notices.models import Notice
from casework.notices.registry import Facts, Kind, Reading, register
from casework.notices.registry import Message as Words
from casework.notices.rules import Channel
from casework.notices.services import NewNotice, cancel_unsent, write

KIND = "message_waiting"
IS_NEWS_FOR = timedelta(days=7)
PAGE = "/messages/"


def write_nudge(message: Message, *, now: datetime) -> None:
    """In the caller's transaction."""
    write(
        NewNotice(
            participant_pk=message.participant_id,
            kind=KIND,
            subject_id=message.public_id,
            expires_at=now + IS_NEWS_FOR,
        ),
        now=now,
    )


def take_back_nudge(message_pks: Collection[int], *, now: datetime) -> None:
    """They have been read: what is not sent yet would be old news."""
    ids = Message.objects.filter(pk__in=message_pks).values("public_id")
    rows = Notice.objects.under_way().filter(kind=KIND, subject_id__in=ids)
    for subject in list(rows.values_list("subject_id", flat=True)):
        cancel_unsent(subject, now=now, kinds={KIND})


def still_unseen(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    rows = Message.objects.unseen().filter(
        public_id__in=subjects, participant__closed_at__isnull=True
    )
    return {key: {} for key in rows.values_list("public_id", flat=True)}


def waiting(reading: Reading) -> Words:
    text = _("You have a new message. Please look at your page.")
    return Words(title=_("New message"), text=text, spoken=text, path=PAGE)


def register_kinds() -> None:
    """Called once, at start."""
    register(
        Kind(
            KIND,
            "Message waiting",
            waiting,
            still_unseen,
            channels=(Channel.PUSH, Channel.SMS, Channel.EMAIL),
        )
    )
