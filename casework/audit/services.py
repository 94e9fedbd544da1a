"""Writing the audit trail."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from casework.audit import rules
from casework.audit.models import Entry
from casework.common.actors import Actor

Target = tuple[str, UUID | None]

# The same person at the same thing within this time is one look: a list would drown the trail.
ONE_LOOK = timedelta(minutes=10)
_CASTS = {
    "facts": "%s::jsonb",
    "at": "%s::timestamptz",
    "actor_id": "%s::uuid",
    "object_id": "%s::uuid",
    "participant_id": "%s::uuid",
}


def record(
    verb: str,
    target: Target,
    *,
    by: Actor,
    now: datetime,
    participant: UUID | None = None,
    facts: dict[str, object] | None = None,
) -> Entry:
    """Add one line, in the caller's transaction: an act and its trace stand or fall together.

    `target` is (kind, public id). `facts` never hold names, A-numbers, phones or photo paths.
    """
    entry = entry_of(verb, target, by=by, now=now, participant=participant, facts=facts)
    entry.save(force_insert=True)
    return entry


def entry_of(
    verb: str,
    target: Target,
    *,
    by: Actor,
    now: datetime,
    participant: UUID | None = None,
    facts: dict[str, object] | None = None,
) -> Entry:
    """A line that is not stored yet, with its mark: for those who store many at once."""
    context = structlog.contextvars.get_contextvars()
    entry = Entry(
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
    nonce = secrets.token_bytes(rules.NONCE_BYTES)
    entry.mark = rules.mark(entry.line, nonce, settings.AUDIT_KEYS[0])
    return entry


def record_look(verb: str, target: Target, *, by: Actor, now: datetime, participant: UUID) -> None:
    """A line for a look at something in somebody's file; looking again at once is one look.

    One statement: every page of a file pays for it.
    """
    entry = entry_of(verb, target, by=by, now=now, participant=participant)
    columns = [*rules.CONTENT, "mark"]
    values = [getattr(entry, name) for name in columns]
    values[columns.index("facts")] = "{}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_entry ({', '.join(columns)})"  # noqa: S608 - names of ours
            f" SELECT {', '.join(_CASTS.get(name, '%s') for name in columns)} WHERE NOT EXISTS"
            " (SELECT 1 FROM audit_entry WHERE participant_id = %s AND verb = %s"
            " AND object_id = %s AND actor_id = %s AND at > %s)",
            [*values, participant, verb, target[1], by.id, now - ONE_LOOK],
        )
