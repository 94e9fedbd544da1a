"""A calibration's limits and rates beside those of another, ready to be read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checkins.verification.decision import Thresholds


@dataclass(frozen=True)
class Beside:
    """One line: what it is, the one figure and the other. `looser`: it lets more through."""

    words: str
    this: str
    other: str
    looser: bool | None = None


def limits_beside(this: Thresholds, other: Thresholds) -> list[Beside]:
    """The three limits; a larger match limit is looser."""
    pairs = (
        ("Match limit, one reference photo", this.match_at_single, other.match_at_single),
        ("Match limit, several averaged", this.match_at_averaged, other.match_at_averaged),
        ("Review limit", this.review_to, other.review_to),
    )
    return [
        Beside(words, f"{one:.4f}", f"{two:.4f}", None if one == two else one > two)
        for words, one, two in pairs
    ]


def rates(figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each number of enrolment photos: false matches, false non-matches, people."""
    return [
        {
            "references": one["references"],
            "fmr": _rate(one["fmr"], per=1_000),
            "fnmr": _rate(one["fnmr"], per=100),
            "people": one["people"],
        }
        for one in figures
    ]


def _rate(rate: Mapping[str, Any], per: int) -> dict[str, str]:
    """ "0.9 in 1,000", its interval, and what was counted."""
    if rate["share"] is None:
        return {"share": "–", "interval": "", "counted": "nothing to count"}
    return {
        "share": f"{rate['share'] * per:.2f} in {per:,}",
        "interval": f"{rate['low'] * per:.2f} to {rate['high'] * per:.2f}",
        "counted": f"{rate['wrong']:,} of {rate['of']:,}",
    }
