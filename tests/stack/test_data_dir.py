"""The data folder: secrets once, logs turned over, a lock that dies with its holder."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from smartlink.stack.data_dir import DataDir, already_running, code_digest
from smartlink.stack.processes import StackError
from tests.stack.conftest import ROOT


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    made = data.secrets()
    assert data.secrets() == made
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    Fernet(made.template_keys)
    assert len({made.postgres, made.valkey, made.secret_key, made.template_keys}) == 4
    (tmp_path / "other").mkdir()
    assert DataDir(tmp_path / "other").secrets() != made


def test_lost_secrets_are_not_replaced_under_existing_data(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(StackError, match=r"secrets\.json is gone"):
        DataDir(tmp_path).secrets()
    (tmp_path / "secrets.json").write_text('{"postgres": "only this"}')
    with pytest.raises(StackError, match="damaged"):
        DataDir(tmp_path).secrets()


def test_the_folder_is_held_by_one(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    with (
        data.held("http://127.0.0.1:8123"),
        pytest.raises(StackError, match=r"already runs .* at http://127\.0\.0\.1:8123 \(process"),
        DataDir(tmp_path / "data").held("http://127.0.0.1:9999"),
    ):
        pass
    with data.held("http://127.0.0.1:9999"):
        assert json.loads((data.folder / "lock").read_text())["base_url"] == "http://127.0.0.1:9999"


def test_a_run_waits_for_one_that_is_stopping(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time\n"
        "from smartlink.stack.data_dir import DataDir\n"
        "with DataDir(pathlib.Path(sys.argv[1])).held('http://x') as announce_stop:\n"
        "    announce_stop()\n"
        "    print('stopping', flush=True)\n"
        "    time.sleep(0.8)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "stopping\n"
        with DataDir(tmp_path).held("http://y"):
            assert other.wait(5) == 0
            assert "stopping" not in (tmp_path / "lock").read_text()


def test_a_lock_without_words_still_gives_a_sentence(tmp_path: Path) -> None:
    said = already_running(tmp_path, "")
    assert said.startswith(f"SmartLink already runs from {tmp_path}. ")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StackError, match=r"DATA_DIR .*file/data cannot be used"),
        DataDir(tmp_path / "file" / "data").held("http://x"),
    ):
        pass


def test_logs_of_the_last_three_runs_are_kept(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    for run in range(6):
        data.rotate_logs()
        (data.logs / "web.log").write_text(f"run {run}")
    kept = {path.name: path.read_text() for path in data.logs.iterdir()}
    assert kept == {
        "web.log": "run 5",
        "web.log.1": "run 4",
        "web.log.2": "run 3",
        "web.log.3": "run 2",
    }


def test_a_changed_source_file_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("one==1")
    (tmp_path / "checkins").mkdir()
    source = tmp_path / "checkins" / "models.py"
    digests = []
    for text in ("a = 1", "a = 2", "a = 1"):
        source.write_text(text)
        digests.append(code_digest(tmp_path))
    assert digests[0] == digests[2] != digests[1]
