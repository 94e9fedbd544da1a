"""Child processes that never outlive this one: each is killed by the kernel when its parent dies.

The kernel watches the *thread* that started a child, so children are started by the main thread.
"""

import ctypes
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StackError(Exception):
    """A sentence fit to show to whoever started the stack; `log` holds more when it is given."""

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        super().__init__(sentence)
        self.log = log


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal. Not an Exception, so that nothing swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def stop_on_signals() -> None:
    """Turn the first stop signal into StopRequested in the main thread, and ignore the rest.

    make passes SIGTERM on to us after the terminal or a process group has sent it already.
    """

    def handler(number: int, _frame: FrameType | None) -> None:
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise StopRequested(number)

    for number in STOP_SIGNALS:
        signal.signal(number, handler)


def end_with(parent: int) -> None:
    """Ask for SIGTERM when our parent dies: `make` killed with -9 must not leave us behind."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:  # it died before prctl could tell
        raise SystemExit(1)


@contextmanager
def adopting() -> Iterator[None]:
    """Become the parent of whatever our children leave behind, and end it all with the block."""
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        with undisturbed():
            end_children(seconds=3)


def end_children(*, seconds: float) -> None:
    """Kill and reap every child, and theirs, which become ours by that."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for pid in _children():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.02)


def reap_adopted(ours: Collection[int]) -> None:
    """Take note of the end of adopted processes; that of `ours` is left for their owners."""
    with suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid in ours:
                return  # its owner looks soon, and then we see who is behind it
            os.waitpid(ended.si_pid, 0)


def _children() -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
            except OSError:  # it has just ended
                continue
            if int(parent) == os.getpid():
                found.append(int(entry.name))
    return found


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no stop signal interrupt the block: a tear-down is done once and whole."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True)
class Launch:
    """How to start one program: what to run, with which environment, and how it dies with us."""

    argv: Sequence[str | Path]
    env: Mapping[str, str]
    log: Path | None = None  # None: this process's own output
    cwd: Path | None = None
    death_signal: signal.Signals = signal.SIGKILL
    stdin: str | None = None  # text to feed; None: nothing to read
    foreground: bool = False  # stays in our process group and keeps our terminal
    account: tuple[int, int] | None = None  # uid and gid to become

    def with_env(self, more: Mapping[str, str]) -> "Launch":
        """The same with more in its environment."""
        return replace(self, env={**self.env, **more})


def spawn(launch: Launch) -> subprocess.Popen[bytes]:
    """Start the program. Output goes to the end of its log file."""
    parent = os.getpid()

    def in_child() -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(launch.death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before prctl could tell
            os._exit(1)

    options: dict[str, Any] = {}
    if launch.account is not None:
        uid, gid = launch.account
        options = {"user": uid, "group": gid, "extra_groups": []}
    if not launch.foreground:
        options["stdin"] = subprocess.DEVNULL if launch.stdin is None else subprocess.PIPE
        options["start_new_session"] = True
    output = None if launch.log is None else launch.log.open("ab")
    try:
        popen = subprocess.Popen(
            [str(part) for part in launch.argv],
            env=dict(launch.env),
            cwd=launch.cwd,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            preexec_fn=in_child,
            **options,
        )
    finally:
        if output is not None:
            output.close()
    if launch.stdin is not None and popen.stdin is not None:
        with popen.stdin as pipe:
            pipe.write(launch.stdin.encode())
    return popen


def run_to_end(launch: Launch, what: str, *, seconds: float = 600) -> None:
    """Run a program to its end; StackError says `what` failed, with its log, unless it exits 0."""
    popen = spawn(launch)
    try:
        code = popen.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise StackError(f"{what} took longer than {seconds:.0f} s.", launch.log) from None
    finally:
        end(popen, signal.SIGKILL, seconds=1)
    if code != 0:
        raise StackError(f"{what} failed (exit code {code}).", launch.log)


def captured(launch: Launch) -> tuple[int, str]:
    """The exit code and the whole output of a program."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "output"
        popen = spawn(replace(launch, log=log))
        try:
            code = popen.wait()
        finally:
            end(popen, signal.SIGKILL, seconds=1)
        return code, log.read_text(errors="replace")


def wait_until(ready: Callable[[], bool], popen: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether `ready` came true in time and before the process ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if popen.poll() is not None:
            return False
        if ready():
            return True
        time.sleep(0.02)
    return False


def end(popen: subprocess.Popen[bytes], how: signal.Signals, *, seconds: float) -> None:
    """Signal the process, wait, then kill whatever is left of its session."""
    if popen.poll() is None:
        popen.send_signal(how)
        try:
            popen.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()
    kill_remains(popen.pid)


def kill_remains(group: int) -> None:
    """Kill what a dead leader left in its process group (never our own group)."""
    if group == os.getpgrp():
        return
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def processes_in(folder: Path) -> set[int]:
    """The processes whose working directory is exactly `folder` (as far as we may look)."""
    wanted = folder.resolve()
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == wanted:
                    found.add(int(entry.name))
            except OSError:  # gone, or another account's
                continue
    return found


def free_port() -> int:
    """A loopback TCP port that is free now. Another process may take it first: retry then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def last_lines(log: Path | None, count: int = 15) -> list[str]:
    """The end of a log file, or nothing when there is none."""
    if log is None or not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 16_384))
        return file.read().decode(errors="replace").splitlines()[-count:]
