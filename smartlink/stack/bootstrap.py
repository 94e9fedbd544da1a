"""The virtual environment: made, filled from the hash-locked files and repaired when needed."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from smartlink.stack import packages
from smartlink.stack.processes import StackError
from smartlink.stack.screen import Audience

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"


class Needs(Enum):
    """Which locked files a command needs installed."""

    RUN = (RUNTIME,)
    TEST = (RUNTIME, DEVELOPMENT)


@dataclass(frozen=True)
class Venv:
    """The virtual environment of the checkout at `root`."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        """Its site-packages folder."""
        found = sorted(self.folder.glob("lib/python3.*/site-packages"))
        if not found:
            raise StackError(f"{self.folder} holds no packages. Remove it and start again.")
        return found[0]

    def ensure(self, needs: Needs, audience: Audience) -> None:
        """Make the environment hold exactly what is locked. Packages for tests, once in, stay."""
        with _one_at_a_time(self.root, audience):
            stamp = self._stamp()
            if self._is_right(stamp, needs):
                return
            files = Needs.TEST.value if DEVELOPMENT in stamp else needs.value
            self._stamp_file.unlink(missing_ok=True)
            if not self._is_healthy():
                audience.detail("Making the virtual environment")
                self._make()
            audience.detail(f"Installing the locked packages ({' and '.join(files)})")
            self._fill(files, audience)
            self._write_stamp(files)

    def _is_right(self, stamp: dict[str, str], needs: Needs) -> bool:
        version = self._version()
        wanted = self._wanted(needs.value, version or "")
        return bool(version) and all(stamp.get(key) == wanted[key] for key in wanted)

    def _wanted(self, files: tuple[str, ...], version: str) -> dict[str, str]:
        return {
            "path": str(self.folder.resolve()),
            "python": version,
            **{name: _sha256(self.root / name) for name in files},
        }

    @property
    def _stamp_file(self) -> Path:
        return self.folder / "installed.json"

    @property
    def _unfinished(self) -> Path:
        return self.folder / "install-unfinished"

    def _stamp(self) -> dict[str, str]:
        try:
            stamp = json.loads(self._stamp_file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _write_stamp(self, files: tuple[str, ...]) -> None:
        unfinished = self._stamp_file.with_suffix(".tmp")
        unfinished.write_text(json.dumps(self._wanted(files, self._version() or ""), indent=1))
        unfinished.replace(self._stamp_file)

    def _version(self) -> str | None:
        """The version (such as 3.11) of its Python; None when that does not run or is too old."""
        ask = "import sys; v = sys.version_info; print('%d.%d' % v[:2] if v >= (3, 11) else '')"
        try:
            said = subprocess.run(
                [self.python, "-c", ask], capture_output=True, text=True, timeout=30, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return said.stdout.strip() or None if said.returncode == 0 else None

    def _is_healthy(self) -> bool:
        """Whether it can be filled as it is: made here, runs, and pip is whole."""
        pip = self.folder / "bin" / "pip"  # its first line holds the folder it was made in
        try:
            made_here = str(self.folder.resolve()) in pip.read_text()
        except (OSError, UnicodeDecodeError):
            return False
        return (
            made_here
            and bool(self._version())
            and _succeeds([self.python, "-m", "pip", "--version"])
        )

    def _make(self) -> None:
        missing = missing_packages()
        if missing:
            raise StackError(f"This machine lacks what SmartLink needs. Run: {mend(missing)}")
        shutil.rmtree(self.folder, ignore_errors=True)
        # Of the system, even when we run under the environment that is being replaced.
        python = getattr(sys, "_base_executable", sys.executable)
        done = subprocess.run(
            [python, "-m", "venv", self.folder], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise StackError(
                f"Python could not make a virtual environment: {done.stdout}{done.stderr}"
            )

    def _fill(self, files: tuple[str, ...], audience: Audience) -> None:
        # A package cut off in the middle can look installed: then all are laid down again.
        again = self._unfinished.exists()
        self._unfinished.touch()
        packages.install(
            self.python, self.folder, [self.root / name for name in files], audience, again=again
        )
        self._unfinished.unlink()


def missing_packages() -> list[str]:
    """The Debian packages without which no environment can be made here."""
    missing = []
    specs = [importlib.util.find_spec(name) for name in ("venv", "ensurepip")]
    if not all(spec and spec.origin for spec in specs):  # an emptied folder has no origin
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if missing and shutil.which("make") is None:
        missing.append("make")
    return missing


def mend(packages: list[str]) -> str:
    """The one command that installs Debian packages, for whoever we are."""
    install = f"apt-get update && apt-get install -y {' '.join(packages)}"
    return install if os.geteuid() == 0 else f"sudo sh -c '{install}'"


@contextmanager
def _one_at_a_time(root: Path, audience: Audience) -> Iterator[None]:
    """Hold the checkout's own folder locked, so that two commands never install at once."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            audience.detail("Waiting for another command that installs packages here")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _succeeds(command: list[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
