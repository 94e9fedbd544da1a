"""The time to answer and its reminders, in the background."""

from celery import shared_task

from casework.common import clock
from casework.findings import clock_of_answers, services, telling


@shared_task  # type: ignore[untyped-decorator]
def sweep_findings() -> None:
    now = clock.now()
    clock_of_answers.extend_all(now)
    telling.remind(now)


@shared_task  # type: ignore[untyped-decorator]
def sweep_void() -> None:
    services.take_back_void(clock.now())
