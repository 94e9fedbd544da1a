"""Whether the face in a photo is large, sharp, lit and frontal enough to be compared.

The limits refuse what a person would call a bad photo, and little else: fewer than 2 in 100
ordinary press portraits. Light is judged by the brightest parts of the face (the whites of the
eyes, what shines), not by its mean, and sharpness in proportion to contrast, so that dark skin is
not taken for a dark or blurred photo.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from checkins.verification import geometry
from checkins.verification.codes import Reason
from checkins.verification.decode import Photo
from checkins.verification.geometry import ARCFACE_SIDE, Face, Points

MIN_EYE_DISTANCE: Final = 20.0
"""Pixels. The networks read faces with 35 to 60 between the eyes."""

MIN_HIGHLIGHT: Final = 50.0
"""Of 255: what 95 % of the face stays below. Portraits measure 100 to 255; the networks bear 40."""

MAX_CLIPPED: Final = 0.45
"""Share of the face that is plain white. Portraits measure 0 to 0.15; from 0.5 on, distances to
the same person's other photos grow by half of the match limit."""

MIN_SHARPNESS: Final = 0.006
"""Variance of the Laplacian over variance of brightness, on the aligned square. Portraits measure
0.02 to 0.6; a blur of a twentieth of the eye distance 0.005 to 0.027; of a tenth 0.001 to 0.005,
which alone takes up most of dlib's match limit."""

MAX_TURN: Final = 0.40
"""Eye distances (see geometry.Pose). Facing the camera stays below 0.2, a half turn reaches 0.3."""

MAX_ROLL: Final = 25.0
"""Degrees."""

MIN_EYE_LIGHT: Final = 0.40
"""How light the surroundings of the lighter eye are beside cheeks and nose. Of LFW's portraits
none with visible eyes measures less than 0.41, nearly all 0.6 to 1.1; opaque sunglasses 0.1 to
0.4. What lets light through, a hand and fair hair are not told from eyes by this."""

MIN_INSIDE: Final = 0.85
"""Share of the face that lies within the picture."""

_CORE = np.s_[28:104, 20:92]  # of the square: forehead to chin, without hair and background
_EYES = (np.s_[43:62, 25:52], np.s_[43:62, 60:87])  # of the square: with lids and brows' edge
_SKIN = (np.s_[71:82, 30:43], np.s_[71:82, 70:83], np.s_[61:72, 51:62])  # cheeks and nose
_DARKEST_SKIN = 40.0  # of 255, below which shadow and cover are the same black
_GRID = np.mgrid[20:112:8, 12:101:8].reshape(2, -1).T[:, ::-1].astype(np.float64)
_LUMA = np.array([0.114, 0.587, 0.299], np.float32)  # of B, G and R, ITU-R BT.601
_WHITE = 250
_BLANK = 228
_FLAT = 5.0  # standard deviation below which what moves is noise


def assess(photo: Photo, face: Face) -> tuple[tuple[Reason, ...], dict[str, float]]:
    """What is wrong with the face, the most telling first, and the measures behind it."""
    measures = measure(photo.pixels, face)
    return judge(measures), measures


def judge(measures: dict[str, float]) -> tuple[Reason, ...]:
    """The reasons to ask for another photo; none for a good one."""
    faults = (
        (Reason.FACE_TOO_SMALL, measures["eye_distance_px"] < MIN_EYE_DISTANCE),
        (Reason.FACE_CUT_OFF, measures["inside"] < MIN_INSIDE),
        (Reason.TOO_DARK, measures["highlight"] < MIN_HIGHLIGHT),
        (Reason.TOO_BRIGHT, measures["clipped"] > MAX_CLIPPED),
        (Reason.TILTED, abs(measures["roll"]) > MAX_ROLL),
        (Reason.TURNED_AWAY, abs(measures["turn"]) > MAX_TURN),
        (Reason.EYES_COVERED, measures["eye_light"] < MIN_EYE_LIGHT),
        (Reason.BLURRED, measures["sharpness"] < MIN_SHARPNESS),
    )
    return tuple(reason for reason, found in faults if found)


