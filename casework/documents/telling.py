"""Documents on the timeline, and the notice that the office has put one on the own page."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.documents.models import Document
from casework.documents.rules import Standing
from casework.notices.registry import Facts, Message, Reading, register
from casework.notices.registry import Kind as NoticeKind
from casework.notices.rules import Channel
from casework.notices.services import NewNotice, write
from casework.participants.registry import Looking
from casework.participants.timeline import Happening, Kind, Source, timeline

SHARED = "document_shared"
DOCUMENTS = "documents"
IS_NEWS_FOR = timedelta(days=14)
_STANDS = {Standing.TAKEN_BACK.value: "taken back", Standing.REMOVED.value: "removed"}


def tell_shared(document: Document, *, now: datetime) -> None:
    """In the caller's transaction."""
    write(
        NewNotice(
            participant_pk=document.participant_id,
            kind=SHARED,
            subject_id=document.public_id,
            expires_at=now + IS_NEWS_FOR,
        ),
        now=now,
    )


def still_new(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    rows = Document.objects.standing().filter(
        public_id__in=subjects, shared=True, seen_at__isnull=True
    )
    return {key: {} for key in rows.values_list("public_id", flat=True)}


def shared(reading: Reading) -> Message:
    """Whoever else sees the phone may read it: it never says what the document is."""
    text = _("Your office has put a document on your page. Please look at your page.")
    return Message(
        title=_("New document"), text=text, spoken=text, path=reverse("portal:documents")
    )


def _documents(looking: Looking, _kind: str) -> QuerySet[Any]:
    return Document.objects.of(looking.participant).with_pages().select_related("added_by")


def _tell(row: Any) -> Happening:
    pages = f"{row.number_of_pages} pages" if row.number_of_pages > 1 else ""
    words = [str(row.get_kind_display()), row.description or row.note, pages, _stands(row)]
    who = row.added_by.full_name if row.is_from_staff else "the participant"
    return Happening(
        "Document added" if row.is_from_staff else "Document sent",
        " · ".join(one for one in words if one),
        who,
        link=("console:document", row.public_id),
    )


def _stands(row: Document) -> str:
    hidden = "" if row.shared else "not shown to the participant"
    return _STANDS.get(row.state, hidden)


def register_all() -> None:
    """Called once, at start."""
    register(
        NoticeKind(
            SHARED, "New document", shared, still_new,
            channels=(Channel.PUSH, Channel.SMS, Channel.EMAIL),
        )
    )  # fmt: skip
    timeline.add(
        Kind(DOCUMENTS, "Documents", "description"),
        Source("document", (DOCUMENTS,), "sent_at", _documents, _tell,
               frozenset({"added a document", "added a document for staff only"})),
    )  # fmt: skip
    timeline.objects["document"] = DOCUMENTS
