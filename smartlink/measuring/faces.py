"""The face engine on a folder of labelled pairs."""

import csv
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from checkins.verification.decision import STARTING_THRESHOLDS, distance
from checkins.verification.engine import Analysis, Engine
from checkins.verification.evaluation import Compared, evaluate

GRID_STEPS = 20
Progress = Callable[[int, int], None]


def read_pairs(path: Path) -> list[tuple[bool, str, str]]:
    """Rows `same,a,b` with a header; `same` is 1 or 0, `a` and `b` are paths below the folder."""
    with path.open(newline="") as file:
        return [(row["same"].strip() == "1", row["a"], row["b"]) for row in csv.DictReader(file)]


def evaluate_engine(
    engine: Engine, images: Path, pairs: list[tuple[bool, str, str]], progress: Progress
) -> dict[str, Any]:
    """The figures of DESIGN §14 for one weight set; each photo is looked at once."""
    names = sorted({name for _same, a, b in pairs for name in (a, b)})
    seen: dict[str, Analysis] = {}
    took = []
    for number, name in enumerate(names, 1):
        data = (images / name).read_bytes()
        start = time.perf_counter()
        seen[name] = engine.analyse(data)
        took.append((time.perf_counter() - start) * 1000)
        progress(number, len(names))
    outcome = evaluate(
        [Compared(same, _between(seen[a], seen[b])) for same, a, b in pairs],
        thresholds_of(engine.weights_name),
    )
    unusable = Counter(analysis.result.value for analysis in seen.values() if analysis.result)
    return {
        "weights": engine.weights_name,
        "photos": len(names),
        "unusable_photos": dict(unusable),
        "ms_per_photo": round(statistics.median(took), 1),
        **asdict(outcome),
    }


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
