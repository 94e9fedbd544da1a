from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "casework.transfers"
    label = "transfers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.transfers import keeping, telling, timeline  # noqa: PLC0415 - need the models

        keeping.register()
        telling.register_kinds()
        timeline.register()
