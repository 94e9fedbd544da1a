from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    name = "checkins"
    verbose_name = "Check-ins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from checkins import copies, retention  # noqa: PLC0415 - needs the models
        from checkins.notices.kinds import register_kinds  # noqa: PLC0415 - needs the models

        register_kinds()
        retention.register()
        copies.register()
