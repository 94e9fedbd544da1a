"""Children end with us, orphans too; a part that keeps dying is started less and less often."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smartlink.stack import supervisor
from smartlink.stack.ports import is_taken, readiness
from smartlink.stack.processes import (
    Launch,
    StackError,
    captured,
    end,
    free_port,
    last_lines,
    run_to_end,
    spawn,
)
from smartlink.stack.supervisor import Part
from tests.stack.conftest import ROOT, eventually, remains

ENV = dict(os.environ)
# Leaves a sleeper in a session of its own behind, then ends.
ORPHANING = "setsid sleep 300 & echo started"


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code of ours in a process of its own, marked by `folder` as are its children."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**ENV, "MARK": str(folder)},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_orphans_are_adopted_and_ended(tmp_path: Path) -> None:
    code = (
        "import subprocess\n"
        "from smartlink.stack.processes import adopting\n"
        "with adopting():\n"
        f"    subprocess.run(['sh', '-c', {ORPHANING!r}])\n"
    )
    assert python(code, tmp_path).stdout == "started\n"
    assert remains(tmp_path) == {}
    left = code.replace("with adopting():", "if True:")
    assert python(left.replace("& echo", ">/dev/null 2>&1 & echo"), tmp_path).returncode == 0
    orphans = remains(tmp_path)
    assert orphans, "the test itself makes no orphan"
    for pid in orphans:
        os.kill(pid, signal.SIGKILL)


def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import os\n"
        "from smartlink.stack.processes import Launch, spawn\n"
        "spawn(Launch(['sleep', '300'], os.environ))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    assert python(code, tmp_path).returncode == -signal.SIGKILL
    assert eventually(lambda: remains(tmp_path) == {}, 3)


def test_only_the_first_stop_signal_counts(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from smartlink.stack.processes import StopRequested, stop_on_signals\n"
        "stop_on_signals()\n"
        "try:\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    signal.pause()\n"
        "except StopRequested as stop:\n"
        "    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
        "        os.kill(os.getpid(), number)\n"
        "    print(stop)\n"
    )
    assert python(code, tmp_path).stdout == "SIGTERM\n"


def test_what_does_not_listen_is_killed(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; echo ready; while :; do sleep 0.1; done"
    popen = spawn(Launch(["sh", "-c", stubborn], ENV, log=tmp_path / "log"))
    assert eventually(lambda: last_lines(tmp_path / "log") == ["ready"])
    end(popen, signal.SIGTERM, seconds=0.3)
    assert popen.returncode == -signal.SIGKILL


def test_a_failed_command_is_a_sentence_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(StackError, match=r"Sowing failed \(exit code 3\)\.") as failed:
        run_to_end(Launch(["sh", "-c", "echo no seed; exit 3"], ENV, log=log), "Sowing")
    assert last_lines(failed.value.log) == ["no seed"]
    with pytest.raises(StackError, match="took longer than"):
        run_to_end(Launch(["sleep", "9"], ENV, log=log), "Sowing", seconds=0.1)


def test_output_is_captured_with_the_exit_code() -> None:
    assert captured(Launch(["sh", "-c", "echo out; echo err >&2; exit 4"], ENV)) == (
        4,
        "out\nerr\n",
    )


def test_each_death_doubles_the_wait_until_a_settled_life(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now)
    part = Part("web", "The web server", Launch(["true"], ENV), started_at=now)
    assert [part.wait_before_next() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    now += 31
    assert part.wait_before_next() == 0.5


def test_nobody_answers_on_a_free_port() -> None:
    port = free_port()
    assert not is_taken("127.0.0.1", port)
    answered, missing = readiness(f"http://127.0.0.1:{port}")
    assert not answered
    assert missing == "the web server does not answer yet"
