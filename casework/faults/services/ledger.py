"""Opening and closing faults."""

from contextlib import suppress
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.common.actors import SYSTEM, Actor, ActorKind
from casework.common.errors import RuleError, WrongState
from casework.faults.models import Fault, FaultQuerySet
from casework.faults.rules import Kind

log = structlog.get_logger(__name__)


def open_faults() -> FaultQuerySet:
    """Those that are on, the newest first."""
    return Fault.objects.open()


def blocking(now: datetime) -> Fault | None:
    """A fault on account of which the clock stands still and nothing is issued, if one is on."""
    return Fault.objects.stopping_the_clock().on(now).order_by("opened_at", "pk").first()


def open_fault(
    kind: Kind, at: datetime, reason: str, *, by: Actor, now: datetime, channel: str = ""
) -> Fault:
    """Begin a fault at `at`, which may be in the past. Raises `RuleError`.

    The system opens one of a kind and channel at a time: asked again, it gives the one that is on.
    """
    fault = _fault(kind, at, reason, by, now, channel)
    try:
        with transaction.atomic():
            fault.save(force_insert=True)
    except IntegrityError as error:
        if "fault_one_open_automatic_of_a_kind" not in str(error):
            raise
        return Fault.objects.open().get(
            kind=kind.value, channel=channel, opened_by_kind=ActorKind.SYSTEM.value
        )
    log.warning("fault opened", fault=str(fault.public_id), kind=kind.value, channel=channel)
    return fault


def record_past_fault(
    kind: Kind, span: tuple[datetime, datetime], reason: str, *, by: Actor, now: datetime
) -> Fault:
    """Enter a fault that is over already. Raises `RuleError`."""
    fault = _fault(kind, span[0], reason, by, now, "")
    _require_end(fault, span[1], now)
    fault.closed_at = span[1]
    fault.closed_by_kind, fault.closed_by_id = by.kind.value, by.id
    fault.closed_by_name = by.name[:160]
    fault.save(force_insert=True)
    log.warning("fault recorded", fault=str(fault.public_id), kind=kind.value)
    return fault


def close_fault(fault: Fault, at: datetime, *, by: Actor, now: datetime, reason: str = "") -> None:
    """End a fault at `at`. Raises `WrongState` when somebody was quicker, `RuleError`."""
    _require_end(fault, at, now)
    closed = Fault.objects.filter(pk=fault.pk, closed_at__isnull=True).update(
        closed_at=at,
        closed_by_kind=by.kind.value,
        closed_by_id=by.id,
        closed_by_name=by.name[:160],
        closing_reason=reason.strip(),
    )
    if not closed:
        raise WrongState(_("This fault is closed already."))
    fault.refresh_from_db()
    log.warning("fault closed", fault=str(fault.public_id), kind=fault.kind)


def open_automatic(kind: Kind) -> list[Fault]:
    """Those on that the system itself has opened."""
    rows = open_faults().filter(kind=kind.value, opened_by_kind=ActorKind.SYSTEM.value)
    return list(rows)


def end(fault: Fault, now: datetime, reason: str) -> None:
    """Close an automatic fault, unless a member of staff was quicker."""
    at = max(now, fault.opened_at)  # another machine's clock may be a little ahead
    with suppress(WrongState):
        close_fault(fault, at, by=SYSTEM, now=at, reason=reason)


def _fault(kind: Kind, at: datetime, reason: str, by: Actor, now: datetime, channel: str) -> Fault:
    if not reason.strip():
        raise RuleError(_("Please give a reason."), field="reason")
    if at > now:
        raise RuleError(_("A fault cannot begin in the future."), field="opened_at")
    return Fault(
        kind=kind.value,
        channel=channel,
        opened_at=at,
        recorded_at=now,
        reason=reason.strip(),
        opened_by_kind=by.kind.value,
        opened_by_id=by.id,
        opened_by_name=by.name[:160],
    )


def _require_end(fault: Fault, at: datetime, now: datetime) -> None:
    if at < fault.opened_at:
        raise RuleError(_("A fault cannot end before it begins."), field="closed_at")
    if at > now:
        raise RuleError(_("A fault cannot end in the future."), field="closed_at")
