"""From an embedding and the reference templates to a decision. Pure.

Nothing here counts against anyone: what is no clear match is for a person to look at, or for the
participant to try again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from checkins.verification.codes import Liveness, Reason, Result

if TYPE_CHECKING:
    from checkins.verification.engine import Analysis
    from checkins.verification.liveness import Shown

Embedding = NDArray[np.float32]


@dataclass(frozen=True)
class Thresholds:
    """Cosine distances (0 the same, 1 unrelated) for one weight set, from one calibration.

    `match_at_single` is for one reference photo, `match_at_averaged` for several averaged: an
    average lies nearer to every photo of the person, so the same error rate needs less. Up to
    `review_to` a person may well be the same; beyond it hardly.
    """

    weights_name: str
    match_at_single: float
    match_at_averaged: float
    review_to: float
    version: str
    calibration: str | None = None
    """The public id of the calibration that they are from; None for the shipped ones."""

    def __post_init__(self) -> None:
        if not 0 < self.match_at_averaged <= self.match_at_single <= self.review_to <= 2:
            raise ValueError("Needed: 0 < averaged ≤ single ≤ review ≤ 2.")

    def match_at(self, templates: int) -> float:
        """The limit for that many averaged templates; two are held to the stricter one."""
        return self.match_at_single if templates < 2 else self.match_at_averaged


STARTING_THRESHOLDS: Final[Mapping[str, Thresholds]] = {
    # FMR 1e-4; FNMR 2.5 % with one reference photo and 0.6 % with three.
    "sface": Thresholds("sface", 0.585, 0.570, 0.70, "lfw-start-1"),
    # FMR 1e-3; FNMR 7.4 % with one reference photo and 2.1 % with three.
    "dlib": Thresholds("dlib", 0.074, 0.065, 0.093, "lfw-start-1"),
}
"""Measured on LFW (press portraits) to start with. They do not carry over to other people and
cameras (on mugshots the FMR was 15 times higher): a deployment calibrates with its own photos."""


@dataclass(frozen=True)
class Decision:
    """`distance` (cosine) and `similarity` (see there) are None when nothing was compared."""

    result: Result
    reasons: tuple[Reason, ...] = ()
    distance: float | None = None
    similarity: float | None = None


FAILED: Final = Decision(Result.ERROR, (Reason.ENGINE_FAILED,))
"""Our side failed: a person looks."""


def combine(templates: Sequence[Embedding]) -> Embedding:
    """The unit vector in the middle of the templates. ValueError when there is none to give."""
    if not templates:
        raise ValueError("No templates.")
    return _unit(np.mean([_unit(template) for template in templates], axis=0))


def distance(a: Embedding, b: Embedding) -> float:
    """Cosine distance, 0 to 2. ValueError when the two are not comparable."""
    if a.shape != b.shape:
        raise ValueError("Embeddings of different networks.")
    return float(np.clip(1.0 - _unit(a) @ _unit(b), 0.0, 2.0))


def similarity(distance: float, match_at: float, review_to: float) -> float:
    """A figure for people, 0 to 100, falling as the distance grows; not the chance of anything.

    Straight lines through 100 at distance 0, 75 at the match limit, 50 at the review limit and 0
    at three times that: so 75 or more reads the same for every network and calibration.
    """
    points = (0.0, match_at, review_to, 3 * review_to)
    return round(float(np.interp(distance, points, (100.0, 75.0, 50.0, 0.0))), 1)


def decide(
    analysis: Analysis,
    templates: Sequence[Embedding],
    thresholds: Thresholds,
    liveness: Liveness,
) -> Decision:
    """What the photo shows about the person whose reference templates these are.

    The templates must come from the same weights version as the analysis, the thresholds from the
    same weight set.
    """
    if analysis.result is not None:
        return Decision(analysis.result, analysis.reasons)
    if analysis.embedding is None:
        return FAILED
    if not templates:
        return Decision(Result.INCONCLUSIVE, (Reason.NO_REFERENCE_PHOTO,))
    apart = distance(analysis.embedding, combine(templates))
    match_at = thresholds.match_at(len(templates))
    result, reasons = _verdict(apart, match_at, thresholds.review_to, liveness)
    return Decision(result, reasons, apart, similarity(apart, match_at, thresholds.review_to))


def _verdict(
    apart: float, match_at: float, review_to: float, liveness: Liveness
) -> tuple[Result, tuple[Reason, ...]]:
    if apart > review_to:
        return Result.NO_MATCH, (Reason.DOES_NOT_MATCH,)
    if apart > match_at:
        return Result.INCONCLUSIVE, (Reason.CLOSE_CALL,)
    if liveness is Liveness.FAILED:
        return Result.SPOOF_SUSPECTED, (Reason.LIVENESS_NOT_SHOWN,)
    if liveness is Liveness.NOT_SHOWN:
        return Result.MATCH, (Reason.LIVENESS_NOT_SHOWN,)
    return Result.MATCH, ()


def with_turns(decision: Decision, shown: Shown, *, may_ask_again: bool) -> Decision:
    """The decision with what the frames add: why liveness is open, or that it is worth a try.

    Only a match is asked again: whoever is not recognised, or seems to be a print, is for a person.
    """
    if decision.result is not Result.MATCH and decision.result is not Result.SPOOF_SUSPECTED:
        return decision
    if decision.result is Result.MATCH and shown.again and may_ask_again:
        return replace(decision, result=Result.POOR_PHOTO, reasons=shown.reasons)
    return replace(decision, reasons=shown.reasons or decision.reasons)


def accepts(decision: Decision, liveness: Liveness) -> bool:
    """Whether the check-in is accepted without a person looking."""
    shown = liveness in (Liveness.PASSED, Liveness.NOT_REQUIRED)
    return decision.result is Result.MATCH and shown


def _unit(vector: NDArray[np.floating]) -> Embedding:
    norm = float(np.linalg.norm(vector))
    if not np.isfinite(norm) or norm < 1e-6:
        raise ValueError("Not an embedding.")
    return np.asarray(vector, np.float32) / np.float32(norm)
