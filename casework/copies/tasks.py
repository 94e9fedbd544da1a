"""Making copies in the background, on the queue of the reports."""

from celery import shared_task

from casework.common import clock
from casework.common.nudges import nudge
from casework.copies import services


@shared_task  # type: ignore[untyped-decorator]
def make_copy(copy_pk: int) -> None:
    services.make(copy_pk, now=clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_copies() -> None:
    for copy_pk in services.left_behind(clock.now()):
        nudge(make_copy, copy_pk)
