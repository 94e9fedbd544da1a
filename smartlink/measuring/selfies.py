"""Verifying a selfie, beside the bare parts of the same work."""

import resource
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from checkins.verification.engine import load_engine
from smartlink.demo.seeding import portrait_variations

RATIO_BUDGET = 1.15
MEMORY_BUDGET_MB = 400


def verify() -> dict[str, Any]:
    """A selfie against bare decode + detector + network on the same photo; the process's memory."""
    from checkins.verification.stopwatch import measure  # noqa: PLC0415 - loads the face library

    with tempfile.TemporaryDirectory() as home:
        engine: Any = load_engine(Path(settings.FACE_WEIGHTS_DIR), Path(home))
        figures = measure(engine, portrait_variations()[-1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "weights": engine.weights_name,
        "milliseconds": figures,
        "ratio": figures["ratio"],
        "ratio_budget": RATIO_BUDGET,
        "memory_mb": round(peak),
        "memory_budget_mb": MEMORY_BUDGET_MB,
    }
