from django.apps import AppConfig


class CopiesConfig(AppConfig):
    name = "casework.copies"
    label = "copies"
    verbose_name = "Copies of files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.copies import parts  # noqa: PLC0415 - needs the models

        parts.register()
