"""The face engine on a folder of labelled pairs."""

import csv
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from checkins.verification import calibration
from checkins.verification.calibration import Calibration, Measured
from checkins.verification.decision import STARTING_THRESHOLDS, Embedding, Thresholds, distance
from checkins.verification.engine import Analysis, Engine
from checkins.verification.evaluation import Compared, evaluate
from checkins.verification.trials import People, try_all

GRID_STEPS = 20
SEED = "1"
Progress = Callable[[int, int], None]
Pair = tuple[bool, str, str]


class NotLabelled(ValueError):
    """The pairs do not say who is who. The text is fit to be shown."""


def read_pairs(path: Path) -> list[Pair]:
    """Rows `same,a,b` with a header; `same` is 1 or 0, `a` and `b` are paths below the folder."""
    with path.open(newline="") as file:
        return [(row["same"].strip() == "1", row["a"], row["b"]) for row in csv.DictReader(file)]


def names_in(pairs: Iterable[Pair]) -> list[str]:
    return sorted({name for _same, a, b in pairs for name in (a, b)})


@dataclass(frozen=True)
class Looked:
    """Every photo of a folder, looked at once. `sha256` stands for the pairs and all photos."""

    seen: Mapping[str, Analysis]
    ms_per_photo: float
    sha256: str

    @property
    def unusable(self) -> dict[str, int]:
        return dict(Counter(one.result.value for one in self.seen.values() if one.result))

    def people(self, person_of: Mapping[str, str]) -> People:
        """The usable photos by person."""
        people: dict[str, dict[str, Embedding]] = {}
        for name, analysis in self.seen.items():
            if analysis.embedding is not None:
                people.setdefault(person_of[name], {})[name] = analysis.embedding
        return people


def look_at(engine: Engine, images: Path, pairs: Sequence[Pair], progress: Progress) -> Looked:
    """The photos that the pairs name."""
    names = names_in(pairs)
    seen: dict[str, Analysis] = {}
    took = []
    content = sha256("\n".join(f"{int(same)},{a},{b}" for same, a, b in pairs).encode())
    for number, name in enumerate(names, 1):
        data = (images / name).read_bytes()
        content.update(sha256(data).digest())
        start = time.perf_counter()
        seen[name] = engine.analyse(data)
        took.append((time.perf_counter() - start) * 1000)
        progress(number, len(names))
    return Looked(seen, round(statistics.median(took), 1), content.hexdigest())


def person_of(pairs: Sequence[Pair]) -> dict[str, str]:
    """Who is on each photo: its folder, which must agree with every pair.

    Raises NotLabelled: two people in one folder, or one person in two, would be counted as errors
    of the engine.
    """
    folders = {name: str(PurePosixPath(name).parent) for name in names_in(pairs)}
    for same, a, b in pairs:
        if same != (folders[a] == folders[b]):
            raise NotLabelled(
                "Each person's photos must lie in a folder of their own: the pair"
                f" {a}, {b} says otherwise."
            )
    return folders


def evaluate_engine(looked: Looked, pairs: Sequence[Pair], weights_name: str) -> dict[str, Any]:
    """The figures of DESIGN §14 for one weight set."""
    outcome = evaluate(
        [Compared(same, _between(looked.seen[a], looked.seen[b])) for same, a, b in pairs],
        thresholds_of(weights_name),
    )
    return {
        "weights": weights_name,
        "photos": len(looked.seen),
        "unusable_photos": looked.unusable,
        "ms_per_photo": looked.ms_per_photo,
        **asdict(outcome),
    }


def by_references(
    looked: Looked, pairs: Sequence[Pair], limits: Thresholds
) -> list[dict[str, Any]]:
    """What these limits give with one, two and three enrolment photos; none without folders."""
    try:
        people = looked.people(person_of(pairs))
    except NotLabelled:
        return []
    figures = [
        calibration.figure_of(
            try_all(people, references, SEED), limits.match_at_single, limits.match_at_averaged
        )
        for references in calibration.REFERENCES
    ]
    return calibration.as_facts(figures)


@dataclass(frozen=True)
class Ask:
    """What to calibrate with, beside which limits. `dataset` is a name for people, never a path."""

    dataset: str
    target_fmr: float
    in_use: Thresholds
    seed: str = SEED


def calibrate_engine(
    engine: Engine, looked: Looked, pairs: Sequence[Pair], ask: Ask, now: datetime
) -> Calibration:
    """Limits chosen on half of the people and what they give for the other half.

    Raises NotLabelled, or ValueError when the photos are too few to choose at all.
    """
    people = looked.people(person_of(pairs))
    to_choose, to_report = calibration.halves(people, ask.seed)
    limits = calibration.choose(engine.weights_name, to_choose, ask.target_fmr, ask.seed)
    refused = sum(looked.unusable.values())
    source = Measured(ask.dataset, looked.sha256, len(pairs), len(looked.seen), refused, ask.seed)
    return Calibration(
        weights_name=engine.weights_name,
        weights_version=engine.weights_version,
        match_at_single=limits.single,
        match_at_averaged=limits.averaged,
        review_to=limits.review_to,
        target_fmr=ask.target_fmr,
        measured=source,
        figures=calibration.report(to_report, limits, ask.seed),
        beside=calibration.report(to_report, _as_chosen(ask.in_use), ask.seed),
        beside_version=ask.in_use.version,
        notes=limits.notes,
        made_at=now,
        made_by="",
    )


def _as_chosen(limits: Thresholds) -> calibration.Limits:
    return calibration.Limits(
        limits.match_at_single, limits.match_at_averaged, limits.review_to, ()
    )


def _between(one: Analysis, other: Analysis) -> float | None:
    if one.embedding is None or other.embedding is None:
        return None
    return float(distance(one.embedding, other.embedding))


def thresholds_of(weights_name: str) -> list[float]:
    """An even grid up to 1.5 × the review limit, and the limits themselves."""
    limits = STARTING_THRESHOLDS[weights_name]
    grid = [round(limits.review_to * 1.5 * n / GRID_STEPS, 4) for n in range(1, GRID_STEPS + 1)]
    named = [limits.match_at_single, limits.match_at_averaged, limits.review_to]
    return sorted({*grid, *named})
