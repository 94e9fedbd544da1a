"""Real Celery workers on a test's own database, files and broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


class Worker:
    """One `celery worker` with one child, started at once; `stop` it in the end."""

    def __init__(self, folder: Path, media: Path, queues: str = "default,verification") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "worker.log"
        env = {
            **os.environ,
            "SMARTLINK_ENV": "test",
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "MEDIA_ROOT": str(media),
            "DATA_DIR": str(folder),
            "LOG_JSON": "true",
        }
        command = [
            sys.executable, "-m", "celery", "-A", "smartlink", "worker", "-Q", queues, "-c", "1",
            "-l", "INFO", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        with self.log.open("wb") as written:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=written, stderr=written
            )

    def wait_until_ready(self) -> None:
        """Ready to take tasks, with the face engine loaded."""
        eventually(lambda: b" ready" in self.log.read_bytes(), 90, self._tail)

    def _tail(self) -> str:
        return self.log.read_text()[-3000:]

    @property
    def child(self) -> psutil.Process:
        """The process that works (the main one only hands out)."""
        return psutil.Process(self.process.pid).children()[0]

    def kill(self) -> None:
        """As a power cut would: main process and child at once."""
        child = self.child
        self.process.send_signal(signal.SIGKILL)
        child.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def eventually(
    true: Callable[[], bool], seconds: float, otherwise: Callable[[], str] = lambda: "too late"
) -> None:
    """Wait until it is `true`; fail the test when it is not so within `seconds`."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            pytest.fail(otherwise())
        time.sleep(0.02)


def database_url() -> str:
    """The address of the test's own database, for a process that is no test."""
    parts = connection.settings_dict
    return (
        f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}"
        f"/{parts['NAME']}"
    )
