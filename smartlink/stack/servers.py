"""The embedded servers as one thing: start, stop, kill and restart them; their addresses."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from smartlink.stack import privileges
from smartlink.stack.postgres import Postgres
from smartlink.stack.processes import kill_remains, undisturbed
from smartlink.stack.valkey import Valkey

_THROWAWAY_PREFIX = "smartlink-throwaway-"
COOKIE = "SMARTLINK_STACK"  # in the environment of everything that one stack starts


@dataclass
class Servers:
    """What is embedded: PostgreSQL and Valkey, each unless the caller brings a real one."""

    folder: Path = Path()
    postgres: Postgres | None = None
    valkey: Valkey | None = None

    @classmethod
    def at(
        cls,
        folder: Path,
        packages: Path,
        *,
        passwords: tuple[str, str],
        logs: Path,
        durable: bool = True,
        cookie: str = "",
    ) -> Self:
        """Both servers with their data in `folder`; `passwords` for PostgreSQL and Valkey."""
        logs.mkdir(parents=True, exist_ok=True)
        env = server_environment(cookie)
        return cls(
            folder,
            Postgres(
                packages, folder / "postgres", passwords[0], env, logs / "postgres.log", durable
            ),
            Valkey(packages, folder / "valkey", passwords[1], env, logs / "valkey.log", durable),
        )

    @classmethod
    @contextmanager
    def throwaway(
        cls, packages: Path, cookie: str = "", *, durable: bool = False
    ) -> Iterator[Self]:
        """Servers in a temporary folder, gone at the end of the block; they sync if `durable`."""
        _remove_abandoned()
        folder = Path(tempfile.mkdtemp(prefix=_THROWAWAY_PREFIX))
        with folder.joinpath("lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            servers = cls.at(
                folder,
                packages,
                passwords=(secrets.token_hex(16), secrets.token_hex(16)),
                logs=folder / "logs",
                durable=durable,
                cookie=cookie,
            )
            try:
                servers.start()
                yield servers
            finally:
                with undisturbed():
                    servers.stop()
                    _remove(folder)

    def start(self) -> None:
        """Start both and wait until both answer."""
        for server in self._all():
            server.start()

    def stop(self) -> None:
        """Stop the broker, then the database."""
        for server in self._all():
            server.stop()

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to `postgres` or `valkey`; wait for its end when the signal is SIGKILL."""
        popen = self._named(name).popen
        if popen is None:
            raise KeyError(f"{name} is not running")
        popen.send_signal(number)
        if number is signal.SIGKILL:
            popen.wait()
            if name == "valkey":  # PostgreSQL's children leave by themselves when it is gone
                kill_remains(popen.pid)

    def dead(self) -> list[str]:
        """The names of those that ran and run no more."""
        named = {"valkey": self.valkey, "postgres": self.postgres}
        return [
            name
            for name, server in named.items()
            if server is not None and server.popen is not None and server.popen.poll() is not None
        ]

    def popens(self) -> list[subprocess.Popen[bytes] | None]:
        """The processes themselves."""
        return [server.popen for server in self._all()]

    def restart(self, name: str) -> None:
        """Start a dead server again, on the same port if it is still free."""
        self._named(name).start()

    @property
    def urls(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL of what is embedded."""
        urls = {}
        if self.postgres is not None:
            urls["DATABASE_URL"] = self.postgres.url
        if self.valkey is not None:
            urls["REDIS_URL"] = self.valkey.url
        return urls

    def _all(self) -> list[Postgres | Valkey]:
        return [server for server in (self.valkey, self.postgres) if server is not None]

    def _named(self, name: str) -> Postgres | Valkey:
        server = {"postgres": self.postgres, "valkey": self.valkey}[name]
        if server is None:
            raise KeyError(f"{name} is not embedded here")
        return server


def server_environment(cookie: str) -> dict[str, str]:
    """A clean environment: PG… variables of the caller must not steer the embedded servers."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        COOKIE: cookie,
    }


def _remove(folder: Path) -> None:
    privileges.forget_copy(folder / "postgres")
    shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    """Delete what a killed run left in the temporary folder: nobody holds its lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_THROWAWAY_PREFIX}*"):
        lock = folder / "lock"
        try:
            if folder.lstat().st_uid != os.geteuid() or time.time() - lock.stat().st_mtime < 30:
                continue
            with lock.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(folder)
        except OSError:  # held, or being removed by another run
            continue
