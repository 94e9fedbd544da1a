from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "casework.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.documents import keeping, panels, telling  # noqa: PLC0415 - need the models

        keeping.register()
        panels.register()
        telling.register_all()
