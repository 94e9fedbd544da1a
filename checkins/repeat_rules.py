"""Whether a photo is almost the same picture as an earlier one of the same person. Pure.

Only advice for the reviewer: no result, no limit and no place in the queue depends on it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NEAR: Final = 16
"""Of the 256 bits of a fingerprint. Two photos of one person in LFW differ by 49 and more, their
faces by 40 and more, also at one event; copies by 0 to 16 (docs/model-card.md)."""


class Likeness(StrEnum):
    SAME_FILE = "same_file"
    SAME_PICTURE = "same_picture"


@dataclass(frozen=True)
class Marks:
    """What a photo is known by: digest of the file, fingerprints of the picture and the face.

    Each is empty where it is not known (any more).
    """

    sha256: str = ""
    frame: str = ""
    face: str = ""


def likeness(one: Marks, other: Marks) -> Likeness | None:
    """How the two are copies of one picture; None when they seem to be two pictures.

    The whole picture tells copies that were stored anew or resized, the face those that were cut.
    """
    if one.sha256 and one.sha256 == other.sha256:
        return Likeness.SAME_FILE
    if _near(one.frame, other.frame) or _near(one.face, other.face):
        return Likeness.SAME_PICTURE
    return None


def _near(a: str, b: str) -> bool:
    if not a or len(a) != len(b):
        return False
    return (int(a, 16) ^ int(b, 16)).bit_count() <= NEAR
