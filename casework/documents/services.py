"""Verbs of documents: add, mark as seen, describe, remove, take back.

What a document shows or says is in no audit line and in no notice.
"""

import hashlib
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record, record_look
from casework.common.actors import Actor
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.common.files import kept_file
from casework.common.safe_files import SafeFile
from casework.documents import rules
from casework.documents.intake import safe_pages
from casework.documents.models import Author, Document, DocumentPage, DocumentQuerySet
from casework.documents.registry import subjects
from casework.documents.rules import DocumentKind
from casework.documents.telling import tell_shared
from casework.participants.models import Participant
from casework.staff.models import User


@dataclass(frozen=True)
class NewDocument:
    """`files` are bytes as they came. Only staff hide one from the participant, and say why."""

    kind: DocumentKind
    files: Sequence[bytes]
    note: str = ""
    shared: bool = True
    why_hidden: str = ""
    came_with: UUID | None = None
    key: str = ""

    @property
    def fingerprint(self) -> str | None:
        """The same form sent again with the same in it; None where no form gave a key."""
        if not self.key:
            return None
        said = (self.key, self.kind.value, self.note, str(self.shared), self.why_hidden)
        whole = hashlib.sha256("\0".join(said).encode())
        for one in self.files:
            whole.update(hashlib.sha256(one).digest())
        return whole.hexdigest()


def add(
    by: User | Participant, participant: Participant, new: NewDocument, *, now: datetime
) -> Document:
    """Keep the files, made safe, as one document; the same sent again gives the first.

    Raises `RuleError` naming the file that cannot be taken, `NotPermitted`, `WrongState`,
    `TooOften`; then nothing is kept.
    """
    known = _known(by, participant, new.fingerprint)
    if known is not None:
        return known
    _check_sender(by, participant, now)
    _check_words(new)
    safe = safe_pages(new.files)
    with transaction.atomic(), ExitStack() as files:
        locked = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        known = _known(by, locked, new.fingerprint)
        if known is not None:
            return known
        _check_sender(by, locked, now)
        made = _keep(by, locked, new, now)
        for number, one in enumerate(safe, 1):
            _keep_page(made, number, one, files)
        hidden = "" if new.shared else " for staff only"
        _record(f"added a document{hidden}", made, by.actor, now)
        if isinstance(by, User) and new.shared and new.came_with is None:
            tell_shared(made, now=now)
    return made


def attach(
    by: User | Participant,
    locked: Participant,
    safe: Sequence[SafeFile],
    *,
    came_with: UUID,
    now: datetime,
    files: ExitStack,
) -> None:
    """Keep each file as a document that came with what is being sent, in the sender's transaction.

    `safe` is from `casework.documents.intake`, `locked` is held by the caller, `files` takes the
    files away again if its transaction does not hold. The caller tells the other side.
    Raises `NotPermitted`, `WrongState`, `TooOften`.
    """
    _check_sender(by, locked, now, more=len(safe))
    for one in safe:
        new = NewDocument(DocumentKind.OTHER, (), came_with=came_with)
        made = _keep(by, locked, new, now)
        _keep_page(made, 1, one, files)
        _record("added a document", made, by.actor, now)


def _known(by: User | Participant, participant: Participant, key: str | None) -> Document | None:
    if key is None:
        return None
    mine = Document.objects.of(participant).filter(author=_author(by), key=key)
    return mine.first()


def _author(by: User | Participant) -> Author:
    return Author.STAFF if isinstance(by, User) else Author.PARTICIPANT


def _check_sender(
    by: User | Participant, participant: Participant, now: datetime, *, more: int = 1
) -> None:
    allowed = (
        by.has_perm("documents.add_document") if isinstance(by, User) else by.pk == participant.pk
    )
    if not allowed:
        raise NotPermitted(_("Your role does not do this."))
    if isinstance(by, User):
        return
    if participant.closed_at is not None and participant.closed_at <= now:
        raise WrongState(_("Supervision has ended: no more documents can be sent here."))
    lately = Document.objects.of(participant).filter(
        author=Author.PARTICIPANT, sent_at__gt=now - rules.DAY
    )
    if lately.count() + more > rules.MOST_A_DAY:
        raise TooOften(
            _("You have sent many documents today. Send more tomorrow, or call your office."),
            retry_after=int(rules.DAY.total_seconds()),
        )


def _check_words(new: NewDocument) -> None:
    if "\0" in new.note + new.why_hidden or len(new.note.strip()) > rules.LONGEST_NOTE:
        raise RuleError(
            _("That is too long. Write %(most)d letters at most.") % {"most": rules.LONGEST_NOTE},
            field="note",
        )
    if not new.shared and not new.why_hidden.strip():
        raise RuleError("Say why.", field="why_hidden")


def _keep(by: User | Participant, locked: Participant, new: NewDocument, now: datetime) -> Document:
    made: Document = Document.objects.create(
        participant=locked,
        author=_author(by),
        added_by=by if isinstance(by, User) else None,
        kind=DocumentKind(new.kind).value,
        note=new.note.strip(),
        shared=new.shared,
        why_hidden="" if new.shared else new.why_hidden.strip()[: rules.LONGEST_REASON],
        sent_at=now,
        came_with=new.came_with,
        key=new.fingerprint,
    )
    return made


