"""Mutated photos kill no worker, leak no memory and pass for nobody. `make drills` runs 2,000."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checkins.verification import weights

pytestmark = pytest.mark.engine
ROOT = Path(__file__).parents[2]
MOST_GROWTH_MB = 10
"""Over the last three quarters; a leak of one decoded photo in twenty would be three times that."""


FORMATS = {"JPEG", "PNG", "WEBP", "HEIC", "GIF"}


@pytest.mark.parametrize("photos", [80, pytest.param(2000, marks=pytest.mark.drill)])
@pytest.mark.parametrize("weights_name", ["dlib", "sface"])
def test_mutated_photos_do_no_harm(weights_name: str, photos: int) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    folder = env.pop("FACE_WEIGHTS_DIR", "")
    if weights_name == "sface":
        if not folder or weights.find(Path(folder)).name != "sface":
            pytest.skip("FACE_WEIGHTS_DIR does not hold the sface files")
        env["FACE_WEIGHTS_DIR"] = folder
    done = subprocess.run(
        [sys.executable, "-m", "tests.verification.fuzz", str(photos)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["weights"] == weights_name
    assert found["tried"] == dict.fromkeys(FORMATS, photos // len(FORMATS))
    assert sum(found["results"].values()) == photos
    assert found["results"].get("error", 0) == 0
    assert found["accepted"] == 0
    # Else nothing but decoding was tried. GIF is refused as a format.
    assert {kind for kind, many in found["compared"].items() if many} == FORMATS - {"GIF"}
    assert found["memory_after_mb"] - found["memory_after_a_quarter_mb"] < MOST_GROWTH_MB
