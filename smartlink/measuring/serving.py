"""gunicorn with production's settings on a free port of this machine, for what measures pages."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

PROXY = {"X-Forwarded-Proto": "https"}
"""What production's proxy would add to a request that came in over HTTPS."""


@contextmanager
def collected_files() -> Iterator[None]:
    """Hashed and compressed as in production, of the portal alone; gone afterwards."""
    folder = Path(settings.BASE_DIR) / "staticfiles"
    if folder.exists():
        raise CommandError("There is a staticfiles/ already: run `make clean` first.")
    ignored = [f"-i{name}" for name in ("admin", "unfold", "rest_framework", "drf_spectacular*")]
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0", *ignored]
    try:
        subprocess.run(  # noqa: S603 - our own command
            command, check=True, env=_production(0), cwd=settings.BASE_DIR
        )
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(
    application: str = "smartlink.wsgi:application", *, workers: int = 1, ready: str = "/privacy/"
) -> Iterator[str]:
    """The address of a WSGI application, once `ready` is answered there. Ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", "8",
        "--no-control-socket",
    ]  # fmt: skip
    server = subprocess.Popen(  # noqa: S603 - our own command
        command, env=_production(port), cwd=settings.BASE_DIR
    )
    url = f"http://localhost:{port}"
    try:
        _wait_for(url + ready, server)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _production(port: int) -> dict[str, str]:
    """Production's environment, behind a proxy that is the caller's own header."""
    return {
        **os.environ,
        "SMARTLINK_ENV": "production",
        "PUBLIC_URL": f"https://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "BEHIND_PROXY": "true",
        "LOG_LEVEL": "WARNING",
    }


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    request = urllib.request.Request(url, headers=PROXY)  # noqa: S310 - http, to this machine
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(request):  # noqa: S310 - this machine's own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise CommandError("The web server did not start.")
