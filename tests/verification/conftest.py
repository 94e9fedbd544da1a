"""The real engines, built once a session."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkins.verification import weights
from checkins.verification.engine import Engine, load_engine


@pytest.fixture(scope="session")
def _engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engine]]:
    before = os.environ.get("DEEPFACE_HOME")
    yield {}
    if before is None:
        os.environ.pop("DEEPFACE_HOME", None)
    else:
        os.environ["DEEPFACE_HOME"] = before


@pytest.fixture(params=["dlib", "sface"])
def engine(
    request: pytest.FixtureRequest,
    _engines: dict[str, Engine],
    tmp_path_factory: pytest.TempPathFactory,
) -> Engine:
    """Each weight set that is here: sface needs FACE_WEIGHTS_DIR."""
    name = request.param
    if name not in _engines:
        folder = os.environ.get("FACE_WEIGHTS_DIR") if name == "sface" else None
        if name == "sface" and (not folder or weights.find(Path(folder)).name != "sface"):
            pytest.skip("FACE_WEIGHTS_DIR does not hold the sface files")
        _engines[name] = load_engine(
            Path(folder) if folder else None, tmp_path_factory.mktemp("deepface")
        )
    return _engines[name]
