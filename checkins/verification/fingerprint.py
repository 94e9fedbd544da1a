"""A fingerprint of a picture: near for copies of it, far for a new photo of the same face.

Advice for the reviewer (`checkins.reviews.repeats`); no result is made of it.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from checkins.verification.detectors import Pixels, warp
from checkins.verification.engine import Prints
from checkins.verification.geometry import ARCFACE_POINTS, ARCFACE_SIDE, Face

SIDE: Final = 16
"""Squared, the bits. OpenCV's own hashes have 64, with which two photos of one event meet."""

_ENOUGH: Final = 240
"""Pixels along the shorter side: 15 and more for each of the grid's cells."""

_FLAT: Final = 4.0
"""Of 255, the standard deviation below which there is nothing to tell pictures by."""

_PLAIN: Final = 32
"""Bits of one kind: fewer are a plain slope of light. Portraits have 66 and more."""


def prints_of(pixels: Pixels, face: Face | None) -> Prints:
    """Of the whole picture, and of the face brought to one size by eyes and nose."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    frame = fingerprint(_halved(grey))
    if face is None:
        return Prints(frame)
    points = np.vstack([face.eyes, face.nose])
    return Prints(frame, fingerprint(warp(grey, points, ARCFACE_POINTS[:3], ARCFACE_SIDE)))


def _halved(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """By OpenCV's fast path: averaging a whole photo at once takes a millisecond."""
    while min(grey.shape) >= 2 * _ENOUGH:
        height, width = (side // 2 for side in grey.shape)
        even = grey[: 2 * height, : 2 * width]
        grey = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return grey


def fingerprint(grey: NDArray[np.uint8]) -> str:
    """256 bits in hexadecimal: where it gets lighter from left to right, on a grid of 17 × 16.

    Empty for a sheet of one grey, or of plain light from one side.
    "dHash" after N. Krawetz, "Kind of Like That" (2013).
    """
    grid = cv2.resize(grey, (SIDE + 1, SIDE), interpolation=cv2.INTER_AREA)
    bits = grid[:, 1:] > grid[:, :-1]
    lighter = np.count_nonzero(bits)
    if grid.std() < _FLAT or min(lighter, bits.size - lighter) < _PLAIN:
        return ""
    return np.packbits(bits).tobytes().hex()
