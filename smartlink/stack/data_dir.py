"""The data folder of one `make run`: its lock, its secrets, its logs and what it remembers."""

import base64
import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from smartlink.stack.processes import StackError

_LOGS_KEPT = 3
_LONGEST_STOP = 15.0  # seconds
_CODE = ("smartlink", "casework", "checkins")


@dataclass(frozen=True)
class Secrets:
    """Made once for a data folder, kept in secrets.json (readable by its owner only)."""

    postgres: str
    valkey: str
    secret_key: str
    template_keys: str

    @classmethod
    def new(cls) -> "Secrets":
        """Fresh random ones."""
        return cls(
            postgres=secrets.token_hex(24),
            valkey=secrets.token_hex(24),
            secret_key=secrets.token_urlsafe(64),
            template_keys=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        )


@dataclass(frozen=True)
class DataDir:
    """One data folder."""

    folder: Path

    @property
    def logs(self) -> Path:
        """One log file a process."""
        return self.folder / "logs"

    @property
    def demo(self) -> Path:
        """The demo's sign-ins."""
        return self.folder / "demo.json"

    @property
    def environment(self) -> Path:
        """The environment that the running processes were given."""
        return self.folder / "environment.json"

    @contextmanager
    def held(self, base_url: str) -> Iterator[Callable[[], None]]:
        """Keep the folder for ourselves; StackError says where it serves when another has it.

        The kernel drops the lock with the process, so a killed run blocks nobody. What is yielded
        says that we are about to stop: the next run then waits for our end.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StackError(f"DATA_DIR {self.folder} cannot be used: {error.strerror}.") from error
        with os.fdopen(descriptor, "r+") as lock:
            _take(lock, self.folder)
            holder = {"pid": os.getpid(), "base_url": base_url}
            _rewrite(lock, holder)
            yield lambda: _rewrite(lock, {**holder, "stopping": True})

    def is_held(self) -> bool:
        """Whether a run has the folder now."""
        try:
            with (self.folder / "lock").open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def secrets(self) -> Secrets:
        """The folder's secrets, made on its first run."""
        path = self.folder / "secrets.json"
        if path.exists():
            try:
                return Secrets(**json.loads(path.read_text()))
            except (ValueError, TypeError) as error:
                raise StackError(f"{path} is damaged. Put it back from a copy.") from error
        if (self.folder / "postgres").exists():
            raise StackError(
                f"{path} is gone, and without it the data beside it cannot be read. Put it back, "
                f"or remove {self.folder} to start afresh."
            )
        made = Secrets.new()
        write_private(path, vars(made))
        return made

    def push_key(self) -> str:
        """The key that signs web push, made when it is first asked for: 32 bytes, base64url."""
        path = self.folder / "push_key.json"
        if not path.exists():
            key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
            write_private(path, {"private_key": key})
        return str(json.loads(path.read_text())["private_key"])

    def rotate_logs(self) -> None:
        """Start new log files; keep those of the last few runs."""
        self.logs.mkdir(exist_ok=True, mode=0o700)
        for log in self.logs.glob("*.log"):
            for number in range(_LOGS_KEPT, 0, -1):
                older = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
                if older.exists():
                    older.replace(log.with_name(f"{log.name}.{number}"))

    def demo_content(self) -> dict[str, Any] | None:
        """What demo.json says, if there is one."""
        try:
            content = json.loads(self.demo.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return content if isinstance(content, dict) else None

    def remembered(self, name: str) -> str:
        """What was remembered under `name`; empty when nothing was."""
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def remember(self, name: str, text: str) -> None:
        """Remember `text` for the next run."""
        unfinished = self.folder / f"{name}.tmp"
        unfinished.write_text(text)
        unfinished.replace(self.folder / name)


def _take(lock: TextIO, folder: Path) -> None:
    """Lock the file, after its holder's end if that has been announced."""
    until = time.monotonic() + _LONGEST_STOP
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            text = lock.read()
            if '"stopping"' not in text or time.monotonic() > until:
                raise StackError(already_running(folder, text)) from None
            time.sleep(0.1)
        else:
            return


def _rewrite(lock: TextIO, holder: dict[str, object]) -> None:
    lock.seek(0)
    lock.truncate()
    json.dump(holder, lock)
    lock.flush()


def already_running(folder: Path, lock_text: str) -> str:
    """The sentence for a second run in the same folder."""
    try:
        holder = json.loads(lock_text)
        where = f" at {holder['base_url']} (process {holder['pid']})"
    except (ValueError, KeyError):
        where = ""
    return f"SmartLink already runs from {folder}{where}. Stop it first, or give another DATA_DIR."


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that only its owner can read, whole or not at all."""
    unfinished = path.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
    unfinished.replace(path)


def code_digest(root: Path) -> str:
    """Changes whenever a source file or the locked packages change."""
    digest = hashlib.sha256((root / "requirements.txt").read_bytes())
    for part in _CODE:
        for path in sorted((root / part).rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
