"""Signs of life of the workers, in the cache: gone within seconds of the worker itself."""

from typing import Any

import structlog
from celery.signals import heartbeat_sent, worker_process_init, worker_ready
from django.core.cache import cache
from redis.exceptions import RedisError

from checkins import worker

log = structlog.get_logger(__name__)

QUEUES = ("default", "notices", "verification", "reports")
ENGINE_KEY = "alive:face-engine"
# Celery's heart beats every 2 s; a worker that misses seven is taken for dead.
TTL_SECONDS = 15


def key(queue: str) -> str:
    return f"alive:queue:{queue}"


def beat(queues: list[str]) -> None:
    """Say that a worker serves these queues now. A cache that is away is no worker's trouble."""
    try:
        cache.set_many({key(queue): True for queue in queues}, timeout=TTL_SECONDS)
        if "verification" in queues and (weights := worker.engine_in_use()):
            cache.set(ENGINE_KEY, weights, timeout=TTL_SECONDS)
    except (RedisError, OSError) as error:
        log.warning("heartbeat lost", error=type(error).__name__)


@worker_ready.connect  # type: ignore[untyped-decorator]
@heartbeat_sent.connect  # type: ignore[untyped-decorator]
def _beat(sender: Any = None, **_kwargs: object) -> None:
    beat(worker.queues_served())


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _beat_when_warm(**_kwargs: object) -> None:
    """Once a child has loaded the models (`checkins.worker` goes first), not a beat later."""
    beat(worker.queues_served())
