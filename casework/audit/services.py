"""Writing the audit trail."""

from datetime import datetime
from uuid import UUID

import structlog

from casework.audit.models import Entry
from casework.common.actors import Actor


def record(
    verb: str,
    target: tuple[str, UUID | None],
    *,
    by: Actor,
    now: datetime,
    participant: UUID | None = None,
    facts: dict[str, object] | None = None,
) -> Entry:
    """Add one line, in the caller's transaction: an act and its trace stand or fall together.

    `target` is (kind, public id). `facts` never hold names, A-numbers, phones or photo paths.
    """
    context = structlog.contextvars.get_contextvars()
    return Entry.objects.create(
        at=now,
        actor_kind=by.kind.value,
        actor_id=by.id,
        verb=verb,
        object_type=target[0],
        object_id=target[1],
        participant_id=participant,
        facts=facts or {},
        request_id=str(context.get("request_id", ""))[:64],
    )
