"""The two face detectors, each with the square its own network reads. Loads OpenCV and dlib."""

from pathlib import Path
from typing import Any, Final, Protocol

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from checkins.verification.geometry import ARCFACE_POINTS, ARCFACE_SIDE, Face, scale_of, similarity

Pixels = NDArray[np.uint8]
"""(height, width, 3) BGR."""

_MIN_SIDE = 32
"""Pixels after reduction: a strip narrower than this holds no face, and detectors fail on it."""


class Detector(Protocol):
    """Finds faces in an upright BGR photo and cuts out what the network reads."""

    sure_score: float
    """From this score on a find is a face for certain."""

    def find(self, pixels: Pixels) -> list[Face]:
        """Every face, in no particular order."""
        ...

    def find_tiny(self, pixels: Pixels) -> list[Face]:
        """Faces too small for `find`; several times slower."""
        ...

    def find_turned(self, pixels: Pixels) -> list[Face]:
        """As `find`, but also heads turned so far that the score is low."""
        ...

    def crop(self, pixels: Pixels, face: Face) -> Pixels:
        """The square that the network reads, BGR."""
        ...


class YuNet:
    """YuNet and the ArcFace square, for SFace. Not thread-safe."""

    sure_score = 0.8  # all that it reports
    _long_side: Final = 480

    def __init__(self, model: Path) -> None:
        file = np.frombuffer(model.read_bytes(), np.uint8)  # a path would end up in error texts
        self._net: Any = cv2.FaceDetectorYN.create(
            "onnx", file, np.empty(0, np.uint8), (self._long_side, self._long_side), 0.8, 0.3, 200
        )

    def find(self, pixels: Pixels) -> list[Face]:
        """Every face from about 10 pixels in a picture of 480."""
        small, scale = _resized(pixels, self._long_side, most=1.0)
        height, width = small.shape[:2]
        if min(height, width) < _MIN_SIDE:
            return []
        self._net.setInputSize((width, height))
        _, rows = self._net.detect(small)
        return [] if rows is None else [self._face(row / scale, float(row[14])) for row in rows]

    def find_tiny(self, pixels: Pixels) -> list[Face]:
        """Nothing more: `find` already sees faces far too small to use."""
        return []

    def find_turned(self, pixels: Pixels) -> list[Face]:
        """No different: a half turn costs little of the score."""
        return self.find(pixels)

    def crop(self, pixels: Pixels, face: Face) -> Pixels:
        """112×112, the five points on the ArcFace template."""
        return warp(pixels, face.points, ARCFACE_POINTS, ARCFACE_SIDE)

    @staticmethod
    def _face(row: NDArray[np.float32], score: float) -> Face:
        points = row[4:14].reshape(5, 2).astype(np.float64)
        left, top, width, height = (float(value) for value in row[:4])
        return Face((left, top, width, height), score, points[:2], points[2], points)


class Hog:
    """dlib's frontal detector and 5-point chip, for dlib's network. Frontal faces only."""

    sure_score = 0.5  # people mostly score 0.6 to 3, cloth that looks like a face up to 0.48
    _long_side: Final = 640
    _min_score: Final = 0.2
    _min_score_turned: Final = -0.2
    _min_score_tiny: Final = 0.5  # in four times the area there are more false ones
    _chip_side: Final = 150
    _chip_padding: Final = 0.25

    def __init__(self, landmarks: Path) -> None:
        self._hog: Any = dlib.get_frontal_face_detector()
        self._landmarks: Any = dlib.shape_predictor(str(landmarks))

    def find(self, pixels: Pixels) -> list[Face]:
        """Every face from about 80 pixels in a picture of 640."""
        return self._find(pixels, self._long_side, 2.0, self._min_score)

    def find_tiny(self, pixels: Pixels) -> list[Face]:
        """Every face from about 40 pixels in a picture of 640; a small picture is enlarged more."""
        return self._find(pixels, 2 * self._long_side, 8.0, self._min_score_tiny)

    def find_turned(self, pixels: Pixels) -> list[Face]:
        """Down to a score at which cloth looks like a face too; a frame's identity is checked."""
        return self._find(pixels, self._long_side, 2.0, self._min_score_turned)

    def crop(self, pixels: Pixels, face: Face) -> Pixels:
        """150×150, aligned as dlib's network was trained."""
        return np.asarray(
            dlib.get_face_chip(pixels, _shape(face), self._chip_side, self._chip_padding)
        )

    def _find(self, pixels: Pixels, long_side: int, most: float, min_score: float) -> list[Face]:
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
        small, scale = _resized(grey, long_side, most)
        if min(small.shape) < _MIN_SIDE:
            return []
        boxes, scores, _ = self._hog.run(small, 0, min_score)
        return [
            self._face(grey, box, scale, float(score))
            for box, score in zip(boxes, scores, strict=True)
        ]

    def _face(self, grey: NDArray[np.uint8], box: Any, scale: float, score: float) -> Face:
        edges = (box.left(), box.top(), box.right() + 1, box.bottom() + 1)
        left, top, right, bottom = (round(edge / scale) for edge in edges)
        shape = self._landmarks(grey, dlib.rectangle(left, top, right - 1, bottom - 1))
        points = np.array([(p.x, p.y) for p in shape.parts()], np.float64)
        # dlib gives the corners of the eye on the right of the picture, of the other, and the nose.
        eyes = np.array([points[2:4].mean(axis=0), points[0:2].mean(axis=0)])
        box_here = (float(left), float(top), float(right - left), float(bottom - top))
        return Face(box_here, score, eyes, points[4], points)


def _shape(face: Face) -> Any:
    left, top, width, height = (round(value) for value in face.box)
    corners = [dlib.point(round(x), round(y)) for x, y in face.points]
    box = dlib.rectangle(left, top, left + width - 1, top + height - 1)
    return dlib.full_object_detection(box, corners)


def _resized(pixels: Pixels, long_side: int, most: float) -> tuple[Pixels, float]:
    """`pixels` with the long side at `long_side`, enlarged at most `most` times; and the scale."""
    scale = min(long_side / max(pixels.shape[:2]), most)
    size = tuple(max(1, round(side * scale)) for side in pixels.shape[1::-1])
    while max(pixels.shape[:2]) >= 2 * max(size) and min(pixels.shape[:2]) >= 2:
        # Halving is OpenCV's fast path; averaging by 2.7 at once takes longer than the detector.
        height, width = (side // 2 for side in pixels.shape[:2])
        even = pixels[: 2 * height, : 2 * width]
        pixels = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)), scale


def warp(pixels: Pixels, points: NDArray[np.float64], target: Any, side: int) -> Pixels:
    """The square of `side` pixels on which `points` lie on `target`. Black outside the photo."""
    # Sampling looks at four pixels only: a large face is cut out larger, then averaged.
    finer = max(1, int(1 / scale_of(similarity(points, target))))
    matrix = similarity(points, (np.asarray(target) + 0.5) * finer - 0.5)
    cut = cv2.warpAffine(pixels, matrix, (side * finer, side * finer), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA))
