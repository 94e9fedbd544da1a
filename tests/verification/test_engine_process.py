"""The real engine as a neighbour: threads, forks, warnings, downloads, failures and imports."""

import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checkins.verification import weights
from checkins.verification.decision import distance
from checkins.verification.engine import Engine, EngineFailed
from tests.verification.portraits import astronaut, encoded, hopper

pytestmark = pytest.mark.engine


def embedding(engine: Engine, data: bytes) -> np.ndarray:
    found = engine.analyse(data).embedding
    assert found is not None
    return found


def test_the_same_photo_gives_the_same_embedding(engine: Engine) -> None:
    data = encoded(hopper())
    first = embedding(engine, data)
    engine.analyse(encoded(astronaut()))
    np.testing.assert_array_equal(first, embedding(engine, data))


def test_threads_wait_for_one_another(engine: Engine) -> None:
    files = {"astronaut": encoded(astronaut()), "hopper": encoded(hopper())}
    alone = {who: embedding(engine, data) for who, data in files.items()}
    apart: list[float] = []

    def work(who: str) -> None:
        apart.extend(distance(alone[who], embedding(engine, files[who])) for _ in range(3))

    threads = [threading.Thread(target=work, args=(who,)) for who in files for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(apart) == 12
    assert max(apart) < 1e-6


def _use(engine: Engine, answers: Any) -> None:
    try:
        engine.analyse(b"")
    except EngineFailed as failed:
        answers.put(str(failed))
    else:
        answers.put("used")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_it_does_not_outlive_a_fork(engine: Engine) -> None:
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_use, args=(engine, answers))
    child.start()
    assert answers.get(timeout=20) == "The face engine was built in another process."
    child.join(timeout=20)


def test_warnings_are_as_they_were(engine: Engine) -> None:
    with pytest.warns(UserWarning, match="still heard"):
        warnings.warn("still heard", stacklevel=1)


def test_failures_carry_no_path(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Library:
        answer: Any = OSError("/srv/faces/secret.jpg is missing")

        def represent(self, square: np.ndarray, **_: Any) -> Any:
            assert isinstance(square, np.ndarray)
            if isinstance(self.answer, Exception):
                raise self.answer
            return [{"embedding": self.answer}]

    library = Library()
    monkeypatch.setattr(engine, "_deepface", library)
    with pytest.raises(EngineFailed) as caught:
        engine.analyse(encoded(hopper()))
    assert "OSError" in str(caught.value)
    assert "/" not in str(caught.value)
    assert caught.value.__suppress_context__
    for answer in ([0.0] * 128, [0.1] * 127, [float("nan")] * 128, [float("inf")] * 128, []):
        library.answer = answer
        with pytest.raises(EngineFailed, match="not an embedding"):
            engine.analyse(encoded(hopper()))
    library.answer = [0.1] * 128
    assert engine.analyse(encoded(hopper())).result is None


def test_the_sessions_of_the_network_run_on_one_thread(engine: Engine) -> None:
    import cv2
    import onnxruntime

    assert cv2.getNumThreads() == 1
    assert isinstance(onnxruntime.InferenceSession, type)  # the wrapper is gone again
    sessions = [kept for kept in gc.get_objects() if type(kept) is onnxruntime.InferenceSession]
    assert bool(sessions) or engine.weights_name == "dlib"
    assert all(session.get_session_options().intra_op_num_threads == 1 for session in sessions)


def test_without_the_verified_link_nothing_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checkins.verification.deepface_engine import DeepfaceEngine

    monkeypatch.setenv("DEEPFACE_HOME", str(tmp_path))
    with pytest.raises(EngineFailed, match="not in deepface's home"):
        DeepfaceEngine(weights.find(None))


def test_deepface_cannot_download(engine: Engine) -> None:
    from deepface.commons import weight_utils

    with pytest.raises(Exception, match=r"download|exception"):
        weight_utils.download_weights_if_necessary("no_such_file", "https://127.0.0.1:1/x")
    with pytest.raises(EngineFailed, match="wanted to download"):
        weight_utils.ensure_source_is_reachable("https://127.0.0.1:1/x")


def test_the_steps_around_the_network_cost_little(engine: Engine) -> None:
    """The budget is 1.15 times decode + detector + network; noise of a busy machine allowed."""
    data = encoded(hopper().resize((720, 844)))
    engine.analyse(data)
    times = [engine.analyse(data).timings_ms for _ in range(7)]
    ratio = sorted(
        step["total"] / (step["decode"] + step["detect"] + step["network"]) for step in times
    )[3]
    assert ratio < 1.25


# --- what importing brings ----------------------------------------------------------------------

_LIGHT = """
import sys
import checkins.verification
from checkins.verification import codes, decision, decode, engine, geometry, intake
from checkins.verification import quality, subject, weights
heavy = {"cv2", "dlib", "deepface", "onnxruntime", "django", "tensorflow", "torch"}
print(sorted(heavy & set(sys.modules)))
"""
_INTAKE = """
import sys
from checkins.verification import codes, intake
print(sorted({"numpy", "cv2", "dlib", "deepface", "django"} & set(sys.modules)))
"""


@pytest.mark.parametrize("code", [_LIGHT, _INTAKE])
def test_importing_loads_no_face_library(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"]},
    )
    assert done.stdout.strip() == "[]"
