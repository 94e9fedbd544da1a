"""Documents on the timeline, and the notice that the office has put one on the own page."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.documents.models import KINDS, Document
from casework.notices.registry import Facts, Message, Reading, register
from casework.notices.registry import Kind as NoticeKind
from casework.notices.rules import Channel
from casework.notices.services import NewNotice, write
from casework.participants.timeline import Kind, timeline

SHARED = "document_shared"
DOCUMENTS = "documents"
IS_NEWS_FOR = timedelta(days=14)
VERBS = (
    "added a document", "added a document for staff only", "marked a document as seen",
    "described a document", "removed a document", "took back a document",
)  # fmt: skip


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


def _kind(facts: dict[str, Any]) -> str:
    return str(dict(KINDS).get(facts.get("kind", ""), ""))


def register_all() -> None:
    """Called once, at start."""
    register(
        NoticeKind(
            SHARED, "New document", shared, still_new,
            channels=(Channel.PUSH, Channel.SMS, Channel.EMAIL),
        )
    )  # fmt: skip
    # The audit trail tells it all, so no question of its own is asked.
    timeline.add(Kind(DOCUMENTS, "Documents", "description"))
    timeline.objects["document"] = DOCUMENTS
    timeline.links["document"] = "console:document"
    trail = timeline.sources["trail"]
    timeline.add(replace(trail, kinds=(*trail.kinds, DOCUMENTS)))
    for verb in VERBS:
        timeline.facts[verb] = _kind
