"""Is this installation able to do its job? Asked by load balancers, the supervisor and people."""

import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.connection import Connection

from smartlink import heartbeats
from smartlink.metrics import exposition

log = structlog.get_logger(__name__)

LONGEST_ANSWER_SECONDS = 0.9
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


@require_safe
@never_cache
def live(_request: HttpRequest) -> HttpResponse:
    """The web process runs; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(_request: HttpRequest) -> HttpResponse:
    """200 once database, broker, a worker of every queue and the face engine answer; else 503."""
    parts = {name: _answer_of(name, check) for name, check in _CHECKS.items()}
    fine = all(part["ok"] for part in parts.values())
    return JsonResponse(
        {"status": "ok" if fine else "not ready", "parts": parts}, status=200 if fine else 503
    )


def _answer_of(name: str, check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """One part's state. Whatever is wrong with it is logged, and only its kind is shown."""
    try:
        return check()
    except Exception as error:
        log.warning("health check failed", part=name, error=type(error).__name__)
        return {"ok": False, "error": type(error).__name__}


def _database() -> dict[str, Any]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"ok": not pending, "pending_migrations": len(pending)}


def _within_time(act: Callable[[], Any]) -> Any:
    """`act`, given up after 0.9 s: a probe must not hang on a broker that does."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(act).result(timeout=LONGEST_ANSWER_SECONDS)
    except TooSlow:
        raise TimeoutError from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _broker() -> dict[str, Any]:
    def connect() -> None:
        options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
        with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:  # type: ignore[no-untyped-call]
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=0.5)

    _within_time(connect)
    return {"ok": True}


def _workers() -> dict[str, Any]:
    beats = _within_time(lambda: cache.get_many([heartbeats.key(q) for q in heartbeats.QUEUES]))
    queues = {queue: heartbeats.key(queue) in beats for queue in heartbeats.QUEUES}
    return {"ok": all(queues.values()), "queues": queues}


def _face_engine() -> dict[str, Any]:
    weights = _within_time(lambda: cache.get(heartbeats.ENGINE_KEY))
    return {"ok": bool(weights), "weights": weights}


_CHECKS: dict[str, Callable[[], dict[str, Any]]] = {
    "database": _database,
    "broker": _broker,
    "workers": _workers,
    "face_engine": _face_engine,
}


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for the bearer of METRICS_TOKEN, or this machine where none is set."""
    if not _may_read_metrics(request):
        return HttpResponseNotFound()
    content, content_type = exposition()
    return HttpResponse(content, content_type=content_type)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    forwarded = "X-Forwarded-For" in request.headers
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not forwarded
