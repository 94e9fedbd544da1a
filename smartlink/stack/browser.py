"""The browser that the journeys drive: Debian's Chromium, installed when we may."""

import os
import shutil
import subprocess
from pathlib import Path

from smartlink.stack.processes import StackError
from smartlink.stack.screen import note

CHROMIUM = Path("/usr/bin/chromium")
_INSTALL = "apt-get update -q && apt-get install -y -q --no-install-recommends chromium"


def ensure() -> None:
    """Install Chromium as root when it is absent; else say what will be skipped.

    In CI (`CI=true`) nothing is skipped: its absence is an error.
    """
    if CHROMIUM.exists():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        note("Installing Chromium for the browser journeys")
        _install()
    if CHROMIUM.exists():
        return
    if os.environ.get("CI") == "true":
        raise StackError(f"{CHROMIUM} is needed in CI. Run: {_INSTALL}")
    for line in warning():
        note(line)


def warning() -> list[str]:
    """What is said when the browser is missing."""
    bar = "*" * 78
    return [
        bar,
        f"NO BROWSER: {CHROMIUM} is absent, so the journeys (marker `browser`) are SKIPPED.",
        "All other tests run. To run these too: sudo apt-get install -y chromium",
        bar,
    ]


def _install() -> None:
    done = subprocess.run(
        ["sh", "-c", _INSTALL],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        note("\n".join(done.stdout.splitlines()[-15:]))
