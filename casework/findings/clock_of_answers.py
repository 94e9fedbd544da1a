"""The time to answer: it stands still while our faults do.

As with the windows of check-ins: the end follows from stored facts and the ledger of faults, and
may be computed any number of times; the sweep writes it down.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from casework.faults.models import Fault
from casework.findings.models import Finding
from casework.findings.rules import State, answer_deadline

BATCH = 500


def faults_of(rows: Sequence[Finding], now: datetime) -> list[Fault]:
    """Faults that stop the clock, since the first of these was told."""
    told = [row.told_at for row in rows if row.told_at is not None]
    if not told:
        return []
    found = Fault.objects.stopping_the_clock().overlapping(min(told), now)
    return list(found.order_by("opened_at", "pk"))


def answer_by_now(finding: Finding, now: datetime) -> datetime | None:
    """The end as the ledger has it now; a fault that is on is taken to end now."""
    return _end(finding, faults_of([finding], now), now)


def move_ends(rows: Sequence[Finding], now: datetime) -> None:
    """The same for several that are shown; nothing is written down."""
    faults = faults_of(rows, now)
    for row in rows:
        row.answer_by = _end(row, faults, now)


def extend(finding: Finding, faults: Iterable[Fault], now: datetime) -> bool:
    """Write down how faults that are over have moved the end; the row must be locked."""
    over = [fault for fault in faults if fault.closed_at is not None and fault.closed_at <= now]
    until = _end(finding, over, now)
    if until is None or until == finding.answer_by:
        return False
    Finding.objects.filter(pk=finding.pk).update(answer_by=until)
    finding.answer_by = until
    return True


def extend_all(now: datetime) -> int:
    """Move the ends of all times that run; how many moved. Safe to repeat, in any number."""
    todo = Finding.objects.filter(state=State.TOLD.value).order_by("pk")
    moved, after = 0, 0
    while True:
        with transaction.atomic():
            rows = list(todo.filter(pk__gt=after).select_for_update(skip_locked=True)[:BATCH])
            if not rows:
                return moved
            after = rows[-1].pk
            faults = faults_of(rows, now)
            moved += sum(extend(row, faults, now) for row in rows)


def _end(finding: Finding, faults: Iterable[Fault], now: datetime) -> datetime | None:
    if finding.told_at is None or finding.given_until is None:
        return None
    spans = [fault.span(now) for fault in faults]
    return answer_deadline(finding.told_at, finding.given_until, spans)
