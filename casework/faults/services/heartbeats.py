"""Signs of life in PostgreSQL, and the faults that their absence tells of.

Each part says every few seconds that it is there. Whoever watches opens a fault for a part that
has been silent; a part that comes back after a silence that nobody saw records that silence itself,
so that the ledger is right before anything is decided.
"""

from datetime import datetime, timedelta

from django.db import transaction

from casework.common.actors import SYSTEM
from casework.faults import registry
from casework.faults.models import Fault, Heartbeat, Streak
from casework.faults.rules import (
    BEAT_EVERY,
    PROVIDER_TRIED_WITHIN,
    SILENT_AFTER,
    SPARE_CHANNELS,
    STUCK_AFTER,
    Kind,
    Part,
    is_silent,
    was_outage,
)
from casework.faults.services.ledger import end, open_automatic, open_fault, record_past_fault

_WATCH = "watch"


def beat(part: Part, now: datetime) -> None:
    """Say that `part` is there. Costs a look-up; a write every ten seconds at most."""
    last_at = Heartbeat.objects.filter(part=part).values_list("last_at", flat=True).first()
    if last_at is not None and not is_silent(part, last_at, now):
        if now - last_at >= BEAT_EVERY:
            Heartbeat.objects.filter(part=part, last_at=last_at).update(last_at=now)
        return
    _come_back(part, now)


@transaction.atomic
def _come_back(part: Part, now: datetime) -> None:
    """The first sign ever, or the first after a silence: record a silence that nobody saw."""
    recognise_outage(now)
    row, made = Heartbeat.objects.select_for_update().get_or_create(
        part=part, defaults={"last_at": now}
    )
    if made:
        return
    if is_silent(part, row.last_at, now) and not open_automatic(Kind(part.value)):
        reason = f"no sign of life of {part.value}"
        record_past_fault(Kind(part.value), (row.last_at, now), reason, by=SYSTEM, now=now)
    Heartbeat.objects.filter(pk=row.pk, last_at__lt=now).update(last_at=now)


@transaction.atomic
def recognise_outage(now: datetime) -> Fault | None:
    """Record that everything was down until now, if nothing has shown a sign since.

    Afterwards every part has its time again to come back. To be asked before any deadline is
    judged: the first process after an outage may be the one that judges.
    """
    if not was_outage(list(Heartbeat.objects.values_list("last_at", flat=True)), now):
        return None
    rows = list(Heartbeat.objects.select_for_update().order_by("pk"))
    signs = [row.last_at for row in rows]
    if not was_outage(signs, now):
        return None  # another was quicker
    reason = "no sign of life of anything"
    fault = record_past_fault(Kind.OUTAGE, (max(signs), now), reason, by=SYSTEM, now=now)
    Heartbeat.objects.update(last_at=now)
    return fault


def watch(now: datetime) -> bool:
    """Open and close the automatic faults; False when another watcher has just done so."""
    with transaction.atomic():
        recognise_outage(now)
        if not _claim_watch(now):
            return False
        signs = dict(Heartbeat.objects.exclude(part=_WATCH).values_list("part", "last_at"))
        for kind in sorted({*STUCK_AFTER, *(Kind(part.value) for part in SILENT_AFTER)}):
            _judge(kind, signs, now)
        _close_untried_providers(now)
        return True


def _claim_watch(now: datetime) -> bool:
    """Whether it is our turn; the row stays locked until this watch is over."""
    row, made = Heartbeat.objects.select_for_update().get_or_create(
        part=_WATCH, defaults={"last_at": now}
    )
    if not made and now - row.last_at < BEAT_EVERY:
        return False
    Heartbeat.objects.filter(pk=row.pk).update(last_at=now)
    return True


def _judge(kind: Kind, signs: dict[str, datetime], now: datetime) -> None:
    found = _silent(kind, signs, now) or _stuck(kind, now)
    if found is not None:
        open_fault(kind, found[0], found[1], by=SYSTEM, now=now)
        return
    for fault in open_automatic(kind):
        end(fault, now, "back again")


def _silent(kind: Kind, signs: dict[str, datetime], now: datetime) -> tuple[datetime, str] | None:
    """Since when the part has been silent. One that never showed itself is not run here."""
    last_at = signs.get(kind.value)
    if last_at is None or not is_silent(Part(kind.value), last_at, now):
        return None
    return last_at, f"no sign of life of {kind.value}"


def _stuck(kind: Kind, now: datetime) -> tuple[datetime, str] | None:
    probe = registry.probes.get(kind)
    since = probe(now) if probe is not None else None
    if since is None or now - since <= STUCK_AFTER.get(kind, timedelta.max):
        return None
    return since, f"the queue of {kind.value} does not move"


def _close_untried_providers(now: datetime) -> None:
    for fault in open_automatic(Kind.PROVIDER):
        if fault.channel not in SPARE_CHANNELS:
            continue
        streak = Streak.objects.filter(channel=fault.channel).first()
        if streak is None or now - streak.last_at > PROVIDER_TRIED_WITHIN:
            end(fault, now, "not tried any more: the next notice will show")
