"""`make run`: from an empty folder to a served site, and away again without a trace."""

import os
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from smartlink.stack import environment, parts, ports
from smartlink.stack.bootstrap import Needs, Venv
from smartlink.stack.catalogues import compile_catalogues
from smartlink.stack.data_dir import DataDir, code_digest, write_private
from smartlink.stack.processes import (
    Launch,
    StackError,
    StopRequested,
    spawn,
    stop_on_signals,
    undisturbed,
)
from smartlink.stack.screen import Screen, welcome
from smartlink.stack.servers import Servers
from smartlink.stack.supervisor import Supervisor

_START_SECONDS = 180.0  # to wait for the site to say that it is ready
_ROUND = 0.1
# What fills the embedded database need not wait for the disk: a checkpoint follows at the end,
# and whoever is cut off before starts from the beginning.
_UNHURRIED = {"PGOPTIONS": "-c synchronous_commit=off"}
_ASK_EACH = 0.3  # an answer costs the site a look at its migrations
_NO_TABLES = "no tables"
_MIGRATIONS = (
    "SELECT md5(coalesce(string_agg(app || '.' || name, ',' ORDER BY app, name), ''))"
    " FROM django_migrations"
)


@dataclass(frozen=True)
class Options:
    """What the caller's environment asks for."""

    port: int
    bind: str
    data: DataDir
    embed_postgres: bool
    embed_valkey: bool
    demo: bool

    @classmethod
    def from_environment(cls, root: Path) -> "Options":
        """PORT, BIND, DATA_DIR, DATABASE_URL, REDIS_URL, DEMO; StackError for nonsense."""
        said = os.environ.get("PORT", "") or "8000"
        if not said.isdigit() or not 1 <= int(said) <= 65535:
            raise StackError(f"PORT is a number from 1 to 65535, not {said!r}.")
        embed_postgres = not os.environ.get("DATABASE_URL")
        return cls(
            port=int(said),
            bind=os.environ.get("BIND", "") or "127.0.0.1",
            data=DataDir((root / (os.environ.get("DATA_DIR", "") or ".run")).resolve()),
            embed_postgres=embed_postgres,
            embed_valkey=not os.environ.get("REDIS_URL"),
            demo=embed_postgres or os.environ.get("DEMO") == "1",
        )

    @property
    def base_url(self) -> str:
        """Where this machine reaches the site."""
        return f"http://127.0.0.1:{self.port}"


def run(root: Path, arguments: list[str]) -> int:
    """Serve until told to stop. Exit code 0 after a stop that was asked for."""
    if arguments:
        raise StackError(f"`run` takes no arguments: {' '.join(arguments)}")
    options = Options.from_environment(root)
    stop_on_signals()
    with options.data.held(options.base_url) as announce_stop:
        if ports.is_taken(options.bind, options.port):
            raise StackError(
                f"Port {options.port} is taken{ports.listener(options.port)}. "
                "Choose another: make run PORT=8001"
            )
        stack = Stack(root, options, Screen(sys.stdout))
        try:
            stack.start()
            stack.keep()
        except StopRequested as stop:
            stack.screen.say(f"\nStopping ({stop})")
        finally:
            with undisturbed():
                announce_stop()
                stack.stop()
        stack.screen.say("Stopped.")
    return 0


