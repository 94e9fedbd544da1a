"""The real engine: our detection and alignment, deepface's networks. For worker processes only.

deepface's own detection and alignment lose a tenth of the pairs that these networks tell apart
(LFW), so it is handed the finished square, always as an array: it opens text as paths and URLs.
"""

import importlib
import os
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from checkins.verification import quality, weights
from checkins.verification.codes import Reason, Result
from checkins.verification.decode import Photo, decode
from checkins.verification.detectors import Detector, Hog, Pixels, YuNet
from checkins.verification.engine import Analysis, EngineFailed, Glance
from checkins.verification.fingerprint import prints_of
from checkins.verification.intake import PhotoRefused
from checkins.verification.subject import Subject, choose
from checkins.verification.weights import WeightSet

_LENGTH: Final = 128
_DETECTORS: Final[Mapping[str, Callable[[Path], Detector]]] = {"sface": YuNet, "dlib": Hog}
# The turn is what was asked for, who moves is a little blurred, and eyes were seen in the photo.
_BORNE_IN_FRAMES: Final = {Reason.TURNED_AWAY, Reason.BLURRED, Reason.EYES_COVERED}
_QUARTER_TURNS: Final = (1, 3, 2)  # sideways is commoner than upside down


class DeepfaceEngine:
    """Detector, alignment and network of one weight set. One process, one photo at a time.

    The libraries below are not thread-safe (four threads at once: 157 of 160 calls failed and one
    was silently wrong) and do not survive a fork: calls from several threads wait for one another,
    and use in a process other than the one that built it raises EngineFailed.
    """

    def __init__(self, chosen: WeightSet) -> None:
        """Needs `weights.prepare_home(chosen, …)` before. Raises EngineFailed."""
        self.weights_name = chosen.name
        self.weights_version = chosen.version
        self._model = weights.KNOWN[chosen.name].model
        self._built_in = os.getpid()
        self._alone = threading.Lock()
        if not weights.is_linked(chosen):
            raise EngineFailed("The verified weights are not in deepface's home.")
        with _failing_as("loading the face engine"):
            cv2.setNumThreads(1)
            cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
            self._detector: Detector = _DETECTORS[chosen.name](chosen.files["detector"].path)
            self._deepface = _deepface()
            with one_thread_sessions():
                self._deepface.build_model(self._model)

    def warm_up(self) -> None:
        """Bring everything into memory, so that the first photo takes no longer than the next."""
        side = np.linspace(0, 255, 480, dtype=np.uint8)
        sheet = np.ascontiguousarray(np.broadcast_to(side[:, None, None], (480, 640, 3)))
        with self._alone, _failing_as("warming up"):
            self._detector.find(sheet)
            self._embedding(np.ascontiguousarray(sheet[:150, :150]))

    def analyse(self, data: bytes) -> Analysis:
        """See `Engine`."""
        if os.getpid() != self._built_in:
            raise EngineFailed("The face engine was built in another process.")
        with self._alone, _failing_as("looking at a photo"):
            return self._analyse(data)

    def glance(self, data: bytes) -> Glance:
        """See `Engine`."""
        if os.getpid() != self._built_in:
            raise EngineFailed("The face engine was built in another process.")
        with self._alone, _failing_as("looking at a frame"):
            return self._glance(data)

    def bare_parts(self, pixels: Pixels) -> Mapping[str, Callable[[], object]]:
        """Detector and network alone, on this picture's face: what a measurement compares with."""
        subject = self._subject(Photo(pixels, pixels.shape[1], pixels.shape[0], "jpeg"))
        if subject is None:
            raise EngineFailed("There is no face to measure with.")
        square = self._detector.crop(pixels, subject.face)
        return {
            "detector": lambda: self._detector.find(pixels),
            "network": lambda: self._embedding(square),
        }

    def _analyse(self, data: bytes) -> Analysis:
        laps = _Laps()
        try:
            photo = decode(data)
        except PhotoRefused as refused:
            return Analysis(Result.POOR_PHOTO, (refused.reason,), timings_ms=laps.taken("decode"))
        laps.taken("decode")
        subject = self._subject(photo)
        laps.taken("detect")
        prints = prints_of(photo.pixels, None if subject is None else subject.face)
        laps.taken("fingerprint")
        if subject is None:
            result, reason = self._absence(photo)
            return Analysis(result, (reason,), None, _sizes(photo), laps.taken("quality"), prints)
        reasons, measures = quality.assess(photo, subject.face)
        measures |= _sizes(photo) | {"detector_score": subject.face.score}
        laps.taken("quality")
        if subject.rival is not None:
            several = Result.SEVERAL_FACES, (Reason.SEVERAL_FACES,)
            return Analysis(*several, None, measures, laps.total(), prints)
        if reasons:
            return Analysis(Result.POOR_PHOTO, reasons, None, measures, laps.total(), prints)
        square = self._detector.crop(photo.pixels, subject.face)
        laps.taken("align")
        embedding = self._embedding(square)
        return Analysis(None, (), embedding, measures, laps.taken("network"), prints)

    def _glance(self, data: bytes) -> Glance:
        try:
            photo = decode(data)
        except PhotoRefused as refused:
            return Glance(reason=refused.reason)
        size = photo.pixels.shape[1], photo.pixels.shape[0]
        found = choose(self._detector.find_turned(photo.pixels), size, self._detector.sure_score)
        if found is None:
            return Glance(reason=Reason.NO_FACE)
        if found.rival is not None:
            return Glance(reason=Reason.SEVERAL_FACES)
        reasons, measures = quality.assess(photo, found.face)
        faults = [one for one in reasons if one not in _BORNE_IN_FRAMES]
        if faults:
            return Glance(measures["turn"], measures["roll"], None, faults[0])
        square = self._detector.crop(photo.pixels, found.face)
        return Glance(measures["turn"], measures["roll"], self._embedding(square))

    def _subject(self, photo: Photo) -> Subject | None:
        size = photo.pixels.shape[1], photo.pixels.shape[0]
        for find in (self._detector.find, self._detector.find_tiny):
            found = choose(find(photo.pixels), size, self._detector.sure_score)
            if found is not None:
                return found
        return None

    def _absence(self, photo: Photo) -> tuple[Result, Reason]:
        """Why no face was found: what the person can do better, where the picture tells."""
        if quality.is_dark(photo.pixels):
            return Result.POOR_PHOTO, Reason.TOO_DARK
        if quality.is_bright(photo.pixels):
            return Result.POOR_PHOTO, Reason.TOO_BRIGHT
        for turns in _QUARTER_TURNS:
            turned = np.ascontiguousarray(np.rot90(photo.pixels, turns))
            size = turned.shape[1], turned.shape[0]
            sure = self._detector.sure_score
            lying = choose(self._detector.find(turned), size, sure)
            if lying is not None and lying.face.score >= sure:
                return Result.POOR_PHOTO, Reason.TILTED
        return Result.NO_FACE, Reason.NO_FACE

    def _embedding(self, square: Pixels) -> NDArray[np.float32]:
        answer = self._deepface.represent(
            square, model_name=self._model, detector_backend="skip", align=False
        )
        vector = np.asarray(answer[0]["embedding"], np.float32).ravel()
        norm = float(np.linalg.norm(vector))
        if len(answer) != 1 or vector.shape != (_LENGTH,) or not np.isfinite(norm) or norm < 1e-6:
            raise EngineFailed("The network's answer is not an embedding.")
        return vector / np.float32(norm)


