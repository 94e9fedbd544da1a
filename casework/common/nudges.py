"""Publishing Celery tasks: a nudge that may get lost, never a reason to fail a request."""

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def nudge(task: Task, *ids: Any) -> None:
    """Publish `task` with ids after COMMIT. A dead broker is logged; a sweep finds the row."""
    transaction.on_commit(lambda: _publish(task, ids))


def _publish(task: Task, ids: tuple[Any, ...]) -> None:
    try:
        task.apply_async(args=ids)
    except (OperationalError, OSError) as error:
        log.warning("nudge lost", task=task.name, error=type(error).__name__)
