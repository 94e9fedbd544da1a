"""Retention in the background, a few times a day."""

from celery import shared_task

from casework.common import clock
from casework.retention.apply import apply_retention


@shared_task  # type: ignore[untyped-decorator]
def sweep_retention() -> None:
    apply_retention(clock.now())
