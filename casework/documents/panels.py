"""What documents add to a participant's file."""

from typing import Any

from casework.documents.models import Document
from casework.participants.registry import Looking, Panel, file_of_participant

SHOWN = 6


def documents(looking: Looking) -> dict[str, Any]:
    """One query: the newest that stand."""
    rows = Document.objects.of(looking.participant).standing().with_pages()
    found = list(rows[: SHOWN + 1])
    return {"documents": found[:SHOWN], "more_documents": len(found) > SHOWN}


def register() -> None:
    """Called once, at start."""
    file_of_participant.add(
        Panel("documents", "Documents", "console/panels/documents.html", documents, 55)
    )
