"""The similarity scale that reviewers see: one line from 0 to 100 with both limits on it. Pure."""

from dataclasses import dataclass
from typing import Any

# `decision.similarity` puts the limits here for every network and calibration.
MATCH_AT = 75.0
REVIEW_AT = 50.0


@dataclass(frozen=True)
class Scale:
    """`similarity` from 0 to 100, and in words where it lies. It is no probability of anything."""

    similarity: float
    words: str
    tone: str
    match_at: float = MATCH_AT
    review_at: float = REVIEW_AT

    @property
    def between(self) -> float:
        """How wide the part between the limits is."""
        return self.match_at - self.review_at

    @property
    def above(self) -> float:
        """How wide the part above the match limit is."""
        return 100 - self.match_at

    @property
    def here(self) -> float:
        """Where the mark's left edge is, so that all of it is on the scale."""
        return min(self.similarity, 99.1)


def scale_of(similarity: float | None) -> Scale | None:
    """None when nothing was compared."""
    if similarity is None:
        return None
    if similarity >= MATCH_AT:
        return Scale(similarity, "above the match limit", "good")
    if similarity >= REVIEW_AT:
        return Scale(similarity, "between the review limit and the match limit", "warn")
    return Scale(similarity, "below the review limit", "bad")


def machine_facts(verification: Any) -> list[tuple[str, str]]:
    """What the machine measured, for those who want to know: name and figure."""
    limits = verification.thresholds or {}
    facts: list[tuple[str, str]] = []
    if verification.distance is not None:
        facts.append(("Distance (cosine)", f"{verification.distance:.3f}"))
    if "match_at_averaged" in limits:
        facts += [
            ("Match limit, one reference photo", f"{limits['match_at_single']:.3f}"),
            ("Match limit, several averaged", f"{limits['match_at_averaged']:.3f}"),
            ("Review limit", f"{limits['review_to']:.3f}"),
            ("Calibration", str(limits.get("version", ""))),
        ]
    if verification.weights_name:
        facts.append(("Network", f"{verification.weights_name} {verification.weights_version}"))
    return facts
