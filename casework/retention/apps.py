from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "casework.retention"
    label = "retention"
    verbose_name = "Retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.retention import stores  # noqa: PLC0415 - needs the models

        stores.register()
