"""What `make run` shows: steps with their times, then the addresses and the demo sign-ins.

On a terminal a running step counts its seconds in place; anywhere else there are plain lines only.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TextIO

from smartlink.stack.processes import StopRequested

_WIDTH = 46


class Audience(Protocol):
    """Whom a long step tells what it does."""

    def detail(self, line: str) -> None:
        """One thing that it now does."""

    def tick(self) -> None:
        """That it is still at it."""


class Notes:
    """Tells on the error stream, beside a command's own output."""

    def detail(self, line: str) -> None:
        """The line as it is."""
        note(line)

    def tick(self) -> None:
        """Nothing: there is no line that counts."""


class Screen:
    """Writes to one stream; a reader that has gone away stops nobody."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._step: tuple[str, float] | None = None
        self._counted = 0
        self._unfinished = False  # the cursor stands behind a step's title

    def say(self, line: str = "") -> None:
        """Write one line; a running step goes on below it."""
        if self._unfinished:
            self._write("\r\x1b[K" if self._live else "\n")
            self._unfinished = False
        self._write(f"{line}\n")
        if self._live:
            self._count(force=True)

    def detail(self, line: str) -> None:
        """One line about the running step."""
        self.say(f"    {line}")

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that `title` is under way, then how long it took or that it failed."""
        started = time.monotonic()
        self._step = (title, started)
        self._write(f"  {title:<{_WIDTH}} ")
        self._unfinished = True
        outcome = "failed"
        try:
            yield
            outcome = "done"
        except StopRequested:
            outcome = "stopped"
            raise
        finally:
            self._step = None
            again = "\r\x1b[K" if self._live else ""
            if again or not self._unfinished:
                self._write(f"{again}  {title:<{_WIDTH}} ")
            self._write(f"{outcome:<7} {time.monotonic() - started:6.1f} s\n")
            self._unfinished = False

    def tick(self) -> None:
        """Let a terminal count the running step's seconds on."""
        self._count(force=False)

    def _count(self, *, force: bool) -> None:
        if not self._live or self._step is None:
            return
        title, started = self._step
        seconds = int(time.monotonic() - started)
        if force or seconds != self._counted:
            self._counted = seconds
            self._unfinished = True
            self._write(f"\r\x1b[K  {title:<{_WIDTH}} {seconds:12d} s")

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "ascii"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except (OSError, ValueError):  # the reader has gone: `make run | head`
            self._live = False
            with suppress(OSError), Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), self._stream.fileno())


def note(line: str) -> None:
    """A line beside a command's own output, at once, also into a pipe."""
    print(line, file=sys.stderr, flush=True)


def welcome(base_url: str, seconds: float, demo: dict[str, Any] | None, logs: str) -> list[str]:
    """The lines of the start screen. `demo` is the content of demo.json."""
    lines = [
        "",
        f"SmartLink is ready ({seconds:.0f} s)",
        "",
        f"  Participants   {base_url}/",
        f"  Staff          {base_url}/staff/",
        "",
    ]
    if demo:
        lines += _sign_ins(demo)
    return [*lines, f"  Logs           {logs}", "  Stop           Ctrl-C", ""]


def _sign_ins(demo: dict[str, Any]) -> list[str]:
    staff = [
        (str(one["role"]).capitalize(), str(one["email"]), str(one["password"]))
        for one in demo.get("staff", [])[:3]
    ]
    people = [
        (str(one["name"]), f"PIN {one['pin']}", str(one["invite"]))
        for one in demo.get("participants", [])[:3]
    ]
    lines = ["  Demonstration sign-ins (made-up people; the rest are in demo.json)"]
    for rows in (staff, people):
        lines += [f"    {row}" for row in table(rows)]
    return [*lines, ""]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with aligned columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "   ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
