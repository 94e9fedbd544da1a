"""What came with messages, for those who show them."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from casework.documents.models import Document, DocumentQuerySet
from casework.messages.models import Message


def give_papers(messages: Iterable[Message], documents: DocumentQuerySet) -> None:
    """Give each message its `papers`, as far as `documents` holds them.

    One query for all, and none where nothing came with any.
    """
    listed = list(messages)
    found: dict[UUID | None, list[Document]] = defaultdict(list)
    ids = [one.public_id for one in listed if one.attachments]
    if ids:
        rows = documents.filter(came_with__in=ids).with_pages().select_related("added_by")
        for document in rows.order_by("pk"):
            found[document.came_with].append(document)
    for one in listed:
        one.papers = found[one.public_id]
