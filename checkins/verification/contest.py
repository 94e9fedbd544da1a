"""One contestant of `bench verify` in a process of its own (run with `python -m`).

The first line of standard input is the task (see `Task`) as JSON; each further line asks for work
and is answered by a line of JSON. Contestants: `ours` (a photo against a stored template), `bare`
(OpenCV's decoder, the detector and the network, nothing else), `naive` (`DeepFace.verify` on two
files, as a newcomer calls it) and `naive on one thread`.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from checkins.verification import weights
from checkins.verification.codes import Liveness, Result
from checkins.verification.decision import STARTING_THRESHOLDS, decide
from checkins.verification.deepface_engine import DeepfaceEngine, no_download, one_thread_sessions
from checkins.verification.engine import load_engine
from checkins.verification.stopwatch import measure

ONE_THREAD: Final = "naive on one thread"
NAIVE_DETECTORS: Final = {"sface": "yunet", "dlib": "dlib"}
"""deepface's names of the detectors that the sets use too; its default needs downloads."""

Attempt = Callable[[Path], bool]
"""Verifies a photo; whether it was accepted."""


@dataclass(frozen=True)
class Task:
    """`folder` holds the sface files, None for dlib; `home` is an empty folder of its own."""

    contestant: str
    weights_name: str
    folder: str | None
    home: str
    reference: str
    photos: tuple[str, ...]


def main() -> None:
    """Never returns before standard input ends. deepface prints: only answers go out."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    task = Task(**json.loads(sys.stdin.readline()))
    photos = [Path(photo) for photo in task.photos]
    attempt, engine = contestant(task)
    for photo in photos[:3]:
        attempt(photo)
    answers.write(json.dumps({"ready": True}) + "\n")
    answers.flush()
    endless = _round_and_round(photos)
    for line in sys.stdin:
        answers.write(json.dumps(work(json.loads(line), attempt, endless, engine)) + "\n")
        answers.flush()


def contestant(task: Task) -> tuple[Attempt, DeepfaceEngine | None]:
    """Built as it is used; the engine where it is ours. Raises ValueError for another set."""
    if task.contestant in ("naive", ONE_THREAD):
        return _naive(task, one_thread=task.contestant == ONE_THREAD), None
    folder = Path(task.folder) if task.folder else None
    engine: Any = load_engine(folder, Path(task.home))
    if engine.weights_name != task.weights_name:
        raise ValueError(f"The {task.weights_name} files are not in the folder.")
    return (_ours if task.contestant == "ours" else _bare)(task, engine), engine


def work(
    asked: dict[str, float], attempt: Attempt, photos: Iterator[Path], engine: DeepfaceEngine | None
) -> dict[str, Any]:
    """`seconds` of attempts or a number of `photos`; `parts` measures ours step by step."""
    if "parts" in asked and engine is not None:
        return measure(engine, next(photos).read_bytes(), int(asked["parts"]))
    start = now = time.perf_counter()
    until, most = start + asked.get("seconds", 1e9), asked.get("photos", 1e9)
    done = accepted = 0
    while now < until and done < most:
        accepted += attempt(next(photos))
        done += 1
        now = time.perf_counter()
    return {
        "attempts": done,
        "accepted": accepted,
        "seconds": now - start,
        "memory_mb": memory_mb(),
    }


def memory_mb() -> float:
    """What this process holds in memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _ours(task: Task, engine: DeepfaceEngine) -> Attempt:
    template = engine.analyse(Path(task.reference).read_bytes()).embedding
    if template is None:
        raise ValueError("The reference photo cannot be used.")
    limits = STARTING_THRESHOLDS[task.weights_name]

    def attempt(photo: Path) -> bool:
        analysis = engine.analyse(photo.read_bytes())
        return decide(analysis, [template], limits, Liveness.NOT_REQUIRED).result is Result.MATCH

    return attempt


def _bare(task: Task, engine: DeepfaceEngine) -> Attempt:
    parts = {photo: engine.bare_parts(_decoded(Path(photo))) for photo in task.photos}

    def attempt(photo: Path) -> bool:
        _decoded(photo)
        parts[str(photo)]["detector"]()
        parts[str(photo)]["network"]()
        return True

    return attempt


def _decoded(photo: Path) -> Any:
    return cv2.imdecode(np.frombuffer(photo.read_bytes(), np.uint8), cv2.IMREAD_COLOR)


def _naive(task: Task, *, one_thread: bool) -> Attempt:
    """Both weight files lie where deepface looks for them; it can download nothing."""
    chosen = weights.find(Path(task.folder) if task.folder else None)
    home = weights.prepare_home(chosen, Path(task.home))
    for file in chosen.files.values():
        link = home / ".deepface" / "weights" / file.path.name
        if not link.exists():
            link.symlink_to(file.path)
    library: Any = importlib.import_module("deepface.DeepFace")
    loader: Any = importlib.import_module("deepface.commons.weight_utils")
    loader.ensure_source_is_reachable = no_download
    model, detector = weights.KNOWN[chosen.name].model, NAIVE_DETECTORS[chosen.name]

    def attempt(photo: Path) -> bool:
        found = library.verify(
            task.reference, str(photo), model_name=model, detector_backend=detector
        )
        return bool(found["verified"])

    if one_thread:
        cv2.setNumThreads(1)
        with one_thread_sessions():
            library.build_model(model)
    return attempt


def _round_and_round(photos: list[Path]) -> Iterator[Path]:
    while True:
        yield from photos


if __name__ == "__main__":
    main()
