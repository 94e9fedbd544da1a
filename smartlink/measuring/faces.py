"""The face engine on a folder of labelled pairs."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from checkins.verification import calibration
from checkins.verification.calibration import Calibration, Measured
from checkins.verification.codes import Reason, Result
from checkins.verification.decision import STARTING_THRESHOLDS, Embedding, Thresholds, distance
from checkins.verification.engine import Analysis, Engine, EngineFailed
from checkins.verification.evaluation import Compared, evaluate
from checkins.verification.trials import People, try_all
from smartlink.measuring.labelled import NotLabelled, Pair, person_of, photo_bytes

GRID_STEPS = 20
SEED = "1"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Looked:
    """Every photo of a folder, looked at once. `sha256` stands for the pairs and all photos.

    `missing`: names of photos that were not there, whose pairs were left out.
    """

    seen: Mapping[str, Analysis]
    ms_per_photo: float
    sha256: str
    missing: tuple[str, ...] = ()

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


def look_at(
    engine: Engine, files: Mapping[str, Path], pairs: Sequence[Pair], progress: Progress
) -> Looked:
    """The photos that the pairs name, by `files`. One that the engine fails on is a result too."""
    seen: dict[str, Analysis] = {}
    took = []
    content = sha256("\n".join(f"{int(same)},{a},{b}" for same, a, b in pairs).encode())
    for number, (name, file) in enumerate(sorted(files.items()), 1):
        data = photo_bytes(file)
        content.update(sha256(data).digest())
        start = time.perf_counter()
        seen[name] = _analysed(engine, data)
        took.append((time.perf_counter() - start) * 1000)
        progress(number, len(files))
    return Looked(seen, round(statistics.median(took), 1), content.hexdigest())


def _analysed(engine: Engine, data: bytes) -> Analysis:
    try:
        return engine.analyse(data)
    except EngineFailed:
        return Analysis(Result.ERROR, (Reason.ENGINE_FAILED,))


def evaluate_engine(looked: Looked, pairs: Sequence[Pair], weights_name: str) -> dict[str, Any]:
    """The figures of DESIGN §14 for one weight set. Raises ValueError, see `evaluate`."""
    outcome = evaluate(
        [Compared(same, _between(looked.seen[a], looked.seen[b])) for same, a, b in pairs],
        thresholds_of(weights_name),
    )
    return {
        "weights": weights_name,
        "photos": len(looked.seen),
        "unusable_photos": looked.unusable,
        "missing_photos": len(looked.missing),
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
