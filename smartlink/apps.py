"""The whole: makes Celery's app known to every process that loads Django."""

from django.apps import AppConfig


class SmartLinkConfig(AppConfig):
    name = "smartlink"
    verbose_name = "SmartLink"

    def ready(self) -> None:
        from smartlink import (  # noqa: F401, PLC0415 - needs the settings
            celery,
            hearing_findings,
            heartbeats,
        )

        hearing_findings.register_subject()
