"""Celery's application: queues, beat and what a nudge may cost (DESIGN §12)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartlink.settings")

app = Celery("smartlink")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
