"""`manage.py bench NAME`: the figures of DESIGN §15, each beside its baseline in the same run."""

import json
import resource
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkins.verification.engine import load_engine
from smartlink.demo.seeding import portrait_variations
from smartlink.measuring.draws_ahead import draws

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


BENCHES = {"verify": verify, "draws": draws}


class Command(BaseCommand):
    help = "Measure the budgets on this machine: " + ", ".join(BENCHES)
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="all of them when none is named")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["names"] or list(BENCHES)
        unknown = [name for name in names if name not in BENCHES]
        if unknown:
            raise CommandError(f"There is no bench {unknown[0]}; there are: {', '.join(BENCHES)}.")
        results = {name: BENCHES[name]() for name in names}
        if options["json"]:
            self.stdout.write(json.dumps(results))
            return
        for name, figures in results.items():
            self.stdout.write(name)
            for what, value in figures.items():
                self._line(what, value)

    def _line(self, what: str, value: Any) -> None:
        if isinstance(value, dict):
            for inner, number in value.items():
                self.stdout.write(f"  {inner:<20} {number:>10}")
        else:
            self.stdout.write(f"  {what:<20} {value!s:>10}")
