"""Addresses that machines ask: health and metrics."""

from django.urls import URLPattern, URLResolver, path

from smartlink import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
    path("metrics", health.metrics),
]
