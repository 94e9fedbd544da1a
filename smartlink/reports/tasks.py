"""Celery tasks: thin, ids only. A task is a nudge; the row in PostgreSQL is the record."""

from celery import shared_task

from casework.common import clock
from casework.common.nudges import nudge
from smartlink.reports import groups, job, rollups, sweeps, telling

# Below the broker's visibility timeout (900 s).
_HARD_SECONDS, _SOFT_SECONDS = 840, 810


@shared_task(time_limit=_HARD_SECONDS, soft_time_limit=_SOFT_SECONDS)  # type: ignore[untyped-decorator]
def make_report(report_pk: int) -> None:
    if job.make(report_pk, now=clock.now()):
        telling.tell_ready(clock.now())


@shared_task(time_limit=_HARD_SECONDS, soft_time_limit=_SOFT_SECONDS)  # type: ignore[untyped-decorator]
def sweep_rollups() -> None:
    rollups.roll_up(clock.now())


@shared_task(time_limit=_HARD_SECONDS, soft_time_limit=_SOFT_SECONDS)  # type: ignore[untyped-decorator]
def sweep_error_rates() -> None:
    groups.note_apart(clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_reports() -> None:
    now = clock.now()
    for report_pk in [*sweeps.ask_scheduled(now), *sweeps.left_behind(now)]:
        nudge(make_report, report_pk)
    telling.tell_ready(now)
    job.expire(now)
