"""`python3 -m smartlink.stack run|test|lint|servers`: what the Makefile calls.

Imports nothing of its own before the Python version is known to be enough.
"""

import os
import shutil
import sys

if sys.version_info < (3, 11):  # noqa: UP036 (the system's Python may be older than ours)
    for newer in ("python3.11", "python3.12", "python3.13"):
        if shutil.which(newer):
            os.execvp(newer, [newer, "-m", "smartlink.stack"] + sys.argv[1:])  # noqa: RUF005, S606
    sys.exit("SmartLink needs Python 3.11. Run: sudo apt-get install -y python3.11-venv make")

from pathlib import Path

from smartlink.stack.checks import run_tests
from smartlink.stack.commands import bench, manage, serve
from smartlink.stack.lint import lint
from smartlink.stack.processes import StackError, StopRequested, adopting, end_with, last_lines
from smartlink.stack.run import run

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = {
    "run": run,
    "test": run_tests,
    "lint": lint,
    "bench": bench,
    "servers": serve,
    "manage": manage,
}


def main(arguments: list[str]) -> int:
    """Run one command; its exit code. `--tied PID` first: end when that parent of ours is gone."""
    if arguments[:1] == ["--tied"]:
        end_with(int(arguments[1]))
        arguments = arguments[2:]
    command, *rest = arguments or [""]
    if command not in COMMANDS:
        print(f"usage: python3 -m smartlink.stack {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        with adopting():
            return COMMANDS[command](ROOT, rest)
    except StackError as error:
        sys.stdout.flush()
        lines = last_lines(error.log)
        if lines:
            print(f"\nThe end of {error.log}:", file=sys.stderr)
        for line in lines:
            print(f"    {line}", file=sys.stderr)
        print(f"\n{error}", file=sys.stderr)
        return 1
    except StopRequested as stop:
        return 128 + stop.number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