def _keep_page(made: Document, number: int, safe: SafeFile, files: ExitStack) -> None:
    """`files` takes the file away again if the transaction does not hold."""
    page = DocumentPage(
        document=made,
        number=number,
        media_type=safe.media_type,
        bytes=len(safe.content),
        sha256=hashlib.sha256(safe.content).hexdigest(),
    )
    page.file = files.enter_context(kept_file(page, "file", safe.content, safe.suffix))
    page.save(force_insert=True)


@transaction.atomic
def look_at(document: Document, *, by: User, now: datetime) -> bool:
    """Before staff are shown what it says: from now on its sender cannot take it back.

    False when it is gone: it may have been taken back just now. Small pictures in lists are none.
    """
    if document.removed_at is None and document.looked_at is None:
        first = Document.objects.standing().filter(
            pk=document.pk, author=Author.PARTICIPANT, looked_at__isnull=True
        )
        first.update(looked_at=now, looked_by=by)
        fresh = ["looked_at", "looked_by", "seen_at", "seen_by", "removed_at", "removed_by"]
        document.refresh_from_db(fields=[*fresh, "removal_reason"])
    target = ("document", document.public_id)
    person = document.participant.public_id
    record_look("viewed a document", target, by=by.actor, now=now, participant=person)
    return document.removed_at is None


@transaction.atomic
def mark_seen(document: Document, *, by: User, now: datetime) -> None:
    """Somebody of staff has looked at it; the participant sees when. Again changes nothing.

    Raises `WrongState` for one that was taken back or removed.
    """
    _require_right(by)
    if document.removed_at is not None:
        raise WrongState(_("This document is not there any more."))
    if _see(Document.objects.filter(pk=document.pk), by, now):
        document.seen_at, document.seen_by = now, by
        _record("marked a document as seen", document, by.actor, now)


def see_with(came_with: Collection[UUID], *, by: User, now: datetime) -> None:
    """The messages that they came with have been read; that is written down there."""
    _see(Document.objects.filter(came_with__in=came_with), by, now)


def _see(rows: DocumentQuerySet, by: User, now: datetime) -> int:
    waiting = rows.standing().filter(author=Author.PARTICIPANT, seen_at__isnull=True)
    return waiting.update(seen_at=now, seen_by=by)


def opened(document: Document, *, now: datetime) -> None:
    """The participant has opened what staff have shared: written down the first time."""
    rows = Document.objects.filter(pk=document.pk, author=Author.STAFF, seen_at__isnull=True)
    if rows.update(seen_at=now):
        _record("opened a document", document, document.participant.actor, now)


@transaction.atomic
def describe(document: Document, description: str, about: str, *, by: User, now: datetime) -> None:
    """What it is, for colleagues, and what it is about ("kind:id", or nothing)."""
    _require_right(by)
    kind, about_id = _about(document.participant, about)
    facts = {
        "description": description.strip()[: rules.LONGEST_NOTE],
        "about_kind": kind,
        "about_id": about_id,
    }
    if all(getattr(document, name) == value for name, value in facts.items()):
        return
    if not Document.objects.standing().filter(pk=document.pk).update(**facts):
        raise WrongState(_("This document is not there any more."))
    for name, value in facts.items():
        setattr(document, name, value)
    _record("described a document", document, by.actor, now)


def _about(participant: Participant, about: str) -> tuple[str, UUID | None]:
    """Only a thing of the same person."""
    if not about:
        return "", None
    kind, _colon, key = about.partition(":")
    subject = subjects.named(kind)
    known = dict(subject.choices(participant)) if subject is not None else {}
    found = next((one for one in known if str(one) == key), None)
    if found is None:
        raise RuleError("There is no such thing in this file.", field="about")
    return kind, found


@transaction.atomic
def remove(document: Document, *, by: User, reason: str, now: datetime) -> None:
    """Out of everybody's sight, with a reason that its sender reads; retention deletes the files.

    Raises `RuleError` without a reason, `WrongState` when it is gone already.
    """
    _require_right(by)
    reason = reason.strip()[: rules.LONGEST_REASON]
    if not reason:
        raise RuleError("Say why.", field="reason")
    facts = {"removed_at": now, "removed_by": by, "removal_reason": reason}
    _go(document, Document.objects.all(), **facts)
    _record("removed a document", document, by.actor, now)


@transaction.atomic
def take_back(document: Document, *, now: datetime) -> None:
    """By the participant, while nobody of staff has opened it or read what it came with."""
    if not document.is_from_staff and document.removed_at is None:
        document.refresh_from_db(fields=["looked_at", "seen_at"])
    if document.is_from_staff or document.looked_at or document.seen_at:
        raise WrongState(_("Your office has seen it already. Ask them to remove it."))
    unseen = Document.objects.filter(seen_at__isnull=True, looked_at__isnull=True)
    _go(document, unseen, removed_at=now)
    _record("took back a document", document, document.participant.actor, now)


def _go(document: Document, rows: DocumentQuerySet, **facts: Any) -> None:
    """Once, where the row is still among `rows`: somebody may have been quicker."""
    if not rows.standing().filter(pk=document.pk).update(**facts):
        raise WrongState(_("This document is not there any more."))
    for name, value in facts.items():
        setattr(document, name, value)


def _require_right(by: User) -> None:
    if not by.has_perm("documents.change_document"):
        raise NotPermitted(_("Your role does not do this."))


def _record(verb: str, document: Document, by: Actor, now: datetime) -> None:
    record(
        verb,
        ("document", document.public_id),
        by=by,
        now=now,
        participant=document.participant.public_id,
        facts={"kind": document.kind},
    )
