"""Failures of a message provider: several in a row are a fault, the next success ends it."""

from datetime import datetime

from django.db import transaction

from casework.common.actors import SYSTEM
from casework.faults.models import Fault, Streak
from casework.faults.rules import PROBE_EVERY, PROVIDER_FAILURES, Kind
from casework.faults.services.ledger import end, open_automatic, open_fault


@transaction.atomic
def note_failure(channel: str, now: datetime, reason: str) -> Fault | None:
    """The provider did not take a message, through no fault of the message; the open fault, if any.

    `reason` is a kind of failure ("timeout", "http 503"), never an address or a text.
    """
    streak, made = Streak.objects.select_for_update().get_or_create(
        channel=channel, defaults={"failures": 1, "since": now, "last_at": now}
    )
    if not made:
        streak.since = streak.since if streak.failures else now
        streak.last_at = max(streak.since, streak.last_at, now)
        streak.failures += 1
        streak.save(update_fields=["failures", "since", "last_at"])
    if streak.failures < PROVIDER_FAILURES:
        return None
    why = f"{PROVIDER_FAILURES} failures in a row, the last one: {reason}"
    return open_fault(
        Kind.PROVIDER, min(streak.since, now), why, by=SYSTEM, now=now, channel=channel
    )


def note_success(channel: str, now: datetime) -> None:
    """The provider took a message. Costs one look-up while all is well."""
    if not Streak.objects.filter(channel=channel, failures__gt=0).exists():
        return
    with transaction.atomic():
        streak = Streak.objects.select_for_update().get(channel=channel)
        Streak.objects.filter(pk=streak.pk).update(failures=0)
        for fault in open_automatic(Kind.PROVIDER):
            if fault.channel == channel:
                end(fault, now, "back again")


def down_channels() -> frozenset[str]:
    """Channels whose provider is at fault by what it answered (or did not) to us."""
    return frozenset(fault.channel for fault in open_automatic(Kind.PROVIDER))


def claim_probe(channel: str, now: datetime) -> bool:
    """Whether the caller is to try a provider that is down; nobody else is for a minute."""
    turn = Streak.objects.filter(channel=channel, last_at__lte=now - PROBE_EVERY)
    return bool(turn.update(last_at=now))
