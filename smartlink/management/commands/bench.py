"""`manage.py bench NAME`: the figures of DESIGN §15, each beside its baseline in the same run."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

# Imported when run: no bench pays for what another one loads.
BENCHES = {
    "draws": "smartlink.measuring.draws_ahead.draws",
    "issue": "smartlink.measuring.issuing.issue",
    "pages": "smartlink.measuring.pages.measure_pages",
    "portal": "smartlink.measuring.portal.measure_portal",
    "report": "smartlink.measuring.reports.measure_reports",
    "upload": "smartlink.measuring.uploads.upload",
    "verify": "smartlink.measuring.verifying.verify",
}
VERIFY = ("images", "photos", "processes", "rounds", "seconds", "weights_dir")
"""Options that only this one takes."""


class Command(BaseCommand):
    help = "Measure the budgets on this machine: " + ", ".join(BENCHES)
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="all of them when none is named")
        parser.add_argument("--json", action="store_true")
        only = parser.add_argument_group("verify")
        only.add_argument("--photos", type=int, help="to watch memory over, 5000 for the budget")
        only.add_argument("--images", type=Path, help="a folder of photos for that")
        only.add_argument("--weights-dir", type=Path, help="folder with the sface files")
        only.add_argument("--processes", type=int, help="of each side")
        only.add_argument("--rounds", type=int, help="of each side, in turns")
        only.add_argument("--seconds", type=float, help="of each round")

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["names"] or list(BENCHES)
        unknown = [name for name in names if name not in BENCHES]
        if unknown:
            raise CommandError(f"There is no bench {unknown[0]}; there are: {', '.join(BENCHES)}.")
        chosen = {"verify": {option: options[option] for option in VERIFY}}
        results = {name: import_string(BENCHES[name])(**chosen.get(name, {})) for name in names}
        if options["json"]:
            self.stdout.write(json.dumps(results))
            return
        for name, figures in results.items():
            self.stdout.write(name)
            for what, value in figures.items():
                self._line(what, value)

    def _line(self, what: str, value: Any, indent: str = "  ") -> None:
        if isinstance(value, dict):
            self.stdout.write(f"{indent}{what}")
            for inner, number in value.items():
                self._line(inner, number, indent + "  ")
        else:
            self.stdout.write(f"{indent}{what:<20} {value!s:>10}")
