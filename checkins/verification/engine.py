"""What an engine is: photo in, embedding or a reason out. The real one is loaded on request.

Importing this loads no face library; `load_engine` does, and belongs into the worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from checkins.verification import weights
from checkins.verification.codes import Reason, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EngineFailed(Exception):
    """Our side failed, not the photo: a person looks. Its text carries no path."""


@dataclass(frozen=True)
class Prints:
    """Fingerprints in hexadecimal (`fingerprint`), empty where there is nothing to take one of.

    They tell copies of a picture, for a reviewer to know; no result depends on them.
    """

    frame: str = ""
    face: str = ""


@dataclass(frozen=True, eq=False)
class Analysis:
    """One photo, looked at.

    `result` is None when the face can be compared, otherwise no_face, several_faces or poor_photo
    with the `reasons`. `embedding` is a unit vector, there when the result is None. `measures` are
    those of `quality.measure`, with `detector_score` and the original `width` and `height`;
    `timings_ms` are decode, detect, fingerprint, quality, align, network and total, as far as it
    came. `prints` are there as soon as the photo could be decoded.
    """

    result: Result | None
    reasons: tuple[Reason, ...] = ()
    embedding: NDArray[np.float32] | None = None
    measures: Mapping[str, float] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    prints: Prints = field(default_factory=Prints)


@dataclass(frozen=True, eq=False)
class Glance:
    """One frame of a challenge: `turn` and `roll` as `geometry.Pose`; None when it has no face.

    `reason` says why the frame cannot be used.
    """

    turn: float = 0.0
    roll: float = 0.0
    embedding: NDArray[np.float32] | None = None
    reason: Reason | None = None


class Engine(Protocol):
    """Turns photos into embeddings that are comparable while `weights_version` stays the same."""

    weights_name: str
    weights_version: str

    def analyse(self, data: bytes) -> Analysis:
        """`data` is the file as it was uploaded. Raises EngineFailed and nothing else."""
        ...

    def glance(self, data: bytes) -> Glance:
        """The head in one frame, however it is turned. Raises EngineFailed and nothing else."""
        ...


def load_engine(weights_folder: Path | None, home: Path) -> Engine:
    """The deepface engine with the best set of weights there is, built and used once.

    Call it in each worker process after the fork. Raises WeightsError or EngineFailed.
    """
    chosen = weights.find(weights_folder)
    weights.prepare_home(chosen, home)
    # Loads OpenCV, dlib, deepface and onnxruntime, 200 MB that the web process must not carry.
    from checkins.verification.deepface_engine import DeepfaceEngine  # noqa: PLC0415

    engine = DeepfaceEngine(chosen)
    engine.warm_up()
    return engine
