from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "casework.participants"
    label = "participants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.participants import timeline_sources  # noqa: PLC0415 - needs the models

        timeline_sources.register()
