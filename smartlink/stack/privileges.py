"""PostgreSQL refuses to run as root: how it is run as somebody less, without making users.

In order: directly; as a nameless user in a user namespace of its own; as `nobody`, from a private
copy under /var/tmp, since `nobody` may not be able to reach the checkout.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from smartlink.stack.processes import StackError

_NOBODY = 65534
_COPIES = Path("/var/tmp")  # noqa: S108 (mkdtemp makes the private folder in it)


class Manner(StrEnum):
    """How the server's programs are started."""

    DIRECT = "directly"
    NAMESPACE = "in a user namespace"
    NOBODY = "as nobody"


def manner() -> Manner:
    """The best that this machine allows."""
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Manner.DIRECT
    if _namespace_works():
        return Manner.NAMESPACE
    return Manner.NOBODY if os.geteuid() == 0 else Manner.DIRECT


@dataclass(frozen=True)
class Home:
    """Where the server's programs and data lie, and how to start them."""

    manner: Manner
    install: Path
    data: Path

    def command(self, program: str, *arguments: str | Path) -> list[str | Path]:
        """The argument list that runs `program` of the installation in this manner."""
        argv: list[str | Path] = [self.install / "bin" / program, *arguments]
        return [*_namespace(), *argv] if self.manner is Manner.NAMESPACE else argv

    def account(self) -> tuple[int, int] | None:
        """The uid and gid to become before the start, if any."""
        return (_NOBODY, _NOBODY) if self.manner is Manner.NOBODY else None

    def hand_over(self, path: Path) -> None:
        """Let the server's account own `path`."""
        if self.manner is Manner.NOBODY:
            os.chown(path, _NOBODY, _NOBODY)


def home_for(install: Path, folder: Path, manner: Manner) -> Home:
    """The server's home inside `folder`, or the private copy that `folder` remembers."""
    if manner is not Manner.NOBODY:
        return Home(manner, install, folder / "data")
    copy = _private_copy(folder)
    target = copy / "install"
    if _version(target) != _version(install):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(install, target, symlinks=True)
    return Home(manner, target, copy / "data")


def forget_copy(folder: Path) -> None:
    """Delete the private copy that `folder` remembers (of a throw-away server)."""
    pointer = folder / "private-copy"
    if pointer.exists():
        shutil.rmtree(pointer.read_text(), ignore_errors=True)


def _private_copy(folder: Path) -> Path:
    pointer = folder / "private-copy"
    if pointer.exists():
        copy = Path(pointer.read_text())
        if copy.is_dir() and copy.parent == _COPIES and copy.lstat().st_uid == _NOBODY:
            return copy
        raise StackError(f"The database's folder {copy} is gone. Remove {folder} to start afresh.")
    copy = Path(tempfile.mkdtemp(prefix="smartlink-", dir=_COPIES))
    os.chown(copy, _NOBODY, _NOBODY)
    pointer.write_text(str(copy))
    return copy


def _version(install: Path) -> tuple[int, int] | None:
    program = install / "bin" / "postgres"
    return (program.stat().st_size, program.stat().st_mtime_ns) if program.exists() else None


def _namespace() -> Sequence[str]:
    """Start as the user of a new namespace; die with us, also if that happens before prctl."""
    uid = str(_NOBODY if _has_name(_NOBODY) else pwd.getpwall()[-1].pw_uid)
    alive = '[ "$PPID" = "$0" ] && exec "$@"'
    return [
        "unshare", "--user", f"--map-user={uid}", f"--map-group={uid}",
        "setpriv", "--pdeathsig", "INT", "sh", "-c", alive, str(os.getpid()),
    ]  # fmt: skip


def _namespace_works() -> bool:
    try:
        return (
            subprocess.run(
                [*_namespace(), "true"], capture_output=True, timeout=10, check=False
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
