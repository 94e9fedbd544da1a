"""Sealing the audit trail, every few seconds."""

from celery import shared_task

from casework.audit.chain import seal_entries
from casework.common import clock


@shared_task  # type: ignore[untyped-decorator]
def sweep_audit() -> None:
    seal_entries(clock.now())
