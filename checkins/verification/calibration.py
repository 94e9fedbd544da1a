"""Which limits a weight set is used with, and what they were measured to give. Pure.

A calibration is chosen on one half of the people and reported on the other half: limits look
better than they are on the very photos that they were chosen with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor
from typing import Any, Final

from checkins.verification.decision import STARTING_THRESHOLDS, Thresholds
from checkins.verification.evaluation import Rate
from checkins.verification.trials import People, Trials, split, try_all

REFERENCES: Final = (1, 2, 3)
"""Numbers of enrolment photos that figures are given for; more than three help little."""

TARGET_FMR: Final = 0.001
HIGHEST_FMR: Final = 0.001
"""No calibration may aim at more false matches than this."""

FEWEST_FALSE_MATCHES: Final = 3
"""A false match rate is not chosen from fewer expected ones: none in 3 ÷ rate comparisons would
just about show it (the rule of three)."""

REVIEW_FNMR: Final = 0.01
REVIEW_FMR: Final = 0.02
"""Beyond the review limit lies this share of the comparisons of one person; but it reaches no
further than where this share of different people would be called unclear."""

FEWEST_OF_ONE_PERSON: Final = 100


@dataclass(frozen=True)
class Ceiling:
    """The loosest match limits (cosine distances) that code and database let anybody use."""

    single: float
    averaged: float


CEILINGS: Final[Mapping[str, Ceiling]] = {
    "sface": Ceiling(single=0.641, averaged=0.620),
    "dlib": Ceiling(single=0.074, averaged=0.065),
}
"""Where one comparison of different people in a thousand matches, the loosest rate that DESIGN §13
starts with (it gives dlib's); sface's were measured the same way on the same photos (LFW; single
over 29 million comparisons, averaged over 46,581 of fold 1). Photos that flatter the engine, or a
mislabelled folder, get nobody past them; a migration and a reason in the code would."""


class TooLoose(ValueError):
    """A match limit is past its ceiling. The text is fit to be shown."""


@dataclass(frozen=True)
class Figure:
    """What the limit gives for people enrolled with so many photos; `people` were tried."""

    references: int
    limit: float
    people: int
    false_matches: Rate
    false_non_matches: Rate


@dataclass(frozen=True)
class Measured:
    """What a calibration was made from. `photos` of which `refused` could not be used (FTA)."""

    dataset: str
    dataset_sha256: str
    pairs: int
    photos: int
    refused: int
    seed: str

    @property
    def failure_to_acquire(self) -> Rate:
        return Rate(self.refused, self.photos)


@dataclass(frozen=True)
class Calibration:
    """Limits for one weight set and version of the engine's own way of aligning for it.

    `figures` are from the people whom the limits were not chosen with, `beside` what the limits in
    use at the time (`beside_version`) give for the same people. `notes` say where a limit is not
    what the photos alone would have given.
    """

    weights_name: str
    weights_version: str
    match_at_single: float
    match_at_averaged: float
    review_to: float
    target_fmr: float
    measured: Measured
    figures: tuple[Figure, ...]
    beside: tuple[Figure, ...]
    beside_version: str
    notes: tuple[str, ...]
    made_at: datetime
    made_by: str

    def thresholds(self, version: str, calibration: str) -> Thresholds:
        """What the decision reads. Raises TooLoose, or ValueError for limits out of order."""
        limits = self.match_at_single, self.match_at_averaged, self.review_to
        held = Thresholds(self.weights_name, *limits, version, calibration)
        refuse_loose(held)
        return held


def refuse_loose(limits: Thresholds) -> None:
    """Raises TooLoose past the ceiling; no weight set without a ceiling is used at all."""
    ceiling = CEILINGS.get(limits.weights_name)
    if ceiling is None:
        raise TooLoose(f"There is no ceiling for the weight set {limits.weights_name}.")
    for words, limit, most in (
        ("one reference photo", limits.match_at_single, ceiling.single),
        ("several averaged", limits.match_at_averaged, ceiling.averaged),
    ):
        if limit > most:
            raise TooLoose(
                f"The match limit for {words} is {limit:.4f}; the loosest allowed is {most:.3f}."
            )


@dataclass(frozen=True)
class Limits:
    single: float
    averaged: float
    review_to: float
    notes: tuple[str, ...]


def choose(weights_name: str, people: People, target_fmr: float, seed: str) -> Limits:
    """The loosest limits at which these people show no more false matches than `target_fmr`.

    Where there are too few comparisons to show such a rate, no limit gets looser than the shipped
    one. Raises ValueError when there is nothing to compare, or the target is no sensible rate.
    """
    if not 0 < target_fmr <= HIGHEST_FMR:
        raise ValueError(f"The target is above 0 and at most {HIGHEST_FMR}.")
    shipped, ceiling = STARTING_THRESHOLDS[weights_name], CEILINGS[weights_name]
    one, three = (try_all(people, references, seed) for references in (1, 3))
    if not len(one.other) or not len(one.same):
        raise ValueError("There must be photos of different people, and several of some.")
    notes: list[str] = []
    single = _match_at(one, target_fmr, (shipped.match_at_single, ceiling.single), notes)
    averaged = _match_at(three, target_fmr, (shipped.match_at_averaged, ceiling.averaged), notes)
    averaged = min(averaged, single)
    return Limits(single, averaged, _review_to(one, single, shipped.review_to, notes), tuple(notes))


def _match_at(
    trials: Trials, target_fmr: float, bounds: tuple[float, float], notes: list[str]
) -> float:
    """`bounds`: the shipped limit and the ceiling."""
    shipped, ceiling = bounds
    words = "one reference photo" if trials.references == 1 else "several averaged"
    allowed = floor(target_fmr * len(trials.other))
    if not len(trials.other):
        notes.append(f"{words}: no comparison, the shipped limit stays")
        return shipped
    limit = _just_below(float(trials.other[allowed]))
    if target_fmr * len(trials.other) < FEWEST_FALSE_MATCHES and limit > shipped:
        needed = ceil(FEWEST_FALSE_MATCHES / target_fmr)
        notes.append(
            f"{words}: {len(trials.other):,} comparisons of different people, {needed:,} are"
            " needed to loosen the shipped limit"
        )
        limit = shipped
    if limit > ceiling:
        notes.append(f"{words}: {limit:.4f} would have given the target; held at the ceiling")
        limit = ceiling
    return limit


def _review_to(trials: Trials, single: float, shipped: float, notes: list[str]) -> float:
    if len(trials.same) < FEWEST_OF_ONE_PERSON:
        notes.append(
            f"review limit: {len(trials.same)} comparisons of one person,"
            f" {FEWEST_OF_ONE_PERSON} are needed; the shipped limit stays"
        )
        return max(single, shipped)
    nearly_all = trials.same[-1 - floor(REVIEW_FNMR * len(trials.same))]
    unclear = trials.other[floor(REVIEW_FMR * len(trials.other))]
    return max(single, ceil(float(min(nearly_all, unclear)) * 10_000) / 10_000)


def _just_below(distance: float) -> float:
    """Four decimals, below the distance."""
    return max(1, ceil(distance * 10_000) - 1) / 10_000


def report(people: People, limits: Limits, seed: str) -> tuple[Figure, ...]:
    """What the limits give for these people, by number of enrolment photos."""
    return tuple(
        figure_of(try_all(people, references, seed), limits.single, limits.averaged)
        for references in REFERENCES
    )


def figure_of(trials: Trials, single: float, averaged: float) -> Figure:
    """One reference photo is held to `single`, more to `averaged` (`Thresholds.match_at`)."""
    limit = single if trials.references == 1 else averaged
    return Figure(
        trials.references,
        limit,
        trials.people,
        trials.false_matches(limit),
        trials.false_non_matches(limit),
    )


def halves(people: People, seed: str) -> tuple[People, People]:
    """To choose with, and to report on."""
    return split(people, f"halves {seed}")


def as_facts(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Figures as JSON: each rate with its share and interval, for whoever reads the row."""
    return [
        {
            "references": one.references,
            "limit": one.limit,
            "people": one.people,
            "fmr": _rate_facts(one.false_matches),
            "fnmr": _rate_facts(one.false_non_matches),
        }
        for one in figures
    ]


def _rate_facts(rate: Rate) -> dict[str, float | int | None]:
    low, high = rate.interval
    return {"wrong": rate.wrong, "of": rate.of, "share": rate.share, "low": low, "high": high}


def from_facts(facts: Sequence[Mapping[str, Any]]) -> tuple[Figure, ...]:
    """The figures again."""
    return tuple(
        Figure(
            one["references"],
            one["limit"],
            one["people"],
            Rate(one["fmr"]["wrong"], one["fmr"]["of"]),
            Rate(one["fnmr"]["wrong"], one["fnmr"]["of"]),
        )
        for one in facts
    )