def is_dark(pixels: NDArray[np.uint8]) -> bool:
    """Whether the whole picture is so dark that no face could be seen in it."""
    return float(np.percentile(pixels[::8, ::8] @ _LUMA, 95)) < MIN_HIGHLIGHT


def is_bright(pixels: NDArray[np.uint8]) -> bool:
    """Whether the whole picture is so bright that no face could be seen in it."""
    return float(np.percentile(pixels[::8, ::8] @ _LUMA, 5)) > _BLANK


def measure(pixels: NDArray[np.uint8], face: Face) -> dict[str, float]:
    """Sizes in pixels, light of 255, `clipped` and `inside` as shares, `turn` and `roll` as Pose,
    `eye_light` as a ratio.

    All but the sizes are taken on the face brought to one size, so that they mean the same for a
    near and a far face.
    """
    matrix = geometry.to_template(face)
    square = _square(pixels, matrix)
    core = square[_CORE]
    counts = np.bincount(core.astype(np.uint8).ravel(), minlength=256).cumsum()
    middle, sides = core[1:-1, 1:-1], core[:-2, 1:-1] + core[2:, 1:-1]
    laplacian = sides + core[1:-1, :-2] + core[1:-1, 2:] - 4 * middle
    held = geometry.pose(face.eyes, face.nose)
    return {
        "face_px": face.width,
        "eye_distance_px": face.eye_distance,
        "brightness": float(np.searchsorted(counts, core.size * 0.5)),
        "highlight": float(np.searchsorted(counts, core.size * 0.95)),
        "contrast": float(core.std()),
        "clipped": float(1 - counts[_WHITE - 1] / core.size),
        "sharpness": float(laplacian.var() / max(float(core.var()), _FLAT**2)),
        "eye_light": _eye_light(square),
        "turn": held.turn,
        "roll": held.roll,
        "inside": _inside(pixels.shape, matrix),
    }


def _eye_light(square: NDArray[np.float32]) -> float:
    """By medians, which neither a pupil nor a reflection moves; 1 where it is too dark to tell."""
    skin = float(np.median(np.concatenate([square[part].ravel() for part in _SKIN])))
    if skin < _DARKEST_SKIN:
        return 1.0
    return max(float(np.median(square[part])) for part in _EYES) / skin


def _inside(shape: tuple[int, ...], matrix: Points) -> float:
    x, y = geometry.apply(geometry.inverse(matrix), _GRID).T
    return float(((x >= 0) & (y >= 0) & (x < shape[1]) & (y < shape[0])).mean())


def _square(pixels: NDArray[np.uint8], matrix: Points) -> NDArray[np.float32]:
    """The face in grey on the template's square; large faces are averaged, not thinned out."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64) * ARCFACE_SIDE
    where = geometry.apply(geometry.inverse(matrix), corners)
    low = np.floor(where.min(axis=0)).astype(int) - 1
    low = np.clip(low, 0, np.array(pixels.shape[1::-1]) - 1)
    high = np.ceil(where.max(axis=0)).astype(int) + 2
    part = pixels[low[1] : max(high[1], low[1] + 1), low[0] : max(high[0], low[0] + 1)]
    shrink = max(1, min(int(1 / geometry.scale_of(matrix)), *part.shape[:2]))
    moved = matrix.copy()  # now from the centres of the averaged pixels
    moved[:, 2] += matrix[:, :2] @ (low + (shrink - 1) / 2)
    moved[:, :2] *= shrink
    return geometry.sample(_averaged(part, shrink) @ _LUMA, moved, ARCFACE_SIDE)


def _averaged(part: NDArray[np.uint8], shrink: int) -> NDArray[np.float32]:
    """Blocks of `shrink` × `shrink` pixels, each by the mean of at most 4 × 4 spread over it."""
    height, width = (side // shrink * shrink for side in part.shape[:2])
    offsets = range(0, shrink, -(-shrink // 4))
    total = np.zeros((height // shrink, width // shrink, 3), np.uint16)
    for down in offsets:
        for along in offsets:
            total += part[down:height:shrink, along:width:shrink]
    return total.astype(np.float32) / np.float32(len(offsets) ** 2)
