"""`bench verify`: its figures from what the processes told, and the processes themselves."""

import io
import subprocess
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from PIL import Image

from checkins.verification import weights
from smartlink.demo.seeding import portrait_variations
from smartlink.measuring import verifying
from smartlink.measuring.contestants import Contestant, environment
from smartlink.measuring.verifying import BARE, NAIVE, ONE_THREAD, OURS, memory, shares, speed


def test_a_ratio_is_taken_within_its_round() -> None:
    """The second round fell into a busy moment: it moves the rates, not the ratios."""
    rates = {OURS: [40, 20, 44], NAIVE: [10, 5, 11], ONE_THREAD: [20, 10, 22], BARE: [50, 25, 55]}
    told = speed({kind: [float(rate) for rate in of] for kind, of in rates.items()})
    assert told["attempts_per_second"] == {OURS: 40, NAIVE: 10, ONE_THREAD: 20, BARE: 50}
    assert told["ours_over_naive"] == 4
    assert told["ours_over_naive_on_one_thread"] == 2
    assert told["ours_over_bare"] == 0.8


def test_the_slope_of_memory_leaves_the_first_look_out() -> None:
    leak = memory([(500, 150.0), (500, 200.0), (500, 201.0), (500, 202.0)])
    assert leak["slope_mb_per_1000"] == 2
    assert leak["after_photos_mb"] == {"500": 150, "1000": 200, "1500": 201, "2000": 202}
    assert leak["most_mb"] == 202
    assert memory([(500, 150.0), (500, 200.0)])["slope_mb_per_1000"] == 0


def test_photos_are_shared_out_evenly_and_all() -> None:
    assert shares(5000, 10) == [500] * 10
    assert (sum(shares(37, 10)), max(shares(37, 10))) == (37, 4)
    assert shares(3, 10) == [1, 1, 1]


def test_threads_are_as_shipped_unless_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert "OMP_NUM_THREADS" not in environment(NAIVE)
    assert environment(ONE_THREAD)["OMP_NUM_THREADS"] == "1"


def test_a_round_in_which_a_photo_was_refused_measures_nothing() -> None:
    class Side:
        def send(self, **_work: float) -> None: ...

        def answer(self) -> dict[str, Any]:
            return {"attempts": 3, "accepted": 2, "seconds": 1.0}

    with pytest.raises(CommandError, match="not accepted"):
        verifying._one_round(NAIVE, [Side()], 1)  # type: ignore[list-item]


@pytest.mark.engine
def test_work_ends_after_so_many_photos_or_seconds() -> None:
    from checkins.verification.contest import work

    seen: list[Path] = []

    def attempt(photo: Path) -> bool:
        seen.append(photo)
        return len(seen) % 2 == 0

    photos = (Path(str(number)) for number in count())
    told = work({"photos": 4}, attempt, photos, None)
    assert (told["attempts"], told["accepted"]) == (4, 2)
    assert told["memory_mb"] > 10
    assert work({"seconds": 0.01}, attempt, photos, None)["attempts"] > 0
    assert seen == [Path(str(number)) for number in range(len(seen))]


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    """The portrait, small: deepface's detector takes seconds for a large one."""
    files = []
    for number, content in enumerate(portrait_variations()[:2]):
        file = tmp_path / f"{number}.jpg"
        Image.open(io.BytesIO(content)).resize((240, 240)).save(file, quality=95)
        files.append(str(file))
    return files


@pytest.mark.engine
@pytest.mark.parametrize("kind", [OURS, NAIVE])
def test_a_process_verifies_as_it_is_asked_and_ends(
    kind: str, small: list[str], tmp_path: Path
) -> None:
    task = {
        "contestant": kind,
        "weights_name": "dlib",
        "folder": None,
        "home": str(tmp_path / "home"),
        "reference": small[0],
        "photos": small,
    }
    with Contestant(task) as one:
        told = one.ask(photos=2)
        assert (told["attempts"], told["accepted"]) == (2, 2)
        process: subprocess.Popen[str] = one._process
    assert process.returncode is not None
    names = {file.name for file in (tmp_path / "home" / ".deepface" / "weights").iterdir()}
    both = {name for name, _ in weights.KNOWN["dlib"].files.values()}
    assert names == (both if kind == NAIVE else {weights.KNOWN["dlib"].files["network"][0]})


def test_a_process_that_dies_says_why(small: list[str], tmp_path: Path) -> None:
    task = {
        "contestant": OURS,
        "weights_name": "sface",
        "folder": None,
        "home": str(tmp_path / "home"),
        "reference": small[0],
        "photos": small,
    }
    with pytest.raises(CommandError, match="sface files are not in the folder"):
        Contestant(task)
