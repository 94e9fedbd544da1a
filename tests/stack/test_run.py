"""`make run`: it starts, says what it does, and leaves nothing behind, however it ends."""

import os
import signal
import socket
import stat
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack.conftest import Checkout, eventually

pytestmark = pytest.mark.stack


def test_serves_then_refuses_a_second_run_and_leaves_nothing_after_ctrl_c(
    checkout: Checkout,
) -> None:
    run = checkout.started()
    assert run.answers()
    assert f"{run.url}/staff/" in run.text
    assert "ana@example.org" in run.text
    assert "\x1b" not in run.text  # a file is no terminal
    for name in ("secrets.json", "environment.json"):
        assert stat.S_IMODE((run.data / name).stat().st_mode) == 0o600

    second = checkout.run()
    assert second.wait() == 1
    assert run.url in second.text
    assert str(run.popen.pid) in second.text
    assert run.answers()

    assert run.environment()["DATABASE_URL"] in checkout.manage("environment").stdout

    assert run.stop_with(signal.SIGINT) == 0
    assert "Stopped." in run.text
    assert checkout.remains() == {}
    assert not (run.data / "environment.json").exists()
    refused = checkout.manage("environment")
    assert refused.returncode == 1
    assert "Start it first: make run" in refused.stderr


def test_nothing_outlives_a_killed_supervisor_and_the_next_run_starts(checkout: Checkout) -> None:
    run = checkout.started()
    before = checkout.remains()
    # web and two workers of it, two Celery workers and their children, beat, the servers
    assert len(before) >= 12, before
    with ThreadPoolExecutor() as pool:
        # A request and a task under way must not hold anybody back.
        pool.submit(run.answers, "/slow")
        task = "from smartlink.celery import busy; busy.delay()"
        env = {**os.environ, **run.environment()}
        python = checkout.root / ".venv/bin/python"
        subprocess.run([python, "-c", task], cwd=checkout.root, env=env, check=True)
        time.sleep(0.5)
        run.stop_with(signal.SIGKILL)
        assert eventually(lambda: checkout.remains() == {}, 10), checkout.remains()

    again = checkout.started()
    assert again.answers()
    assert "Database tables" not in again.text  # they were as this code wants them
    assert "Demonstration data" in again.text  # it holds the address, which has changed
    assert again.stop_with(signal.SIGTERM) == 0
    assert checkout.remains() == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_make_takes_everything_with_it(checkout: Checkout, number: signal.Signals) -> None:
    run = checkout.started(command="make")
    assert run.stop_with(number) != 0
    assert eventually(lambda: checkout.remains() == {}, 12), checkout.remains()


def test_starts_again_whatever_dies(checkout: Checkout) -> None:
    run = checkout.started()
    assert eventually(lambda: run.processes("verification@"), 5), run.text
    urls = {name: run.environment()[name] for name in ("DATABASE_URL", "REDIS_URL")}
    for words in ("gunicorn", "verification@", "valkey-server", "/bin/postgres"):
        before = set(run.processes(words))
        assert before, f"no {words}: {run.text}"
        os.kill(min(before), signal.SIGKILL)
        assert eventually(lambda w=words, b=before: set(run.processes(w)) - b, 10), words
        assert eventually(run.answers, 10), run.text
        # What the dead one had forked is gone too.
        assert eventually(lambda w=words, b=before: not b & set(run.processes(w)), 5), words
    for name in ("The web server", "The verification worker", "valkey", "postgres"):
        assert run.text.count(f"{name} ended") == 1, run.text
    assert {name: run.environment()[name] for name in urls} == urls
    run.stop_with(signal.SIGHUP)
    assert checkout.remains() == {}


def test_says_who_has_the_port(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = checkout.run(port=port)
        assert run.wait() == 1
    assert f"Port {port} is taken by" in run.text
    assert f"(process {os.getpid()})" in run.text
    assert "PORT=8001" in run.text


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("migrate", "Making the database tables failed (exit code 1)."),
        ("web", "The web server cannot start"),
    ],
)
def test_shows_why_a_part_cannot_start(checkout: Checkout, broken: str, sentence: str) -> None:
    run = checkout.run(BREAK=broken)
    assert run.wait(30) == 1
    assert sentence in run.text
    assert "was told to fail" in run.text  # the end of its log
    assert "Traceback" not in run.text.rsplit("told to fail", 1)[1]
    assert checkout.remains() == {}


def test_real_servers_replace_the_embedded_ones(checkout: Checkout) -> None:
    run = checkout.started(
        DATABASE_URL=os.environ["DATABASE_URL"], REDIS_URL=os.environ["REDIS_URL"]
    )
    assert run.processes("/bin/postgres") == []
    assert run.processes("valkey-server") == []
    assert run.environment()["DATABASE_URL"] == os.environ["DATABASE_URL"]
    assert not (run.data / "demo.json").exists()  # nobody asked for made-up people in it
    with urllib.request.urlopen(f"{run.url}/healthz/ready") as answer:
        assert answer.status == 200
    run.stop_with(signal.SIGTERM)
