"""What a crowd has sent and asked for: messages, documents, changes, help."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from casework.documents.models import Document, DocumentPage
from casework.messages.models import Message
from casework.requests.models import ChangeReport, Circumstances, HelpRequest
from smartlink.demo.crowd.bulk import insert
from smartlink.demo.crowd.people import chance
from smartlink.demo.paper import photo_of

PAPER = "documents/crowd.jpg"
TABLES = [Document, DocumentPage, Message, ChangeReport, Circumstances, HelpRequest]


def give(facts: dict[str, Any]) -> None:
    """To everybody in `crowd_now`; what is younger than three days mostly waits still."""
    if not default_storage.exists(PAPER):
        lines = ["Nobody lives here.", "For trying lists at scale."]
        default_storage.save(PAPER, ContentFile(photo_of("Paper", lines)))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS crowd_sent")
        cursor.execute(_SENT, facts)
        cursor.execute("ANALYZE crowd_sent")
    for model, values, source in _MADE:
        insert(model, values, source, facts | {"paper": PAPER})


# A person sends something about every four weeks; `what` says which of them it is.
_N = "c.i * 1000 + n"
_WHAT = chance(_N, 31)
_SENT = f"""CREATE TEMPORARY TABLE crowd_sent ON COMMIT DROP AS
WITH sent AS (
    SELECT c.id AS person, c.officer, n, {_WHAT} AS u, {chance(_N, 32)} AS v,
           %(now)s - interval '1 hour' - (n - {chance(_N, 33)}) * interval '28 days' AS at
    FROM crowd_now c,
         generate_series(1, floor(extract(epoch FROM %(now)s - c.began) / 2419200)::int) n
)
SELECT *, CASE WHEN u < 0.6 THEN 'message' WHEN u < 0.8 THEN 'document'
               WHEN u < 0.9 THEN 'help' ELSE 'change' END AS what,
       CASE WHEN v < 0.98 AND at < %(now)s - interval '3 days' OR v < 0.5
            THEN least(at + interval '20 hours' * v, %(now)s) END AS seen
FROM sent"""  # noqa: S608 - put together from the constants above
_SEEN_BY = "CASE WHEN s.seen IS NOT NULL THEN s.officer END"
_OF = "FROM crowd_sent s WHERE s.what = "
_MADE: list[tuple[Any, dict[str, str], str]] = [
    (
        Message,
        {
            "participant_id": "s.person",
            "author": "'participant'",
            "text": "'When is the office open this week?'",
            "sent_at": "s.at",
            "read_at": "s.seen",
            "read_by_id": _SEEN_BY,
        },
        f"{_OF} 'message' ORDER BY s.at",
    ),
    (
        Message,
        {
            "participant_id": "s.person",
            "author": "'staff'",
            "written_by_id": "s.officer",
            "text": "'Every day from 8 to 4. Please bring your papers.'",
            "sent_at": "s.seen",
            "read_at": f"CASE WHEN {chance('s.person * 1000 + s.n', 34)} < 0.9 THEN s.seen END",
        },
        f"{_OF} 'message' AND s.seen IS NOT NULL ORDER BY s.at",
    ),
    (
        Document,
        {
            "participant_id": "s.person",
            "author": "'participant'",
            "kind": (
                "(ARRAY['hearing', 'address', 'medical', 'work', 'other'])[1 + floor(s.v * 5)::int]"
            ),
            "sent_at": "s.at",
            "seen_at": "s.seen",
            "seen_by_id": _SEEN_BY,
        },
        f"{_OF} 'document' ORDER BY s.at",
    ),
    (
        DocumentPage,
        {
            "document_id": "d.id",
            "number": "1",
            "file": "%(paper)s",
            "media_type": "'image/jpeg'",
            "bytes": "60000",
            "sha256": "repeat('0', 64)",
        },
        "FROM documents_document d JOIN crowd_now c ON c.id = d.participant_id",
    ),
    (
        HelpRequest,
        {
            "participant_id": "s.person",
            "kind": (
                "(ARRAY['call', 'technical', 'transport', 'health', 'other'])"
                "[1 + floor(s.v * 5)::int]"
            ),
            "state": "CASE WHEN s.seen IS NULL THEN 'asked' ELSE 'closed' END",
            "asked_at": "s.at",
            "settled_at": "s.seen",
            "settled_by_id": _SEEN_BY,
            "note": "CASE WHEN s.seen IS NULL THEN '' ELSE 'We talked on the telephone.' END",
        },
        f"{_OF} 'help'",
    ),
    (
        ChangeReport,
        {
            "participant_id": "s.person",
            "kind": "'address'",
            "street": "'1 Example Street'",
            "city": "'Springfield'",
            "state": "CASE WHEN s.seen IS NULL THEN 'reported' ELSE 'confirmed' END",
            "reported_at": "s.at",
            "settled_at": "s.seen",
            "settled_by_id": _SEEN_BY,
        },
        f"{_OF} 'change'",
    ),
    (
        Circumstances,
        {
            "participant_id": "s.person",
            "street": "'1 Example Street'",
            "city": "'Springfield'",
            "changed_at": "max(s.seen)",
        },
        f"{_OF} 'change' AND s.seen IS NOT NULL GROUP BY s.person",
    ),
]
