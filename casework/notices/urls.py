"""Addresses that providers and phones call."""

from django.urls import URLPattern, URLResolver, path

from casework.notices import webhooks

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<uuid:key>/status/", webhooks.status, name="status"),
    path("<uuid:key>/heard/", webhooks.heard, name="heard"),
    path("sms/", webhooks.sms, name="sms"),
    path("shown/<str:signed>/", webhooks.shown, name="shown"),
]
