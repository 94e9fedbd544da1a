from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "casework.requests"
    label = "requests"
    verbose_name = "Requests of participants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.requests import (  # noqa: PLC0415 - need the models
            keeping,
            panels,
            papers,
            telling,
        )

        keeping.register()
        panels.register()
        papers.register()
        telling.register_kinds()
