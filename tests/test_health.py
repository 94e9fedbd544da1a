"""What probes are told, and what they are not."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from smartlink import heartbeats
from tests import people

pytestmark = pytest.mark.django_db

CLOSED_PORT = "redis://127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def no_worker_yet() -> None:
    cache.clear()


def test_live_answers_without_a_database(client: Client, django_db_blocker: Any) -> None:
    with django_db_blocker.block():
        assert client.get("/healthz/live").json() == {"status": "ok"}


def test_ready_only_when_every_queue_has_a_worker_and_the_engine_is_loaded(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/healthz/ready").status_code == 503
    heartbeats.beat(["default", "notices", "reports"])
    parts = client.get("/healthz/ready").json()["parts"]
    assert parts["workers"]["queues"]["default"] is True
    assert parts["workers"]["queues"]["verification"] is False
    monkeypatch.setattr("checkins.worker.engine_in_use", lambda: None)
    heartbeats.beat(["verification"])
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["parts"]["face_engine"]["ok"]) == (503, False)
    monkeypatch.setattr("checkins.worker.engine_in_use", lambda: "dlib")
    heartbeats.beat(["verification"])
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["parts"]["face_engine"]["weights"]) == (200, "dlib")


def test_a_broker_that_is_away_is_said_and_nothing_hangs_or_leaks(
    client: Client, settings: Any
) -> None:
    settings.CELERY_BROKER_URL = CLOSED_PORT
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"]["ok"] is False
    assert answer.json()["parts"]["database"]["ok"] is True
    assert "redis://" not in answer.content.decode()


def test_metrics_tell_counts_to_this_machine_only(client: Client, settings: Any) -> None:
    officer = people.officer(people.office())
    people.open_check_in(people.participant(officer), officer)
    text = client.get("/metrics").content.decode()
    assert 'smartlink_check_ins{state="open"} 1.0' in text
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "1.2.3.4"}).status_code == 404
    settings.METRICS_TOKEN = "let-me-read"
    assert client.get("/metrics").status_code == 404
    allowed = client.get("/metrics", headers={"authorization": "Bearer let-me-read"})
    assert allowed.status_code == 200


def test_requests_are_counted_by_view_and_nothing_that_names_a_person(client: Client) -> None:
    client.get("/invite/SECRET-CODE/")
    client.get("/nowhere/274913/")
    client.get("/healthz/live")
    text = client.get("/metrics").content.decode()
    assert (
        'smartlink_requests_total{method="GET",status="200",view="smartlink.health.live"}' in text
    )
    assert 'method="GET",status="404",view="none"' in text
    assert 'smartlink_request_seconds_count{view="portal:invite"}' in text
    assert "SECRET" not in text
    assert "274913" not in text


def test_the_processes_of_one_web_server_count_together(tmp_path: Path) -> None:
    gone = tmp_path / "metrics" / "999999999"
    gone.mkdir(parents=True)
    (gone / "counter_1.db").touch()
    code = (
        "from smartlink.wsgi import application; from django.test import Client; import os;"
        "child = os.fork();"
        "Client().get('/healthz/live');"
        "child or os._exit(0); os.waitpid(child, 0);"
        "from smartlink import request_metrics; print(request_metrics.exposition().decode())"
    )
    env = os.environ | {"DATA_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert (
        'smartlink_requests_total{method="GET",status="200",view="smartlink.health.live"} 2.0'
        in told.stdout
    )
    assert not gone.exists()


def test_the_web_process_never_loads_the_face_library() -> None:
    code = (
        "import django, sys; django.setup();"
        "import smartlink.urls, checkins.tasks, django.urls as u; u.get_resolver().url_patterns;"
        "print(sorted({'cv2', 'deepface', 'dlib', 'onnxruntime'} & set(sys.modules)))"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "smartlink.settings"}
    out = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"
