from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "casework.messages"
    label = "officer_messages"  # Django's own messages have the shorter name
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.messages import keeping, telling  # noqa: PLC0415 - need the models

        keeping.register()
        telling.register_kinds()
