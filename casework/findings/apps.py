from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "casework.findings"
    label = "findings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.findings import keeping, kinds, timeline  # noqa: PLC0415 - need the models

        keeping.register()
        kinds.register_kinds()
        timeline.register()