@dataclass
class Stack:
    """Everything that one `make run` has started."""

    root: Path
    options: Options
    screen: Screen
    supervisor: Supervisor = field(init=False)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(Servers(), self.screen.say)

    def start(self) -> None:
        """Start all in the order of what needs what; return when the site is ready."""
        began = time.monotonic()
        data, venv = self.options.data, Venv(self.root)
        self.screen.say(f"SmartLink starts in {data.folder}")
        with self.screen.step("Packages and translations"):
            venv.ensure(Needs.RUN, self.screen)
            compile_catalogues(venv)
        data.rotate_logs()
        cookie = secrets.token_hex(8)
        with self.screen.step("Database and broker"):
            self._embed(venv, cookie)
        urls = self.supervisor.servers.urls
        env = environment.of_application(data, venv.folder, self.options.base_url, urls, cookie)
        write_private(data.environment, env)
        self._fill(venv, env)
        with self.screen.step("Web, workers, face engine"):
            self._await_readiness()
        self.supervisor.ready = True
        self.supervisor.add(parts.beat(venv.python, self.root, env, data))
        demo = data.demo_content() if self.options.demo else None
        for line in welcome(self.options.base_url, time.monotonic() - began, demo, str(data.logs)):
            self.screen.say(line)

    def keep(self) -> None:
        """Watch over the processes until a stop signal."""
        while True:
            self.supervisor.watch()
            time.sleep(_ROUND)

    def stop(self) -> None:
        """End every process, in order."""
        self.supervisor.stop()
        self.options.data.environment.unlink(missing_ok=True)

    def _embed(self, venv: Venv, cookie: str) -> None:
        data = self.options.data
        made = data.secrets()
        servers = Servers.at(
            data.folder,
            venv.packages,
            passwords=(made.postgres, made.valkey),
            logs=data.logs,
            cookie=cookie,
        )
        if not self.options.embed_postgres:
            servers.postgres = None
        if not self.options.embed_valkey:
            servers.valkey = None
        self.supervisor.servers = servers
        servers.start()
        if servers.valkey is not None:
            servers.valkey.forget("*alive:*")  # workers of the last run must not pass for ours

    def _fill(self, venv: Venv, env: dict[str, str]) -> None:
        """Tables and demonstration data where they are not as this code wants them."""
        data, python = self.options.data, venv.python
        log = data.logs / "setup.log"
        base_url = self.options.base_url
        filled = data.remembered("filled")
        has_tables = bool(filled) and filled == self._filled_as()
        has_demo = has_tables and (data.demo_content() or {}).get("base_url") == base_url
        # In an empty database no task of an older release can wait for the workers: they load
        # while the tables are made, once the first command has left its bytecode to all.
        is_new = filled == "" and self._filled_as().endswith(_NO_TABLES)
        filling = {**env, **_UNHURRIED} if self.supervisor.servers.postgres else env
        if not has_tables:
            with self.screen.step("Database tables"):
                self._complete(
                    parts.manage(python, self.root, filling, log, "migrate", "--no-input"),
                    "Making the database tables",
                    lambda: self._start_parts(python, env) if is_new else None,
                )
        if not self.supervisor.parts:
            self._start_parts(python, env)
        if self.options.demo and not has_demo:
            words = ["seed_demo", "--write", str(data.demo), "--base-url", base_url]
            with self.screen.step("Demonstration data"):
                self._complete(
                    parts.manage(python, self.root, filling, log, *words),
                    "Making the demonstration data",
                )
        self._settle()
        data.remember("filled", self._filled_as())

    def _start_parts(self, python: Path, env: dict[str, str]) -> None:
        logs = self.options.data.logs
        for part in parts.workers(python, self.root, env, logs):
            self.supervisor.add(part)
        bind = f"{self.options.bind}:{self.options.port}"
        self.supervisor.add(parts.web(python, self.root, env, logs, bind))

    def _settle(self) -> None:
        """Bring to the disk what was written without waiting for it."""
        if self.supervisor.servers.postgres is not None:
            self.supervisor.servers.postgres.query("CHECKPOINT")

    def _filled_as(self) -> str:
        """What code and which migrations are in the embedded database; empty for another one."""
        postgres = self.supervisor.servers.postgres
        if postgres is None:
            return ""
        applied = _NO_TABLES
        if postgres.query("SELECT to_regclass('django_migrations') IS NOT NULL") == "t":
            applied = postgres.query(_MIGRATIONS)
        return f"{code_digest(self.root)}\n{applied}"

    def _complete(
        self, launch: Launch, what: str, when_it_speaks: Callable[[], None] | None = None
    ) -> None:
        """Run a command to its end while watching over the rest."""
        popen = spawn(launch)
        self.supervisor.commands.append(popen)
        log = launch.log
        if (
            when_it_speaks
            and log
            and self._watch_until(lambda: popen.poll() is not None or log.stat().st_size > 0)
        ):
            when_it_speaks()
        self._watch_until(lambda: popen.poll() is not None)
        if popen.returncode != 0:
            raise StackError(f"{what} failed (exit code {popen.returncode}).", launch.log)

    def _await_readiness(self) -> None:
        missing = ""

        def ready() -> bool:
            nonlocal missing
            answered, missing = ports.readiness(self.options.base_url)
            return answered

        if not self._watch_until(ready, seconds=_START_SECONDS, each=_ASK_EACH):
            log = self.options.data.logs / "web.log"
            raise StackError(f"The site does not get ready ({missing}).", log)

    def _watch_until(
        self, done: Callable[[], bool], seconds: float = float("inf"), each: float = _ROUND
    ) -> bool:
        """Whether `done`, asked `each` so many seconds, came true within `seconds`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if done():
                return True
            ask_at = time.monotonic() + each
            while time.monotonic() < ask_at:
                self.supervisor.watch()
                self.screen.tick()
                time.sleep(_ROUND)
        return False