class _Laps:
    """Milliseconds of each step."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._steps: dict[str, float] = {}

    def taken(self, step: str) -> dict[str, float]:
        """Note that `step` ends here; all so far, with the total."""
        now = time.perf_counter()
        self._steps[step] = (now - self._last) * 1e3
        self._last = now
        return self.total()

    def total(self) -> dict[str, float]:
        return self._steps | {"total": (self._last - self._start) * 1e3}


def _sizes(photo: Photo) -> dict[str, float]:
    return {"width": float(photo.width), "height": float(photo.height)}


@contextmanager
def _failing_as(doing: str) -> Iterator[None]:
    """Only EngineFailed leaves; the libraries' own texts hold paths and are dropped."""
    try:
        yield
    except EngineFailed:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).stem}:{last.lineno}"
        raise EngineFailed(f"{type(error).__name__} at {place} while {doing}.") from None


def _deepface() -> Any:
    """deepface on onnxruntime, unable to download, with Python's warning filters as they were."""
    os.environ["DEEPFACE_BACKEND_ENGINE"] = "onnx"  # else torch or tensorflow, where installed
    os.environ["DEEPFACE_ONNX_PROVIDERS"] = "cpu"
    os.environ.setdefault("DEEPFACE_LOG_LEVEL", "40")  # it prints, with paths
    with warnings.catch_warnings():  # it switches all warnings off for the whole process
        warnings.simplefilter("ignore")
        library = importlib.import_module("deepface.DeepFace")
        loader: Any = importlib.import_module("deepface.commons.weight_utils")
        backends = importlib.import_module("deepface.commons.backend_utils")
    if backends.get_backend_engine() != "onnx":
        raise EngineFailed("deepface was loaded before with another backend.")
    loader.ensure_source_is_reachable = no_download
    return library


def no_download(_url: str) -> None:
    """In place of deepface's look at where it would download from."""
    raise EngineFailed("deepface wanted to download.")


@contextmanager
def one_thread_sessions() -> Iterator[None]:
    """onnxruntime takes every core for each session unless told; deepface does not tell it."""
    original = onnxruntime.InferenceSession

    def build(*args: Any, **kwargs: Any) -> Any:
        options = kwargs.get("sess_options") or onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return original(*args, **kwargs | {"sess_options": options})

    onnxruntime.InferenceSession = build
    try:
        yield
    finally:
        onnxruntime.InferenceSession = original
