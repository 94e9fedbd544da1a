"""A web process shows that it lives, and watches over the others."""

from datetime import timedelta
from threading import Event, Thread

import pytest

from casework.common import clock
from casework.faults.models import Fault, Heartbeat
from smartlink.web_life import show_and_watch
from tests.workers import eventually


@pytest.mark.django_db(transaction=True)
def test_the_web_shows_itself_and_finds_a_dispatcher_that_does_not() -> None:
    now = clock.now()
    Heartbeat.objects.create(part="dispatcher", last_at=now - timedelta(minutes=4))
    Heartbeat.objects.create(part="web", last_at=now - timedelta(seconds=30))
    stop = Event()
    thread = Thread(target=show_and_watch, args=(stop, 0.05))
    thread.start()
    try:
        eventually(lambda: Fault.objects.exists(), 10)
    finally:
        stop.set()
        thread.join(10)
    assert Fault.objects.get().kind == "dispatcher"
    assert Heartbeat.objects.get(part="web").last_at > now - timedelta(seconds=1)
