"""A Celery application with one task that is busy for long."""

import os
import time

from celery import Celery

from smartlink import children  # noqa: F401 - connects its signals

app = Celery("standin", broker=os.environ["REDIS_URL"])
app.conf.task_routes = {"busy": {"queue": "verification"}}
app.conf.task_acks_late = True
app.conf.broker_connection_retry_on_startup = True


@app.task(name="busy")
def busy() -> None:
    time.sleep(60)
