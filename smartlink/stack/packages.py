"""Fill a virtual environment from hash-locked files: by uv, or by pip where uv cannot."""

import os
import signal
import subprocess
import time
from pathlib import Path

from smartlink.stack.processes import Launch, StackError, end, spawn
from smartlink.stack.screen import Audience

# What pip is told about this machine's way to an index, and uv's names for it.
_UV_NAMES = {"cert": "SSL_CERT_FILE", "index-url": "UV_DEFAULT_INDEX"}
_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def install(
    python: Path, folder: Path, locks: list[Path], audience: Audience, *, again: bool
) -> None:
    """Make the environment in `folder` hold exactly what `locks` pin (`again`: lay all down anew).

    uv itself comes by pip, at the version and with the hashes that the first lock gives.
    """
    env = environment(folder)
    wanted = folder / "uv-requirement.txt"
    wanted.write_text(pinned_lines(locks[0].read_text(), "uv"))
    pip = [str(python), "-m", "pip", "install", "-q", "--require-hashes"]
    _run([*pip, "-r", str(wanted)], env, audience)
    sync = [str(folder / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes"]
    reinstall = ["--reinstall"] if again else []
    try:
        _run(
            [*sync, *reinstall, "--python", str(python), *map(str, locks)],
            {**env, **_way_to_index(python, env)},
            audience,
        )
    except StackError:
        audience.detail("uv could not; pip takes a minute longer")
        reinstall = ["--force-reinstall"] if again else []
        _run(
            [*pip, *reinstall, *(word for lock in locks for word in ("-r", str(lock)))],
            env,
            audience,
        )


def pinned_lines(lock: str, package: str) -> str:
    """The lines of a lock file that pin `package`, with its hashes."""
    lines: list[str] = []
    for line in lock.splitlines():
        if lines and not line.startswith(" "):
            break
        if lines or line.startswith(f"{package}=="):
            lines.append(line)
    if not lines:
        raise StackError(f"The lock file does not pin {package}. Run `make lock`.")
    return "\n".join(lines) + "\n"


def environment(folder: Path) -> dict[str, str]:
    """The caller's environment, with a cache that can be written even without a home."""
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    env.pop("VIRTUAL_ENV", None)
    if "UV_CACHE_DIR" not in env and not _cache_is_writable(env):
        env["UV_CACHE_DIR"] = str(folder / "cache")
        env["PIP_NO_CACHE_DIR"] = "1"
    return env


def _cache_is_writable(env: dict[str, str]) -> bool:
    home = env.get("HOME", "")
    if not home and not env.get("XDG_CACHE_HOME"):
        return False
    cache = Path(env.get("XDG_CACHE_HOME") or Path(home) / ".cache") / "uv"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(cache, os.W_OK | os.X_OK)


def _way_to_index(python: Path, env: dict[str, str]) -> dict[str, str]:
    """pip's own settings in uv's words, so that a machine behind a mirror needs no second set."""
    listed = subprocess.run(
        [str(python), "-m", "pip", "config", "list"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = (
        {"UV_SYSTEM_CERTS": "true"} if Path("/etc/ssl/certs/ca-certificates.crt").exists() else {}
    )
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        name = _UV_NAMES.get(key.rsplit(".", 1)[-1])
        if name is not None:
            found[name] = value.strip("'\"")
    return {name: value for name, value in found.items() if name not in env}


def _run(command: list[str], env: dict[str, str], audience: Audience) -> None:
    popen = spawn(Launch(command, env, death_signal=signal.SIGTERM, foreground=True))
    try:
        while popen.poll() is None:
            audience.tick()
            time.sleep(0.1)
    finally:
        end(popen, signal.SIGTERM, seconds=3)
    if popen.returncode != 0:
        raise StackError(
            "The packages could not be installed (see above). Is the package index reachable?"
        )
