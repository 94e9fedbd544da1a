"""`make test`: pytest against throw-away servers, with everything gone afterwards."""

import os
import secrets
import signal
from pathlib import Path

from smartlink.stack import browser
from smartlink.stack.bootstrap import Needs, Venv
from smartlink.stack.catalogues import compile_catalogues
from smartlink.stack.environment import at_home
from smartlink.stack.processes import (
    Launch,
    StopRequested,
    end,
    spawn,
    stop_on_signals,
)
from smartlink.stack.screen import Notes
from smartlink.stack.servers import COOKIE, Servers


def run_tests(root: Path, arguments: list[str]) -> int:
    """Run pytest with `arguments` (all tests without any); its exit code."""
    stop_on_signals()
    venv = Venv(root)
    venv.ensure(Needs.TEST, Notes())
    compile_catalogues(venv)
    browser.ensure()
    cookie = secrets.token_hex(8)
    with Servers.throwaway(venv.packages, cookie) as servers:
        env = {**os.environ, "SMARTLINK_ENV": "test", COOKIE: cookie, **servers.urls}
        env = at_home(env, venv.folder, servers.folder / "home")
        pytest: list[str | Path] = [venv.python, "-m", "pytest"]
        if arguments:
            return run_in_foreground([*pytest, *arguments], env, root)
        # The browser's event loop makes Django keep other connections for the same thread, and a
        # test before it may have left a transaction on the first: so the journeys come alone.
        journeys = run_in_foreground([*pytest, "-m", "browser"], env, root)
        rest = ["-n", str(lanes()), "-m", "not browser and not drill"]
        others = run_in_foreground([*pytest, *rest], env, root)
        return journeys or others


def lanes() -> int:
    """How many tests run side by side: two are the best on two cores; databases cost memory."""
    return max(2, min(4, os.cpu_count() or 1))


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
