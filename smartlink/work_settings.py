"""Settings of the work in the background: queues, and what a worker that dies leaves behind."""

import os

from smartlink.beat import BEAT

__all__ = [
    "CELERY_BEAT_SCHEDULE",
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP",
    "CELERY_RESULT_BACKEND",
    "CELERY_TASK_ACKS_LATE",
    "CELERY_TASK_DEFAULT_QUEUE",
    "CELERY_TASK_IGNORE_RESULT",
    "CELERY_TASK_PUBLISH_RETRY",
    "CELERY_TASK_REJECT_ON_WORKER_LOST",
    "CELERY_TASK_ROUTES",
    "CELERY_TASK_SOFT_TIME_LIMIT",
    "CELERY_TASK_TIME_LIMIT",
    "CELERY_TIMEZONE",
    "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS",
    "CELERY_WORKER_HIJACK_ROOT_LOGGER",
    "CELERY_WORKER_PREFETCH_MULTIPLIER",
    "CELERY_WORKER_PROC_ALIVE_TIMEOUT",
    "LIGHTER_AFTER_WEEKS",
]

CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "casework.copies.tasks.make_copy": {"queue": "reports"},
    "checkins.tasks.verify_attempt": {"queue": "verification"},
    "checkins.tasks.prepare_reference_photos": {"queue": "verification"},
    "checkins.tasks.enrol_again": {"queue": "verification"},
    "checkins.tasks.show_verification": {"queue": "verification"},
    "casework.notices.tasks.send_notices": {"queue": "notices"},
    "smartlink.reports.tasks.make_report": {"queue": "reports"},
    "smartlink.reports.tasks.sweep_rollups": {"queue": "reports"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Loading the face engine takes longer than the 4 s that the pool waits by default.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT

# Weeks kept without a miss and without a change, before staff are shown that somebody may be ready
# for lighter supervision. 0 shows nothing.
LIGHTER_AFTER_WEEKS = int(os.environ.get("LIGHTER_AFTER_WEEKS", "8"))
