from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "smartlink.reports"
    label = "reports"
    verbose_name = "Reports"
