"""Verbs of messages: send, mark read. What was written is in no audit line and in no notice."""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.documents.intake import safe_attachments
from casework.documents.services import attach, see_with
from casework.messages.models import LONGEST, Author, Message
from casework.messages.telling import take_back_nudge, write_nudge
from casework.participants.models import Participant
from casework.staff.models import User

MOST_AN_HOUR = 30
"""Of a participant's: more is a stuck button, not a person."""


@dataclass(frozen=True)
class _New:
    text: str
    files: Sequence[bytes]
    key: str

    @property
    def said(self) -> str:
        return self.text.replace("\r\n", "\n").strip()

    @property
    def fingerprint(self) -> str | None:
        """The same form sent again with the same in it; None where no form gave a key."""
        if not self.key:
            return None
        whole = hashlib.sha256(f"{self.key}\0{self.said}".encode())
        for one in self.files:
            whole.update(hashlib.sha256(one).digest())
        return whole.hexdigest()


def send(
    by: User | Participant,
    participant: Participant,
    text: str,
    *,
    now: datetime,
    key: str = "",
    files: Sequence[bytes] = (),
) -> Message:
    """Write to the other side; the same with the same `key` again gives the first message.

    `files` are bytes as they came; with one, `text` may be empty.

    An answer of staff marks what waited as read, and nudges the participant unless an unread
    message has done so. Raises `RuleError` (naming the file that cannot be taken),
    `NotPermitted`, `WrongState`, `TooOften`; then nothing is kept.
    """
    new = _New(text, files, key)
    _check_text(new)
    known = _known(by, participant, new)
    if known is not None:
        return known
    safe = safe_attachments(new.files)
    with transaction.atomic(), ExitStack() as kept:
        locked = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        known = _known(by, locked, new)
        if known is not None:
            return known
        _check_sender(by, locked, now)
        is_first = not Message.objects.of(locked).unseen().exists()
        message = _keep(by, locked, new, now)
        record(
            "sent a message",
            ("message", message.public_id),
            by=by.actor,
            now=now,
            participant=locked.public_id,
        )
        if safe:
            attach(by, locked, safe, came_with=message.public_id, now=now, files=kept)
        if isinstance(by, User):
            mark_read(locked, by=by, now=now)
            if is_first:
                write_nudge(message, now=now)
    return message


def _known(by: User | Participant, participant: Participant, new: _New) -> Message | None:
    if new.fingerprint is None:
        return None
    mine = Message.objects.of(participant).filter(author=_author(by), key=new.fingerprint)
    return mine.first()


def _author(by: User | Participant) -> Author:
    return Author.STAFF if isinstance(by, User) else Author.PARTICIPANT


def _check_text(new: _New) -> None:
    said = new.said
    if not said and not new.files:
        raise RuleError(_("Write a message or choose a file first."), field="text")
    if len(said) > LONGEST:
        raise RuleError(
            _("That is too long. Write %(most)d letters at most.") % {"most": LONGEST}, field="text"
        )
    if "\0" in said:
        raise RuleError(_("Write a message or choose a file first."), field="text")


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


def _keep(by: User | Participant, locked: Participant, new: _New, now: datetime) -> Message:
    kept: Message = Message.objects.create(
        participant=locked,
        author=_author(by),
        written_by=by if isinstance(by, User) else None,
        text=new.said,
        attachments=len(new.files),
        sent_at=now,
        key=new.fingerprint,
    )
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
    if isinstance(by, User):
        with_files = read.filter(attachments__gt=0).values_list("public_id", flat=True)
        see_with(list(with_files), by=by, now=now)
    else:
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
