"""Verbs of messages: send, mark read. What was written is in no audit line and in no notice."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.messages.models import LONGEST, Author, Message
from casework.messages.telling import take_back_nudge, write_nudge
from casework.participants.models import Participant
from casework.staff.models import User

MOST_AN_HOUR = 30
"""Of a participant's: more is a stuck button, not a person."""


@transaction.atomic
def send(
    by: User | Participant, participant: Participant, text: str, *, now: datetime, key: str = ""
) -> Message:
    """Write to the other side; the same `key` again gives the first message and changes nothing.

    An answer of staff marks what waited as read, and nudges the participant unless an unread
    message has done so. Raises `RuleError`, `NotPermitted`, `WrongState`, `TooOften`.
    """
    said = text.replace("\r\n", "\n").strip()
    _check_text(said)
    locked = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    author = Author.STAFF if isinstance(by, User) else Author.PARTICIPANT
    known = Message.objects.of(locked).filter(author=author, key=key).first() if key else None
    if known is not None:
        return known
    _check_sender(by, locked, now)
    is_first = not Message.objects.of(locked).unseen().exists()
    message = _keep(by, locked, said, now, key)
    record(
        "sent a message",
        ("message", message.public_id),
        by=by.actor,
        now=now,
        participant=locked.public_id,
    )
    if isinstance(by, User):
        mark_read(locked, by=by, now=now)
        if is_first:
            write_nudge(message, now=now)
    return message


def _check_text(said: str) -> None:
    if not said:
        raise RuleError(_("Write a message first."), field="text")
    if len(said) > LONGEST:
        raise RuleError(
            _("That is too long. Write %(most)d letters at most.") % {"most": LONGEST}, field="text"
        )
    if "\0" in said:
        raise RuleError(_("Write a message first."), field="text")


def _check_sender(by: User | Participant, locked: Participant, now: datetime) -> None:
    if isinstance(by, User):
        if not by.has_perm("officer_messages.add_message"):
            raise NotPermitted(_("Your role does not do this."))
    elif by.pk != locked.pk:
        raise NotPermitted(_("Your role does not do this."))
    if locked.closed_at is not None and locked.closed_at <= now:
        raise WrongState(_("Supervision has ended: no more messages can be sent here."))
    if isinstance(by, Participant):
        lately = Message.objects.of(locked).filter(
            author=Author.PARTICIPANT, sent_at__gt=now - timedelta(hours=1)
        )
        if lately.count() >= MOST_AN_HOUR:
            raise TooOften(
                _("These are many messages. Wait a while, or call your office."), retry_after=3600
            )


def _keep(
    by: User | Participant, locked: Participant, said: str, now: datetime, key: str
) -> Message:
    is_staff = isinstance(by, User)
    try:
        with transaction.atomic():
            kept: Message = Message.objects.create(
                participant=locked,
                author=Author.STAFF if is_staff else Author.PARTICIPANT,
                written_by=by if isinstance(by, User) else None,
                text=said,
                sent_at=now,
                key=key or None,
            )
    except IntegrityError as error:
        raise RuleError(_("Write a message first."), field="text") from error
    return kept


@transaction.atomic
def mark_read(
    participant: Participant,
    *,
    by: User | Participant,
    now: datetime,
    until: Message | None = None,
) -> int:
    """What the other side wrote (up to `until`) has been read; how many were new.

    For staff this says that nothing is left to be done about them. Raises `NotPermitted`.
    """
    mine = Message.objects.of(participant)
    if isinstance(by, User):
        if not by.has_perm("officer_messages.change_message"):
            raise NotPermitted(_("Your role does not do this."))
        rows = mine.waiting()
    else:
        rows = mine.unseen()
    if until is not None:
        rows = rows.filter(pk__lte=until.pk)
    keys = list(rows.select_for_update().values_list("pk", flat=True))
    if not keys:
        return 0
    read = Message.objects.filter(pk__in=keys)
    read.update(read_at=now, read_by=by if isinstance(by, User) else None)
    if not isinstance(by, User):
        take_back_nudge(keys, now=now)
    record(
        "read messages",
        ("participant", participant.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"count": len(keys)},
    )
    return len(keys)
