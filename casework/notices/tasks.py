"""Celery tasks: a nudge to look into the outbox."""

from celery import shared_task

from casework.common import clock
from casework.notices import sending


@shared_task  # type: ignore[untyped-decorator]
def send_notices() -> None:
    sending.send_due(clock.now)
