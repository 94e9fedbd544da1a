"""The whole: makes Celery's app known to every process that loads Django."""

from django.apps import AppConfig


class SmartLinkConfig(AppConfig):
    name = "smartlink"
    verbose_name = "SmartLink"

    def ready(self) -> None:
        from smartlink import celery, heartbeats  # noqa: F401, PLC0415 - needs the settings
