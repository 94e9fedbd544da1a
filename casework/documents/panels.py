"""What documents add to a participant's file: the newest of them, in the participant's query."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from casework.documents.models import Document
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Looking, Panel, file_of_participant

SHOWN = 6
_FIELDS = (
    "public_id", "author", "kind", "note", "description", "shared", "sent_at", "looked_at",
    "seen_at", "number_of_pages", "first_type",
)  # fmt: skip
_TIMES = ("sent_at", "looked_at", "seen_at")


def with_papers(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """Adds `papers`: the newest documents that stand, one more than are shown."""
    newest = Document.objects.standing().filter(participant=OuterRef("pk")).with_pages()
    facts = newest.order_by("-pk").values(facts=JSONObject(**{name: name for name in _FIELDS}))
    annotated: ParticipantQuerySet = rows.annotate(papers=ArraySubquery(facts[: SHOWN + 1]))
    return annotated


def documents(looking: Looking) -> dict[str, Any]:
    """Nothing is asked here: it came with the participant."""
    found = [_document(facts) for facts in getattr(looking.participant, "papers", [])]
    return {"documents": found[:SHOWN], "more_documents": len(found) > SHOWN}


def _document(facts: dict[str, Any]) -> Document:
    times = {name: parse_datetime(facts[name]) for name in _TIMES if facts[name]}
    added = {name: facts.pop(name) for name in ("number_of_pages", "first_type")}
    found = Document(**facts | times)
    for name, value in added.items():
        setattr(found, name, value)
    return found


def register() -> None:
    """Called once, at start."""
    file_of_participant.annotations.append(with_papers)
    file_of_participant.add(
        Panel("documents", "Documents", "console/panels/documents.html", documents, 55)
    )
