from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "casework.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.faults.registry import watch_queue  # noqa: PLC0415 - needs the models
        from casework.faults.rules import Kind  # noqa: PLC0415 - as above
        from casework.notices import keeping, timeline  # noqa: PLC0415 - as above
        from casework.notices.sending import waiting_since  # noqa: PLC0415 - as above

        keeping.register()
        timeline.register()
        watch_queue(Kind.NOTICES, waiting_since)
