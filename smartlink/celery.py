"""Celery's application: queues, beat and what a nudge may cost (DESIGN §12)."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

from smartlink import children  # noqa: F401 - connects its signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartlink.settings")

app = Celery("smartlink")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
