from django.apps import AppConfig


class HearingsConfig(AppConfig):
    name = "casework.hearings"
    label = "hearings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.hearings import copies, keeping, papers, telling, timeline  # noqa: PLC0415 - need the models

        copies.register()
        keeping.register()
        papers.register()
        telling.register_kinds()
        timeline.register()
