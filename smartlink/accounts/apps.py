from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "smartlink.accounts"
    label = "accounts"

    def ready(self) -> None:
        from smartlink.accounts import history  # noqa: F401, PLC0415 - connects its signals
