"""Where a face is, how it is turned, and the step from it to the square that a network reads."""

from dataclasses import dataclass
from math import atan2, degrees
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(n, 2): x to the right and y down, in pixels."""

ARCFACE_SIDE: Final = 112
ARCFACE_POINTS: Final[Points] = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655],
     [70.7299, 92.2041]]
)  # fmt: skip
"""Eyes, nose and mouth corners, image-left first, in the square that ArcFace-like networks learnt
on (the template published with InsightFace's alignment code)."""


@dataclass(frozen=True, eq=False)
class Face:
    """One detected face, in the photo's pixels.

    `eyes` is (2, 2), the centres, image-left eye first; `nose` is (2,); `points` is (5, 2) in the
    order that the detector's own network wants; `score` is comparable within one detector only.
    """

    box: tuple[float, float, float, float]  # left, top, width, height
    score: float
    eyes: Points
    nose: Points
    points: Points

    @property
    def eye_distance(self) -> float:
        """Pixels."""
        return float(np.linalg.norm(self.eyes[1] - self.eyes[0]))

    @property
    def width(self) -> float:
        """Pixels."""
        return self.box[2]


@dataclass(frozen=True)
class Pose:
    """`turn`: the nose's offset from the middle of the eyes along the line through them, in eye
    distances; about 0 when facing the camera, positive when the nose points to the right of the
    picture, so that the person turned to their own left. `roll`: degrees, positive clockwise.
    """

    turn: float
    roll: float


def pose(eyes: Points, nose: Points) -> Pose:
    """How the head is held; unaffected by the face's size and (for `turn`) by its roll."""
    axis = eyes[1] - eyes[0]
    length = float(np.linalg.norm(axis))
    if length < 1e-6:
        return Pose(turn=float("inf"), roll=0.0)
    turn = float((nose - eyes.mean(axis=0)) @ axis) / length**2
    return Pose(turn, degrees(atan2(axis[1], axis[0])))


def similarity(source: Points, target: Points) -> Points:
    """The (2, 3) matrix of turn, scale and shift that best takes `source` to `target`.

    Least squares after Umeyama (1991), mirrored solutions excluded. Raises ValueError when the
    source points coincide or are not finite.
    """
    if not np.isfinite(source).all() or np.ptp(source, axis=0).max() < 1e-6:
        raise ValueError("The points coincide, or are none.")
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    u, stretch, v = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(v)) or 1.0])
    turn = (u * sign) @ v
    scale = float(stretch @ sign) / float((a**2).sum())
    matrix = np.empty((2, 3))
    matrix[:, :2] = scale * turn
    matrix[:, 2] = target_mean - matrix[:, :2] @ source_mean
    return matrix


def apply(matrix: Points, points: Points) -> Points:
    """`points` taken through a (2, 3) matrix."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def inverse(matrix: Points) -> Points:
    """The (2, 3) matrix that undoes `matrix`."""
    back = np.linalg.inv(matrix[:, :2])
    return np.column_stack([back, -back @ matrix[:, 2]])


def scale_of(matrix: Points) -> float:
    """Target pixels per source pixel."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))


def to_template(face: Face) -> Points:
    """From the photo to the 112-pixel square by eyes and nose alone, which every detector gives."""
    return similarity(np.vstack([face.eyes, face.nose]), ARCFACE_POINTS[:3])


def sample(plane: NDArray[np.float32], matrix: Points, side: int) -> NDArray[np.float32]:
    """The (side, side) square that `matrix` takes `plane` to; edges are repeated outwards."""
    back = inverse(matrix)
    height, width = plane.shape
    along, down = np.arange(side)[None, :], np.arange(side)[:, None]
    x = np.clip(back[0, 0] * along + back[0, 1] * down + back[0, 2], 0, width - 1)
    y = np.clip(back[1, 0] * along + back[1, 1] * down + back[1, 2], 0, height - 1)
    left = np.minimum(x.astype(np.intp), max(width - 2, 0))
    top = np.minimum(y.astype(np.intp), max(height - 2, 0))
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    dx, dy = (x - left).astype(np.float32), (y - top).astype(np.float32)
    upper = plane[top, left] * (1 - dx) + plane[top, right] * dx
    lower = plane[bottom, left] * (1 - dx) + plane[bottom, right] * dx
    return np.asarray(upper * (1 - dy) + lower * dy, np.float32)
