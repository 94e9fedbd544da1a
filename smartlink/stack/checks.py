"""`make test`: pytest against throw-away servers, with everything gone afterwards."""

import os
import secrets
import signal
import sys
from pathlib import Path

from smartlink.stack.bootstrap import Needs, Venv
from smartlink.stack.catalogues import outdated
from smartlink.stack.processes import (
    Launch,
    StopRequested,
    end,
    run_to_end,
    spawn,
    stop_on_signals,
)
from smartlink.stack.servers import COOKIE, Servers


def run_tests(root: Path, arguments: list[str]) -> int:
    """Run pytest with `arguments` (all tests without any); its exit code."""
    stop_on_signals()
    venv = Venv(root)
    venv.ensure(Needs.TEST, say)
    compile_catalogues(venv)
    cookie = secrets.token_hex(8)
    with Servers.throwaway(venv.packages, cookie) as servers:
        env = {**os.environ, "SMARTLINK_ENV": "test", COOKIE: cookie, **servers.urls}
        return run_in_foreground(
            [venv.python, "-m", "pytest", *(arguments or ["-n", "2"])], env, root
        )


def run_in_foreground(argv: list[str | Path], env: dict[str, str], root: Path) -> int:
    """Run a program on our terminal. Ctrl-C reaches it too: it tidies up first, then we do."""
    popen = spawn(Launch(argv, env, cwd=root, death_signal=signal.SIGTERM, foreground=True))
    try:
        return popen.wait()
    except StopRequested as stop:
        # The terminal has sent Ctrl-C to both; other signals came to us alone.
        if stop.number != signal.SIGINT or not os.isatty(0):
            popen.send_signal(signal.SIGINT)
        end(popen, signal.SIGCONT, seconds=10)
        return 128 + stop.number
    finally:
        end(popen, signal.SIGKILL, seconds=1)


def compile_catalogues(venv: Venv) -> None:
    """Compile the translations where a .po file is newer (Babel lives in the environment)."""
    folder = venv.root / "locale"
    if outdated(folder):
        run_to_end(
            Launch(
                [venv.python, "-m", "smartlink.stack.catalogues", folder],
                dict(os.environ),
                cwd=venv.root,
            ),
            "Compiling the translations",
        )


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True, file=sys.stderr)
