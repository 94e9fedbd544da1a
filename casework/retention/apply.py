"""Deleting what is due, and certifying it.

The file goes first, then the row and the certificate in one transaction: a crash in between leaves
a row that is due again, never a certificate for something that is still there. A file without a
row (an upload that was cut off) is found by going through the folders.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet

from casework.audit.chain import trim
from casework.audit.models import Entry
from casework.audit.services import record
from casework.common.actors import SYSTEM
from casework.participants.models import Participant
from casework.retention.models import Certificate, Hold
from casework.retention.registry import Folder, Rule, retention

log = structlog.get_logger(__name__)

BATCH = 500
ORPHAN_AGE = timedelta(days=1)
"""A younger file without a row may be an upload whose row is about to be written."""
AUDIT_RULE = "audit"
_ORPHANS = Rule(
    "orphan_files", "file without a row", what="", why="", since="", days=ORPHAN_AGE.days,
    due=lambda _cutoff: Hold.objects.none(),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """Of one rule: rows due (before), deleted, files deleted, due rows that a hold keeps."""

    rule: str
    days: int
    due: int
    held: int
    deleted: int = 0
    files: int = 0


def apply_retention(now: datetime, *, dry_run: bool = False) -> list[Outcome]:
    """Every rule, then files without rows. Safe to repeat, and in any number at once.

    A rule that fails keeps no other from its work. Raises `ExceptionGroup` of what failed, after
    everything else is done.
    """
    outcomes, failed = [], []
    for rule in retention.rules:
        try:
            outcomes.append(_apply(rule, now, dry_run=dry_run))
        except Exception as error:
            log.exception("a rule of retention failed", rule=rule.slug)
            failed.append(error)
    outcomes.append(remove_orphans(now, dry_run=dry_run))
    if failed:
        raise ExceptionGroup("rules of retention failed", failed)
    return outcomes


def _apply(rule: Rule, now: datetime, *, dry_run: bool) -> Outcome:
    due = _due(rule, now)
    count, held = due.count(), rule.due(rule.cutoff(now)).count()
    if dry_run or not count:
        return Outcome(rule.slug, rule.days, count, held - count)
    deleted = files = 0
    while (done := _batch(rule, now)) != (0, 0):
        deleted, files = deleted + done[0], files + done[1]
    return Outcome(rule.slug, rule.days, count, held - count, deleted, files)


def _due(rule: Rule, now: datetime) -> QuerySet[Any]:
    rows = rule.due(rule.cutoff(now))
    held = Hold.objects.standing().values("participant_id")
    if rule.named is not None:
        return rows.exclude(pk__in=rule.named(rows, Participant.objects.filter(pk__in=held)))
    if not rule.person:
        return rows
    return rows.exclude(**{f"{rule.person}__in": held})


@transaction.atomic
def _batch(rule: Rule, now: datetime) -> tuple[int, int]:
    if rule.slug == AUDIT_RULE:
        return _trim_audit(rule, now), 0
    due = _due(rule, now).order_by("pk")
    if rule.person:
        due = due.annotate(file_of=F(f"{rule.person}__public_id"))
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    if not rows:
        return 0, 0
    names = {row.pk: rule.files(row) for row in rows}
    for name in _flat(names.values()):
        default_storage.delete(name)
    by_person: dict[UUID | None, list[Any]] = defaultdict(list)
    for row in rows:
        by_person[getattr(row, "file_of", None)].append(row)
    for person, theirs in by_person.items():
        certify(rule, theirs, person, sum(len(names[row.pk]) for row in theirs), now)
    rule.erase(rows)
    return len(rows), sum(map(len, names.values()))


def _flat(lists: Iterable[list[str]]) -> Iterator[str]:
    for names in lists:
        yield from names


def _trim_audit(rule: Rule, now: datetime) -> int:
    held = set(Hold.objects.standing().values_list("participant__public_id", flat=True))

    def told(gone: list[Entry]) -> None:
        certify(rule, gone, None, 0, now)

    return trim(rule.cutoff(now), now=now, keep=held, batch=BATCH, told=told)


def certify(
    rule: Rule, rows: list[Any], participant: UUID | None, files: int, now: datetime
) -> Certificate:
    """In the transaction that deletes the rows."""
    made = Certificate(
        rule=rule.slug,
        days=rule.days,
        kind=rule.kind,
        participant_id=participant,
        made_at=now,
        count=len(rows),
        files=files,
        hashes=sorted(hash_of(getattr(row, "public_id", None) or row.pk) for row in rows),
    )
    made.signature = retention.sign(facts_of(made), now)
    made.save(force_insert=True)
    record(
        "deleted under a rule",
        ("deletion certificate", made.public_id),
        by=SYSTEM,
        now=now,
        participant=participant,
        facts=facts_of(made) | {"signed": bool(made.signature)},
    )
    return made


def hash_of(public_id: object) -> str:
    """How a deleted row is named in a certificate."""
    return hashlib.sha256(str(public_id).encode()).hexdigest()


def facts_of(made: Certificate) -> dict[str, Any]:
    """What is signed, and what the audit trail keeps: enough to tell a forged certificate."""
    listed = hashlib.sha256("".join(made.hashes).encode()).hexdigest()
    return {
        "certificate": str(made.public_id),
        "rule": made.rule,
        "days": made.days,
        "kind": made.kind,
        "count": made.count,
        "files": made.files,
        "hashes_sha256": listed,
        "made_at": made.made_at.isoformat(),
    }


def remove_orphans(now: datetime, *, dry_run: bool = False) -> Outcome:
    """Delete files that belong to no row and are more than a day old."""
    orphans = [name for folder in retention.folders for name in _orphans(folder, now)]
    deleted = 0
    for start in range(0, 0 if dry_run else len(orphans), BATCH):
        batch = orphans[start : start + BATCH]
        for name in batch:
            default_storage.delete(name)
        with transaction.atomic():
            certify(_ORPHANS, [_Named(name) for name in batch], None, len(batch), now)
        deleted += len(batch)
    return Outcome(_ORPHANS.slug, _ORPHANS.days, len(orphans), 0, deleted, deleted)


@dataclass(frozen=True)
class _Named:
    public_id: str


def _orphans(folder: Folder, now: datetime) -> Iterator[str]:
    try:
        _folders, names = default_storage.listdir(folder.name)
    except FileNotFoundError:
        return
    for start in range(0, len(names), BATCH):
        some = [f"{folder.name}/{name}" for name in names[start : start + BATCH]]
        for name in sorted(set(some) - folder.used(some)):
            if default_storage.get_modified_time(name) < now - ORPHAN_AGE:
                yield name
