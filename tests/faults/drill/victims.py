"""The processes that are killed, each started again as a supervisor would; and their servers."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from smartlink.demo import chance
from smartlink.stack.servers import Servers
from tests.workers import ROOT, database_url

_CELERY = ["-m", "celery", "-A", "smartlink", "--skip-checks"]
SWEEPERS = 3


class Victims:
    """Sweepers, a worker and beat; and `servers`, if they are nobody else's."""

    def __init__(self, folder: Path, servers: Servers | None, seed: int) -> None:
        self.folder, self.servers, self.seed = folder, servers, seed
        self.done: Counter[str] = Counter()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands = {
            **{f"sweeper {n}": ["manage.py", "run_sweeps"] for n in range(SWEEPERS)},
            "worker": [
                *_CELERY, "worker", "-Q", "default,notices", "-c", "2", "-l", "INFO",
                "--without-gossip", "--without-mingle",
            ],
            "beat": [*_CELERY, "beat", "--pidfile=", "--schedule", str(folder / "beat")],
        }  # fmt: skip

    def keep_alive(self) -> None:
        """Start what does not run (it was killed, or gave up when the database was away)."""
        for name, command in self._commands.items():
            popen = self._running.get(name)
            if popen is not None and popen.poll() is None:
                continue
            if popen is not None:
                self.done["started again"] += 1
            with (self.folder / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SMARTLINK_ENV": "test",
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "DATA_DIR": str(self.folder),
            "MEDIA_ROOT": str(self.folder / "media"),
        }

    def strike(self) -> None:
        """Something dies: in an order by the seed, all of them before any comes again."""
        kills = [(name, partial(self.kill, name)) for name in self._commands]
        acts: list[tuple[str, Callable[[], None]]] = [
            *kills * 2,  # what follows hits all of them at once
            ("Valkey flushed", self._flush),
            ("database connections cut", self._cut),
        ]
        if self.servers is not None:
            acts += [
                ("PostgreSQL killed", lambda: self._restart("postgres", signal.SIGKILL)),
                ("PostgreSQL restarted", lambda: self._restart("postgres", signal.SIGINT)),
                ("Valkey killed", lambda: self._restart("valkey", signal.SIGKILL)),
            ]
        turn, place = divmod(self.done["strikes"], len(acts))
        order = [(chance.number(1 << 32, self.seed, turn, n), n) for n in range(len(acts))]
        name, act = acts[sorted(order)[place][1]]
        self.done["strikes"] += 1
        act()
        self.done[name if name not in self._commands else f"{name.split()[0]} killed"] += 1

    def kill(self, name: str) -> None:
        """As a power cut would: it and its children at once."""
        popen = self._running.pop(name, None)
        if popen is not None and popen.poll() is None:
            os.killpg(popen.pid, signal.SIGKILL)
            popen.wait()

    def kill_all(self) -> None:
        for name in list(self._running):
            self.kill(name)

    def _flush(self) -> None:
        """Everything of this lane is gone from the broker."""
        with redis.Redis.from_url(settings.REDIS_URL) as server:
            prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
            for key in server.scan_iter(f"{prefix}*"):
                server.delete(key)

    def _cut(self) -> None:
        """All of the processes' connections to our database end in the middle of what they do."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def _restart(self, name: str, how: signal.Signals) -> None:
        assert self.servers is not None
        connection.close()
        self.servers.kill(name, how)
        while name not in self.servers.dead():
            time.sleep(0.05)
        self.servers.restart(name)
