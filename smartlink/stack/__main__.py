"""`python3 -m smartlink.stack run|test|lint|servers`: what the Makefile calls.

Imports nothing of its own before the Python version is known to be enough.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (the system's Python may be older than ours)
    sys.exit("SmartLink needs Python 3.11 or newer: sudo apt-get install -y python3.11-venv make")

from pathlib import Path

from smartlink.stack.checks import run_tests
from smartlink.stack.processes import StackError, StopRequested, last_lines

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    command, *rest = arguments or [""]
    commands = {"test": run_tests}
    if command not in commands:
        print(f"usage: python3 -m smartlink.stack {'|'.join(commands)}", file=sys.stderr)
        return 2
    try:
        return commands[command](ROOT, rest)
    except StackError as error:
        for line in last_lines(error.log):
            print(f"    {line}", file=sys.stderr)
        print(f"\n{error}", file=sys.stderr)
        return 1
    except StopRequested as stop:
        return 128 + stop.number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
