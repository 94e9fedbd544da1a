"""Idempotent sweeps: reports that a lost nudge left behind, months that are over, old files."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from casework.common.errors import RuleError
from smartlink.reports import services
from smartlink.reports.models import UNDER_WAY, Report, Schedule
from smartlink.reports.writers import WRITERS

log = structlog.get_logger(__name__)

AGAIN_AFTER = timedelta(minutes=1)
# A month is over everywhere, and its last windows with it, so long after it ends in UTC.
MONTH_SETTLES = timedelta(days=2, hours=12)
BATCH = 50


@transaction.atomic
def left_behind(now: datetime) -> list[int]:
    """Reports that should be on their way by now (primary keys), to be nudged again."""
    due = Report.objects.filter(state__in=UNDER_WAY, next_nudge_at__lte=now)
    rows = due.select_for_update(skip_locked=True).order_by("next_nudge_at")[:BATCH]
    pks = [row.pk for row in rows]
    Report.objects.filter(pk__in=pks).update(next_nudge_at=now + AGAIN_AFTER)
    return pks


def ask_scheduled(now: datetime) -> list[int]:
    """Ask for the reports of months that are over; the new reports' primary keys."""
    asked = []
    while (pk := _ask_next(now)) is not None:
        if pk:
            asked.append(pk)
    return asked


@transaction.atomic
def _ask_next(now: datetime) -> int | None:
    """One month of one schedule: the report's key, 0 if it cannot be made, None if none is due."""
    over = (now - MONTH_SETTLES).date().replace(day=1)
    due = Schedule.objects.filter(ended_at__isnull=True, next_month__lt=over)
    schedule = due.select_for_update(skip_locked=True).select_related(None).first()
    if schedule is None:
        return None
    month = schedule.next_month
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    Schedule.objects.filter(pk=schedule.pk).update(next_month=following)
    try:
        with transaction.atomic():
            wish = services.wish_of(schedule, month)
            report = services.ask(
                wish, list(WRITERS), by=schedule.owner, now=now, schedule=schedule
            )
    except RuleError as error:
        # Its owner may have left, or lost the office: nobody gets what nobody may see.
        log.warning("a scheduled report cannot be made", schedule=schedule.pk, why=error.code)
        Schedule.objects.filter(pk=schedule.pk).update(ended_at=now)
        return 0
    return report.pk
