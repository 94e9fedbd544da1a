from django.apps import AppConfig


class HearingsConfig(AppConfig):
    name = "casework.hearings"
    label = "hearings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.hearings import (  # noqa: PLC0415 - need the models
            copies,
            keeping,
            papers,
            telling,
            telling_visits,
            timeline,
        )

        copies.register()
        keeping.register()
        papers.register()
        telling.register_kinds()
        telling_visits.register_kinds()
        timeline.register()
