from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "casework.notes"
    label = "notes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.notes import keeping, telling  # noqa: PLC0415 - need the models

        keeping.register()
        telling.register()
