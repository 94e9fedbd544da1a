"""How often a weight set is wrong on labelled pairs: FMR, FNMR and failures to acquire. Pure.

FMR: the share of pairs of different people at or below the threshold. FNMR: the share of pairs of
one person above it. Both over the pairs of which both photos could be used; the rest are failures
to acquire. Intervals are Wilson's, 95 %.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964


@dataclass(frozen=True)
class Compared:
    """A labelled pair: cosine distance, or None when a photo of it could not be used."""

    same: bool
    distance: float | None


@dataclass(frozen=True)
class Rate:
    """A share that was counted; `share` is None where there was nothing to count."""

    wrong: int
    of: int

    @property
    def share(self) -> float | None:
        return self.wrong / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %. It takes what was counted for independent: of photos that were compared
        many times it is too narrow."""
        return wilson(self.wrong, self.of)


@dataclass(frozen=True)
class Point:
    threshold: float
    fmr: float
    fmr_low: float
    fmr_high: float
    fnmr: float
    fnmr_low: float
    fnmr_high: float


@dataclass(frozen=True)
class Outcome:
    """`accuracy` is the best over all thresholds, of the pairs compared; `accuracy_of_all` counts
    every pair with an unusable photo as a mistake, at the same threshold."""

    pairs: int
    failure_to_acquire: float
    accuracy: float
    accuracy_of_all: float
    best_threshold: float
    points: tuple[Point, ...]


def wilson(wrong: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share; (0, 1) when there is nothing to go by."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = wrong / of, Z_95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z_95 * sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def evaluate(compared: Sequence[Compared], thresholds: Sequence[float]) -> Outcome:
    """Raises ValueError without a usable pair of each kind."""
    same = sorted(c.distance for c in compared if c.same and c.distance is not None)
    other = sorted(c.distance for c in compared if not c.same and c.distance is not None)
    if not same or not other:
        raise ValueError("There must be usable pairs of the same and of different people.")
    usable = len(same) + len(other)
    right, best = max(_right_at(same, other))
    return Outcome(
        pairs=len(compared),
        failure_to_acquire=1 - usable / len(compared),
        accuracy=right / usable,
        accuracy_of_all=right / len(compared),
        best_threshold=best,
        points=tuple(_point(same, other, threshold) for threshold in sorted(thresholds)),
    )


def _right_at(same: list[float], other: list[float]) -> Iterator[tuple[int, float]]:
    """For each distance as threshold: how many pairs it gets right. Both lists ascend."""
    for threshold in {0.0, *same, *other}:
        yield bisect_right(same, threshold) + len(other) - bisect_right(other, threshold), threshold


def _point(same: list[float], other: list[float], threshold: float) -> Point:
    false_match = bisect_right(other, threshold)
    false_non_match = len(same) - bisect_right(same, threshold)
    return Point(
        threshold,
        false_match / len(other),
        *wilson(false_match, len(other)),
        false_non_match / len(same),
        *wilson(false_non_match, len(same)),
    )
