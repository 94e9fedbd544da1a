"""Addresses of the page on which people say how to be told, and of the worker that shows it."""

from django.urls import URLPattern, URLResolver, path

from smartlink.portal.views import app, reach

app_name = "reach"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reach/", reach.reach, name="reach"),
    path("reach/push/", reach.push_on, name="push_on"),
    path("reach/push/<uuid:browser_id>/off/", reach.push_off, name="push_off"),
    path("service-worker.js", app.service_worker, name="service_worker"),
]
