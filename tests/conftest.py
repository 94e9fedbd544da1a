"""What every test gets: files in a folder of its own, and no network beyond this machine."""

import socket
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

# Our own name too: servers ask what it stands for.
_THIS_MACHINE = frozenset({None, "", b"", "localhost", b"localhost", socket.gethostname()})


class NetworkUsed(Exception):
    """A test reached for another machine. No OSError: code that takes those must not take this."""


def _is_this_machine(host: Any) -> bool:
    if host in _THIS_MACHINE:
        return True
    try:
        address = ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_this_machine(host):
        raise NetworkUsed(f"{event}: {host!r}")


sys.addaudithook(_stay_here)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its language active in its thread: the next test must not read it."""
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _limits_read_anew() -> Iterator[None]:
    """Workers keep the limits in use for seconds: the next test has a database of its own."""
    yield
    kept = sys.modules.get("checkins.calibrations")
    if kept is not None:
        kept.forget_kept()


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path: Path) -> Path:
    """A test's photos go to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
