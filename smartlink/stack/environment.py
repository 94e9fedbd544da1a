"""The environment of the processes that we start."""

import os
from collections.abc import Mapping
from pathlib import Path

from smartlink.stack.data_dir import DataDir
from smartlink.stack.servers import COOKIE


def of_application(
    data: DataDir, venv: Path, base_url: str, embedded: Mapping[str, str], cookie: str
) -> dict[str, str]:
    """What every process of the application is given; the caller's own values win."""
    made = data.secrets()
    env = {
        "SMARTLINK_ENV": "demo",
        "SECRET_KEY": made.secret_key,
        "TEMPLATE_KEYS": made.template_keys,
        "PUBLIC_URL": base_url,
        "VAPID_PRIVATE_KEY": data.push_key(),
        "DEEPFACE_HOME": str(data.folder / "deepface"),
        **os.environ,
        **embedded,
        "DATA_DIR": str(data.folder),
        COOKIE: cookie,
        "PYTHONUNBUFFERED": "1",
    }
    hosts = ["127.0.0.1", "localhost", *os.environ.get("ALLOWED_HOSTS", "").split(",")]
    env["ALLOWED_HOSTS"] = ",".join(dict.fromkeys(host.strip() for host in hosts if host.strip()))
    return at_home(env, venv, data.folder / "home")


def at_home(env: Mapping[str, str], venv: Path, home: Path) -> dict[str, str]:
    """`env` with a HOME that can be written to (`home` if there is none) and a bytecode cache.

    A caller who wants no bytecode beside the sources still gets it, in `venv`: without any, each
    of our processes would compile the same thousand files at every start.
    """
    made = dict(env)
    if not made.get("HOME") or not os.access(made["HOME"], os.W_OK | os.X_OK):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        made["HOME"] = str(home)
    if made.pop("PYTHONDONTWRITEBYTECODE", ""):
        made.setdefault("PYTHONPYCACHEPREFIX", str(venv / "bytecode"))
    return made
