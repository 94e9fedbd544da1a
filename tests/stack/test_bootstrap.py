"""The virtual environment is remade when it is wrong, and left alone when it is right."""

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from smartlink.stack import bootstrap, browser
from smartlink.stack.bootstrap import Needs, Venv, mend
from smartlink.stack.packages import environment, pinned_lines
from smartlink.stack.processes import StackError
from smartlink.stack.screen import Audience, Notes


@dataclass(frozen=True)
class Recorded(Venv):
    """Makes a folder that looks like an environment and records what is done."""

    done: list[str] = field(default_factory=list)

    def _make(self) -> None:
        self.done.append("make")
        shutil.rmtree(self.folder, ignore_errors=True)
        bin_ = self.folder / "bin"
        bin_.mkdir(parents=True)
        self.python.symlink_to(sys.executable)
        (bin_ / "pip").write_text(f"#!{self.folder}/bin/python\n")

    def _fill(self, files: tuple[str, ...], _audience: Audience) -> None:
        self.done.append(f"fill {' '.join(files)}")

    def ensured(self, needs: Needs) -> list[str]:
        """What ensure() did."""
        self.done.clear()
        self.ensure(needs, Notes())
        return list(self.done)


RUN, BOTH = "fill requirements.txt", "fill requirements.txt requirements-dev.txt"


@pytest.fixture
def venv(tmp_path: Path) -> Recorded:
    root = tmp_path / "a checkout"
    root.mkdir()
    (root / "requirements.txt").write_text("one==1\n")
    (root / "requirements-dev.txt").write_text("two==2\n")
    return Recorded(root)


def test_is_made_once(venv: Recorded) -> None:
    assert venv.ensured(Needs.RUN) == ["make", RUN]
    assert venv.ensured(Needs.RUN) == []


def test_packages_for_tests_come_when_needed_and_stay(venv: Recorded) -> None:
    venv.ensured(Needs.RUN)
    assert venv.ensured(Needs.TEST) == [BOTH]
    assert venv.ensured(Needs.RUN) == []
    (venv.root / "requirements.txt").write_text("one==2\n")
    assert venv.ensured(Needs.RUN) == [BOTH]


def test_a_new_lock_for_tests_does_not_touch_a_run(venv: Recorded) -> None:
    venv.ensured(Needs.TEST)
    (venv.root / "requirements-dev.txt").write_text("two==3\n")
    assert venv.ensured(Needs.RUN) == []
    assert venv.ensured(Needs.TEST) == [BOTH]


def test_an_interrupted_install_is_not_taken_for_a_whole_one(
    venv: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.ensured(Needs.RUN)
    (venv.root / "requirements.txt").write_text("one==2\n")

    def interrupted(_self: Venv, *_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Recorded, "_fill", interrupted)
        with pytest.raises(KeyboardInterrupt):
            venv.ensured(Needs.RUN)
    (venv.root / "requirements.txt").write_text("one==1\n")
    assert venv.ensured(Needs.RUN) == [RUN]


def test_a_moved_checkout_is_remade(venv: Recorded) -> None:
    venv.ensured(Needs.RUN)
    moved = Recorded(venv.root.rename(venv.root.with_name("moved")))
    assert moved.ensured(Needs.RUN) == ["make", RUN]


def test_an_environment_whose_python_is_gone_is_remade(venv: Recorded) -> None:
    venv.ensured(Needs.RUN)
    venv.python.unlink()
    venv.python.symlink_to("/nowhere/python3")
    assert venv.ensured(Needs.RUN) == ["make", RUN]


def test_a_damaged_stamp_is_no_stamp(venv: Recorded) -> None:
    venv.ensured(Needs.RUN)
    (venv.folder / "installed.json").write_text('{"path": ')
    assert venv.ensured(Needs.RUN) == [RUN]
    assert json.loads((venv.folder / "installed.json").read_text())["path"] == str(venv.folder)


def test_the_pin_is_taken_whole() -> None:
    lock = (
        "a==1 \\\n    --hash=sha256:aa\nuv==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    )
    assert pinned_lines(lock + "uvloop==3 \\\n    --hash=sha256:dd\n", "uv") == (
        "uv==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    )
    with pytest.raises(StackError, match="does not pin uv"):
        pinned_lines("a==1\n", "uv")


@pytest.mark.parametrize("home", [None, "", "/proc/no-such-home"])
def test_without_a_home_the_cache_lies_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    for name in ("UV_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    assert environment(tmp_path)["UV_CACHE_DIR"] == str(tmp_path / "cache")


def test_with_a_home_the_cache_is_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "UV_CACHE_DIR" not in environment(tmp_path / "venv")


def test_a_bare_machine_is_told_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (tmp_path / "requirements.txt").write_text("")
    with pytest.raises(StackError) as refused:
        Venv(tmp_path).ensure(Needs.RUN, Notes())
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    install = f"apt-get update && apt-get install -y python{version}-venv make"
    assert str(refused.value).endswith(f"Run: sudo sh -c '{install}'")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert mend(["make"]) == "apt-get update && apt-get install -y make"


def test_a_missing_browser_is_loud_here_and_an_error_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "CHROMIUM", tmp_path / "chromium")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("CI", raising=False)
    browser.ensure()
    assert "SKIPPED" in capsys.readouterr().err
    monkeypatch.setenv("CI", "true")
    with pytest.raises(StackError, match="needed in CI"):
        browser.ensure()
