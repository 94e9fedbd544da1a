"""How many requests each view answers, how, and how fast; nothing of who asked."""

import os
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

# Where it is set (smartlink/wsgi.py), the processes of a web server count together.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OWN = CollectorRegistry()
_answered = Counter(
    "smartlink_requests", "Requests answered", ["view", "method", "status"], registry=_OWN
)
_seconds = Histogram(
    "smartlink_request_seconds",
    "Time from a request to its answer",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4),
    registry=_OWN,
)


class RequestMetricsMiddleware:
    """Labels are a view's name, a known method and a status: never a path, which holds ids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = match.view_name if match else "none"
        method = request.method if request.method in _METHODS else "other"
        _answered.labels(view, method, response.status_code).inc()
        _seconds.labels(view).observe(time.perf_counter() - began)
        return response


def exposition() -> bytes:
    """What all processes that share a folder have counted, or this one alone."""
    if SHARED not in os.environ:
        return generate_latest(_OWN)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
