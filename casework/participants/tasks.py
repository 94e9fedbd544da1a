"""Celery tasks: thin, ids only. The rows in PostgreSQL are the record."""

from celery import shared_task

from casework.common import clock
from casework.common.nudges import nudge
from casework.participants.imports.working import PEOPLE


@shared_task  # type: ignore[untyped-decorator]
def work_on_import(upload_pk: int) -> None:
    PEOPLE.work(upload_pk, now=clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_imports() -> None:
    now = clock.now()
    for upload_pk in PEOPLE.left_behind(now):
        nudge(work_on_import, upload_pk)
