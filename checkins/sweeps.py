"""Idempotent sweeps over PostgreSQL: they find what a lost nudge or a crash left behind."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Least, Power

from casework.faults import services as faults
from checkins import lifecycle
from checkins.lifecycle import windows
from checkins.models import CheckIn, ReferencePhoto, Verification
from checkins.notices.written import write_reminders
from checkins.receipts import rotate_old_keys
from checkins.rules import FIRST_NUDGE_AFTER, NUDGE_DOUBLINGS
from checkins.scheduling import ahead, follow, issue, keys

BATCH = 500
MOST_BATCHES = 8  # 4,000 rows take well under the 90 seconds of a task


def attempts_left_behind(now: datetime) -> list[int]:
    """Attempts that should have been verified by now (primary keys), to be nudged again."""
    waiting = Verification.objects.filter(finished_at__isnull=True)
    return [row.attempt_id for row in claim(waiting, now)]


def oldest_unverified(_now: datetime) -> datetime | None:
    """Since when the attempt that has waited longest has been waiting to be verified."""
    waiting = Verification.objects.filter(finished_at__isnull=True)
    return waiting.order_by("created_at").values_list("created_at", flat=True).first()


def participants_left_behind(now: datetime) -> list[int]:
    """Participants with reference photos that nobody has checked yet (primary keys)."""
    waiting = ReferencePhoto.objects.waiting().with_consent()
    return sorted({row.participant_id for row in claim(waiting, now)})


@transaction.atomic
def claim(waiting: QuerySet[Any], now: datetime, most: int = BATCH) -> list[Any]:
    """Rows whose next nudge is due; each sweep that looks finds other rows."""
    due = waiting.filter(next_nudge_at__lte=now).order_by("next_nudge_at")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:most])
    wait = ExpressionWrapper(
        Value(FIRST_NUDGE_AFTER) * Power(2, Least(F("nudges") + 1, NUDGE_DOUBLINGS)),
        output_field=DurationField(),
    )
    waiting.filter(pk__in=[row.pk for row in rows]).update(
        nudges=F("nudges") + 1,
        next_nudge_at=ExpressionWrapper(Value(now) + wait, output_field=DateTimeField()),
    )
    return rows


def heed_faults(now: datetime) -> int:
    """Extend the windows that our faults overlapped, and excuse what they had missed; how many."""
    return windows.extend_windows(now) + windows.excuse_for_faults(now)


def close_overdue(now: datetime) -> int:
    """Close what is past its deadline; how many were closed. While our fault is on time stands."""
    fault = faults.blocking(now)
    until = now if fault is None else min(now, fault.opened_at)
    closed = 0
    for _run in range(MOST_BATCHES):
        overdue = list(CheckIn.objects.overdue(until).order_by("deadline_at")[:BATCH])
        done = sum(lifecycle.close_overdue(one, now=now) is not None for one in overdue)
        closed += done
        if done < BATCH:  # the rest was given more time, or another closer is at it
            break
    return closed


def issue_due(now: datetime) -> int:
    """Issue what is due, after heeding plans that have just changed; how many were issued."""
    follow.follow_changes(now, all_of_them=False)
    return issue.issue_due(now).issued


def remind(now: datetime) -> int:
    """Write the reminders that are due for unanswered check-ins; how many were written.

    None while our fault is on: nobody should be hurried then.
    """
    return 0 if faults.blocking(now) is not None else write_reminders(now)


def draw_ahead(now: datetime) -> int:
    """Bring everyone's terms up to date and draw the days to come; how many were planned."""
    keys.make_keys(now)
    follow.follow_changes(now)
    return ahead.draw_ahead(now)


def turn_keys(now: datetime) -> int:
    """The days' keys: commit to those to come, show those gone; and the receipts' key. How many."""
    return keys.make_keys(now) + keys.reveal_keys(now) + rotate_old_keys(now)


# What needs nothing but the database, in the order in which one pass over all makes sense.
SWEEPS: dict[str, Callable[[datetime], int]] = {
    "turn keys": turn_keys,
    "draw ahead": draw_ahead,
    "issue what is due": issue_due,
    "remind of what is open": remind,
    "heed our faults": heed_faults,
    "close what is past its deadline": close_overdue,
}
