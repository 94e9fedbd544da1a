"""Which photo of a check-in may become a reference photo, and which one gives way to it. Pure.

The enrolment photos, made in person, are the anchors: nothing here ever retires one. A photo from
a check-in is measured against them alone, never against another of its kind, so a set cannot
drift from the person step by step (docs/decisions/0011-refreshed-references.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkins.verification.codes import Liveness, Result

MOST_PHOTOS = 10
MOST_REFRESHED = 3
"""And never more than there are anchors: they stay at least half of what is averaged."""

_DOUBTED = {Result.INCONCLUSIVE.value, Result.NO_MATCH.value}


class Refusal(StrEnum):
    """Why the photo of an accepted check-in cannot become a reference photo."""

    CALL = "call"
    NO_PHOTO = "no_photo"
    NOT_DOUBTED = "not_doubted"
    TURNS_FAILED = "turns_failed"
    NO_ANCHOR = "no_anchor"
    FULL = "full"
    CONSENT_WITHDRAWN = "consent_withdrawn"


@dataclass(frozen=True)
class Candidate:
    """The newest attempt of a check-in, and how many usable enrolment photos the person has.

    Inconclusive and no match are given only for one usable face, sharp, lit and near: what is
    worse has another result.
    """

    by_phone: bool
    has_photo: bool
    result: str
    liveness: str
    anchors: int
    consent_withdrawn: bool = False


@dataclass(frozen=True)
class Kept:
    """One usable reference photo of a set."""

    pk: int
    added_at: datetime
    anchor: bool


def why_not(one: Candidate) -> Refusal | None:
    """None where the reviewer may add it."""
    refusals = {
        Refusal.CONSENT_WITHDRAWN: one.consent_withdrawn,
        Refusal.CALL: one.by_phone,
        Refusal.NO_PHOTO: not one.has_photo,
        Refusal.NOT_DOUBTED: one.result not in _DOUBTED,
        Refusal.TURNS_FAILED: one.liveness == Liveness.FAILED.value,
        Refusal.NO_ANCHOR: one.anchors == 0,
        Refusal.FULL: room(one.anchors) == 0,
    }
    return next((refusal for refusal, applies in refusals.items() if applies), None)


def room(anchors: int) -> int:
    """How many photos from check-ins a set with that many enrolment photos may hold.

    >>> [room(anchors) for anchors in (0, 1, 3, 8, 10)]
    [0, 1, 3, 2, 0]
    """
    return max(0, min(MOST_REFRESHED, anchors, MOST_PHOTOS - anchors))


def aged_out(usable: Sequence[Kept]) -> list[int]:
    """The photos from check-ins that give way, the oldest first; never an enrolment photo."""
    refreshed = sorted(
        (one for one in usable if not one.anchor), key=lambda one: (one.added_at, one.pk)
    )
    too_many = len(refreshed) - room(len(usable) - len(refreshed))
    return [one.pk for one in refreshed[: max(0, too_many)]]


def stands_beside(apart: float, match_at: float) -> bool:
    """Whether a photo so far from the anchors (cosine distance) needs nobody to confirm it."""
    return apart <= match_at
