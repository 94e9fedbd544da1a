"""Celery tasks: thin, ids only. The rows in PostgreSQL are the record."""

from celery import shared_task

from casework.common import clock
from casework.common.nudges import nudge
from casework.hearings import telling, telling_visits
from casework.hearings.imports.working import HEARINGS


@shared_task  # type: ignore[untyped-decorator]
def work_on_import(upload_pk: int) -> None:
    HEARINGS.work(upload_pk, now=clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_imports() -> None:
    now = clock.now()
    for upload_pk in HEARINGS.left_behind(now):
        nudge(work_on_import, upload_pk)


@shared_task  # type: ignore[untyped-decorator]
def sweep_reminders() -> None:
    now = clock.now()
    telling.remind(now)
    telling_visits.remind(now)
