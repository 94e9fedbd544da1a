"""Idempotent sweeps over PostgreSQL: they find what a lost nudge or a crash left behind."""

from datetime import datetime

from checkins import lifecycle
from checkins.models import Attempt, CheckIn, ReferencePhoto
from checkins.verify import LEFT_BEHIND_AFTER

BATCH = 500


def attempts_left_behind(now: datetime) -> list[int]:
    """Attempts that should have been verified by now, oldest first (primary keys)."""
    waiting = Attempt.objects.waiting(now - LEFT_BEHIND_AFTER)
    return list(waiting.order_by("received_at").values_list("pk", flat=True)[:BATCH])


def participants_left_behind(now: datetime) -> list[int]:
    """Participants with reference photos that nobody has checked yet (primary keys)."""
    waiting = ReferencePhoto.objects.waiting().filter(added_at__lte=now - LEFT_BEHIND_AFTER)
    found = waiting.order_by("participant_id").values_list("participant_id", flat=True)
    return list(found.distinct()[:BATCH])


def close_overdue(now: datetime) -> int:
    """Close what is past its deadline; how many were closed."""
    overdue = list(CheckIn.objects.overdue(now).order_by("deadline_at")[:BATCH])
    return sum(lifecycle.close_overdue(check_in, now=now) is not None for check_in in overdue)
