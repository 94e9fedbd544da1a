"""Sealing lines into the chain, looking whether it holds, and shortening it.

Whoever writes a line takes no lock. A sweep, one at a time, gives the lines that were committed
since its last run their place in the chain; the order of sealing is the order of the chain.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction

from casework.audit import rules
from casework.audit.anchors import drop_anchor
from casework.audit.models import Checkpoint, Entry

log = structlog.get_logger(__name__)

BATCH = 2000
_LOCK = 7_251_301  # of PostgreSQL's advisory locks: one sealer at a time
Head = tuple[int, str]


def seal_entries(now: datetime) -> int:
    """Seal everything that is committed and not sealed yet; how many lines. Any number may run."""
    sealed, head = 0, (0, "")
    while (done := _seal_batch())[0]:
        sealed, head = sealed + done[0], done[1]
    if sealed:
        log.info("audit chain grew", lines=sealed, position=head[0], digest=head[1])
        drop_anchor(*head, now)
    return sealed


@transaction.atomic
def _seal_batch() -> tuple[int, Head]:
    if not _alone():
        return 0, (0, "")
    at, before = head()
    entries = list(Entry.objects.filter(position__isnull=True).order_by("id")[:BATCH])
    digests = []
    for position, entry in enumerate(entries, at + 1):
        before = rules.digest(before, position, entry.mark, entry.line)
        digests.append(before)
    if entries:
        _write(entries, at, digests)
    return len(entries), (at + len(entries), before)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _write(entries: list[Entry], after: int, digests: list[str]) -> None:
    positions = list(range(after + 1, after + 1 + len(entries)))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_entry AS entry SET position = sealed.position, digest = sealed.digest"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS sealed (id, position, digest)"
            " WHERE entry.id = sealed.id",
            [[entry.pk for entry in entries], positions, digests],
        )


def head() -> Head:
    """Position and digest of the last sealed line; of nothing, the beginning."""
    last = Entry.objects.filter(position__isnull=False).order_by("-position").first()
    return (last.position or 0, last.digest) if last is not None else beginning()


def beginning() -> Head:
    """What the first line that is still there follows."""
    trimmed = Checkpoint.objects.first()
    return (trimmed.position, trimmed.digest) if trimmed is not None else (0, rules.GENESIS)


@transaction.atomic
def trim(
    before: datetime,
    *,
    now: datetime,
    keep: Collection[UUID] = (),
    batch: int = BATCH,
    told: Callable[[list[Entry]], None] = lambda _gone: None,
) -> int:
    """Delete the oldest lines of the chain, as far as they are older than `before`; how many.

    Only from the front, so that what is left is still one chain; it begins at a checkpoint then.
    Stops at the first line in the file of anyone in `keep`. `told` hears of them just before.
    """
    gone: list[Entry] = []
    for entry in Entry.objects.filter(position__isnull=False).order_by("position")[:batch]:
        if entry.at >= before or entry.participant_id in keep:
            break
        gone.append(entry)
    if not gone or not _alone():
        return 0
    told(gone)
    last = gone[-1]
    position = last.position or 0
    Checkpoint.objects.create(
        position=position,
        digest=last.digest,
        made_at=now,
        mark=rules.checkpoint_mark(position, last.digest, settings.AUDIT_KEYS[0]),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL smartlink.audit_retention = 'on'")
        cursor.execute("DELETE FROM audit_entry WHERE position <= %s", [position])
        cursor.execute("SET LOCAL smartlink.audit_retention = 'off'")
    return len(gone)
