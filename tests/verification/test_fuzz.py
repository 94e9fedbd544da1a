"""Mutated photos kill no worker, leak no memory and pass for nobody. `make drills` runs 2,000."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("photos", "most_growth_mb"),
    [(80, 40), pytest.param(2000, 40, marks=pytest.mark.drill)],
)
def test_mutated_photos_do_no_harm(photos: int, most_growth_mb: float) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.verification.fuzz", str(photos)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert sum(found["results"].values()) == photos
    assert found["accepted"] == 0
    assert found["compared"] >= photos // 20  # else nothing but decoding was tried
    assert found["memory_after_mb"] - found["memory_after_a_quarter_mb"] < most_growth_mb
