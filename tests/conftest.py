"""What every test gets: files in a folder of its own, and no way out of this machine."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


class OutsideNetwork(Exception):
    """A test wanted to reach an address that is not this machine's own."""


@pytest.fixture(scope="session", autouse=True)
def this_machine_only() -> Iterator[None]:
    """Tests need no network: a connection to anywhere else is a mistake, and says so."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        inet = self.family in {socket.AF_INET, socket.AF_INET6}
        if inet and not _is_loopback(str(address[0])):
            raise OutsideNetwork(str(address))
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path: Path) -> Path:
    """A test's photos go to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
