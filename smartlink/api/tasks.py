"""Housekeeping of the API."""

from celery import shared_task

from casework.common import clock
from smartlink.api.idempotency import forget_old


@shared_task  # type: ignore[untyped-decorator]
def sweep_idempotency() -> None:
    forget_old(clock.now())
