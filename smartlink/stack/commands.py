"""The smaller commands: bare servers, Django's commands on a running site, and benchmarks."""

import json
import os
import secrets
import signal
from pathlib import Path

from smartlink.stack.bootstrap import Needs, Venv
from smartlink.stack.checks import run_in_foreground
from smartlink.stack.data_dir import DataDir
from smartlink.stack.environment import of_application
from smartlink.stack.processes import Launch, StackError, StopRequested, run_to_end, stop_on_signals
from smartlink.stack.run import Options
from smartlink.stack.screen import Notes, note
from smartlink.stack.servers import Servers


def serve(root: Path, arguments: list[str]) -> int:
    """Throw-away servers until Ctrl-C; prints the lines that a shell can take over."""
    if arguments:
        raise StackError(f"`servers` takes no arguments: {' '.join(arguments)}")
    stop_on_signals()
    venv = Venv(root)
    venv.ensure(Needs.RUN, Notes())
    with Servers.throwaway(venv.packages, secrets.token_hex(8)) as servers:
        for name, url in servers.urls.items():
            print(f"export {name}={url}", flush=True)
        note("Throw-away servers; Ctrl-C stops them.")
        try:
            signal.pause()
        except StopRequested:
            note("Stopped.")
    return 0


def manage(root: Path, arguments: list[str]) -> int:
    """One of Django's commands in the environment of the site that runs from DATA_DIR."""
    data = Options.from_environment(root).data
    if not data.is_held() or not data.environment.exists():
        raise StackError(f"Nothing runs from {data.folder}. Start it first: make run")
    env = {**os.environ, **json.loads(data.environment.read_text())}
    stop_on_signals()
    return run_in_foreground([Venv(root).python, root / "manage.py", *arguments], env, root)


def bench(root: Path, arguments: list[str]) -> int:
    """`manage.py bench` on throw-away servers that sync like real ones."""
    stop_on_signals()
    venv = Venv(root)
    venv.ensure(Needs.TEST, Notes())
    cookie = secrets.token_hex(8)
    with Servers.throwaway(venv.packages, cookie, durable=True) as servers:
        data = DataDir(servers.folder / "data")
        data.folder.mkdir()
        base_url = "http://127.0.0.1:8000"
        env = of_application(data, venv.folder, base_url, servers.urls, cookie)
        migrate = Launch([venv.python, root / "manage.py", "migrate", "-v0"], env, cwd=root)
        run_to_end(migrate, "Making the tables")
        return run_in_foreground([venv.python, root / "manage.py", "bench", *arguments], env, root)
