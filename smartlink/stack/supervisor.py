"""Keeps processes alive: starts them, starts dead ones again, and stops all in order."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from smartlink.stack.processes import (
    Launch,
    StackError,
    end,
    kill_remains,
    last_lines,
    reap_adopted,
    spawn,
)
from smartlink.stack.servers import Servers

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 30.0
_SETTLED = 30.0  # seconds of life after which earlier deaths are forgotten
_START_TRIES = 3


@dataclass
class Part:
    """One process of the application, and how it has fared."""

    name: str
    title: str
    launch: Launch
    stop_signal: signal.Signals = signal.SIGTERM
    popen: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        """Start it now."""
        self.popen = spawn(self.launch)
        self.started_at = time.monotonic()

    def wait_before_next(self) -> float:
        """Seconds to wait after one more death: doubling, forgotten after a settled life."""
        if time.monotonic() - self.started_at > _SETTLED:
            self.deaths = 0
        self.deaths += 1
        return float(min(_FIRST_WAIT * 2 ** (self.deaths - 1), _LONGEST_WAIT))


@dataclass
class Supervisor:
    """The embedded servers and the parts, watched together."""

    servers: Servers
    say: Callable[[str], None]
    parts: list[Part] = field(default_factory=list)
    commands: list[subprocess.Popen[bytes]] = field(default_factory=list)  # run to their end
    ready: bool = False  # until then, a part that keeps dying ends the start

    def add(self, part: Part) -> None:
        """Start a part and watch it from now on."""
        self.parts.append(part)
        part.start()

    def watch(self) -> None:
        """One round: notice deaths, start again what is due."""
        self._watch_servers()
        reap_adopted(self._own())
        now = time.monotonic()
        for part in self.parts:
            if part.popen is None:
                if now >= part.due_at:
                    part.start()
            elif part.popen.poll() is not None:
                self._died(part, part.popen)

    def stop(self, *, seconds: float = 4.0) -> None:
        """Stop every part at once, then the broker and the database."""
        for command in self.commands:
            end(command, signal.SIGTERM, seconds=2)
        alive = [part for part in self.parts if part.popen is not None]
        for part in alive:
            if part.popen is not None and part.popen.poll() is None:
                part.popen.send_signal(part.stop_signal)
        until = time.monotonic() + seconds
        for part in alive:
            if part.popen is not None:
                _wait(part.popen, until)
                end(part.popen, signal.SIGKILL, seconds=1)
        self.servers.stop()

    def _own(self) -> set[int]:
        started = [part.popen for part in self.parts] + self.servers.popens()
        return {popen.pid for popen in started + self.commands if popen is not None}

    def _died(self, part: Part, popen: subprocess.Popen[bytes]) -> None:
        kill_remains(popen.pid)
        part.popen = None
        wait = part.wait_before_next()
        part.due_at = time.monotonic() + wait
        how = _how(popen.returncode)
        if not self.ready and part.deaths >= _START_TRIES:
            raise StackError(f"{part.title} cannot start ({how}).", part.launch.log)
        self.say(f"  {part.title} ended ({how}); starting again in {wait:.1f} s")
        if part.deaths >= _START_TRIES:
            for line in last_lines(part.launch.log, 5):
                self.say(f"    {line}")

    def _watch_servers(self) -> None:
        for name in self.servers.dead():
            self.say(f"  {name} ended; starting again")
            addresses = self.servers.urls
            self.servers.restart(name)
            if self.servers.urls != addresses:
                # Its port was taken meanwhile: the others must learn the new one.
                self._move(self.servers.urls)
            self.say(f"  {name} is back")

    def _move(self, addresses: dict[str, str]) -> None:
        for part in self.parts:
            part.launch = part.launch.with_env(addresses)
            if part.popen is not None:
                end(part.popen, part.stop_signal, seconds=4)
                part.start()


def _wait(popen: subprocess.Popen[bytes], until: float) -> None:
    try:
        popen.wait(timeout=max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
