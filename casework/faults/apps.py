from django.apps import AppConfig


class FaultsConfig(AppConfig):
    name = "casework.faults"
    label = "faults"
    default_auto_field = "django.db.models.BigAutoField"
