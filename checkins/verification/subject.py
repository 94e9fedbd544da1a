"""Which of the detected faces the photo is of, and whether somebody else is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from checkins.verification.geometry import Face, pose

COMPARABLE: Final = 0.7
"""Of the subject's width, from which another face about as near the middle counts. One photo in
eight has a smaller second face, which must not spoil it; a photo of two people would pass as
either."""

EQUAL: Final = 0.9
"""Of the subject's width, from which another face counts wherever it is."""

ASIDE: Final = 0.25
"""Of the photo's shorter side, by which a smaller face is further from the middle than the subject
to be somebody in the background: two who pose together are about equally far."""

_EYES_PER_WIDTH = (0.2, 0.75)  # eye distance in box widths: faces measure 0.3 to 0.55
_MAX_ROLL = 60.0
_MIN_DROP = 0.15  # of the nose below the eyes, in eye distances: faces measure 0.5 to 1


@dataclass(frozen=True, eq=False)
class Subject:
    """The face to verify, and the most prominent other one where it is comparable."""

    face: Face
    rival: Face | None


def is_plausible(face: Face) -> bool:
    """Whether the five points could lie on a face at all; detectors also see faces in cloth."""
    eyes_per_width = face.eye_distance / max(face.width, 1e-6)
    if not _EYES_PER_WIDTH[0] <= eyes_per_width <= _EYES_PER_WIDTH[1]:
        return False
    if abs(pose(face.eyes, face.nose).roll) > _MAX_ROLL:
        return False
    axis = face.eyes[1] - face.eyes[0]
    down = np.array([-axis[1], axis[0]]) / face.eye_distance
    drop = float((face.nose - face.eyes.mean(axis=0)) @ down)
    return drop >= _MIN_DROP * face.eye_distance


def choose(faces: Sequence[Face], size: tuple[int, int], sure_score: float) -> Subject | None:
    """The subject among `faces` in a photo of `size` (width, height), None when there is none.

    Of the sure faces that are comparable with the widest, the most central is the subject. An
    unsure one may be larger and is seldom a face: it spoils no photo, and is the subject only
    where there is no sure one. Somebody in profile is never the subject, and may well be the
    person: they count as another face all the same.
    """
    plausible = [face for face in faces if is_plausible(face)]
    sure = [face for face in plausible if face.score >= sure_score]
    if not sure:
        best = max(plausible, key=lambda face: face.score, default=None)
        return None if best is None else Subject(best, None)
    widest = max(face.width for face in sure)
    prominent = [face for face in sure if face.width >= COMPARABLE * widest]
    subject = min(prominent, key=lambda face: _off_centre(face, size))
    others = [face for face in faces if face.score >= sure_score and face is not subject]
    rivals = [face for face in others if _is_rival(face, subject, size)]
    return Subject(subject, max(rivals, key=lambda face: face.width, default=None))


def _is_rival(face: Face, subject: Face, size: tuple[int, int]) -> bool:
    """Whether the photo may as well be of this other face."""
    if face.width < COMPARABLE * subject.width:
        return False
    further = _off_centre(face, size) - _off_centre(subject, size)
    return face.width >= EQUAL * subject.width or further < ASIDE * min(size)


def _off_centre(face: Face, size: tuple[int, int]) -> float:
    left, top, width, height = face.box
    return float(np.hypot(left + width / 2 - size[0] / 2, top + height / 2 - size[1] / 2))
