"""A throw-away checkout around the stand-in application, and runs of `make run` in it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STANDIN = Path(__file__).parent / "standin"
# What our own test run was given, and a run from a plain shell is not.
CALLERS_OWN = {
    "CI", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "REDIS_URL", "SECRET_KEY", "SMARTLINK_ENV",
    "SMARTLINK_STACK",
}  # fmt: skip


def remains(folder: Path) -> dict[int, str]:
    """Processes with `folder` in their environment, arguments or working directory."""
    found = {}
    mark = str(folder).encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            seen = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            seen += str((entry / "cwd").readlink()).encode()
            if mark in seen and state != "Z":
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def eventually(check: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether `check` came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.05)
    return bool(check())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Run:
    """One started `run` and what it has written."""

    popen: subprocess.Popen[bytes]
    output: Path
    url: str
    data: Path

    @property
    def text(self) -> str:
        return self.output.read_text()

    def is_ready(self) -> bool:
        """Whether the start screen has been shown; fails when the run has ended instead."""
        assert self.popen.poll() is None, self.text
        return "SmartLink is ready" in self.text

    def answers(self, path: str = "/healthz/ready", timeout: float = 5) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=timeout) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def wait(self, seconds: float = 15) -> int:
        return self.popen.wait(timeout=seconds)

    def stop_with(self, number: signal.Signals) -> int:
        self.popen.send_signal(number)
        return self.wait()

    def processes(self, words: str) -> list[int]:
        """The running processes of this run whose command line holds `words`."""
        return [pid for pid, command in remains(self.data).items() if words in command]

    def environment(self) -> dict[str, str]:
        return json.loads((self.data / "environment.json").read_text())


@dataclass
class Checkout:
    """A folder that `run` can be started in."""

    root: Path
    started_by_us: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, port: int | None = None, command: str = "python", **more: str) -> Run:
        """Start `run`, directly or through make."""
        port = port or free_port()
        output = self.root / f"output-{time.monotonic_ns()}"
        env = self.shell() | {"PORT": str(port), **more}
        direct = [str(self.root / ".venv/bin/python"), "-m", "smartlink.stack", "run"]
        with output.open("wb") as file:
            popen = subprocess.Popen(
                direct if command == "python" else ["make", "run"],
                cwd=self.root,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_by_us.append(popen)
        return Run(popen, output, f"http://127.0.0.1:{port}", self.root / "data dir")

    def started(self, **more: str) -> Run:
        """A run that has got ready."""
        run = self.run(**more)
        assert eventually(run.is_ready, 30), run.text
        return run

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One of Django's commands beside a run."""
        return subprocess.run(
            [str(self.root / ".venv/bin/python"), "-m", "smartlink.stack", "manage", *words],
            cwd=self.root,
            env=self.shell(),
            capture_output=True,
            text=True,
            timeout=30,
        )

    def shell(self) -> dict[str, str]:
        """What a plain shell has, and where the data is."""
        plain = {k: v for k, v in os.environ.items() if k not in CALLERS_OWN}
        return plain | {"DATA_DIR": str(self.root / "data dir")}

    def remains(self) -> dict[int, str]:
        return remains(self.root)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """The stack's own code, the real environment and the stand-in, under a path with blanks."""
    root = tmp_path / "a checkout"
    package = root / "smartlink"
    shutil.copytree(
        ROOT / "smartlink" / "stack",
        package / "stack",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (package / "__init__.py").touch()
    for name in ("wsgi.py", "celery.py", "web_life.py"):
        shutil.copy(STANDIN / name, package / name)
    shutil.copy(STANDIN / "manage.py", root / "manage.py")
    shutil.copy(ROOT / "smartlink" / "children.py", package / "children.py")
    for name in ("requirements.txt", "requirements-dev.txt", "Makefile"):
        shutil.copy(ROOT / name, root / name)
    (root / ".venv").symlink_to(ROOT / ".venv")
    checkout = Checkout(root)
    yield checkout
    for pid in checkout.remains():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for popen in checkout.started_by_us:
        popen.wait(timeout=5)
