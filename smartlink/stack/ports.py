"""Who listens on a port, and whether the site answers."""

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

_LISTEN = "0A"  # the kernel's code for a listening socket


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens where we want to."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
        return False


def listener(port: int) -> str:
    """` by NAME (process N)` for a port that a visible process listens on, else nothing."""
    for pid in (entry for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        try:
            links = {str(link.readlink()) for link in (pid / "fd").iterdir()}
            if links & _sockets(port):
                return f" by {(pid / 'comm').read_text().strip()} (process {pid.name})"
        except OSError:  # gone, or another account's
            continue
    return ""


def _sockets(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        for cells in (line.split() for line in lines):
            if cells[3] == _LISTEN and int(cells[1].rsplit(":", 1)[1], 16) == port:
                found.add(f"socket:[{cells[9]}]")
    return found


def readiness(base_url: str) -> tuple[bool, str]:
    """Whether /healthz/ready answers 200, and what it says is still missing."""
    request = urllib.request.Request(f"{base_url}/healthz/ready")  # noqa: S310 (our own address)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=5) as answer:
            return answer.status == 200, ""
    except urllib.error.HTTPError as error:
        return False, _missing(error.read())
    except (OSError, ValueError):
        return False, "the web server does not answer yet"


def _missing(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return "the web server answers with an error"
    parts = said.get("parts", {}) if isinstance(said, dict) else {}
    names = [name.replace("_", " ") for name, state in parts.items() if not state.get("ok")]
    return f"waiting for: {', '.join(names)}"
