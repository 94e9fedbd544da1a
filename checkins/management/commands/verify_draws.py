"""`manage.py verify_draws --date D`: does the day's key explain every drawn check-in?"""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.common import clock
from casework.participants.models import Participant
from checkins.models import DrawKey
from checkins.scheduling.verify import Name, Verdict, verify_day

_LISTS = ("missing", "extra", "altered", "unexplained")


class Command(BaseCommand):
    help = "Recompute a day's draws from its key and compare; exits 1 if anything differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=date.fromisoformat, required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            verdict = verify_day(options["date"], clock.now())
        except DrawKey.DoesNotExist as error:
            raise CommandError(f"There is no key for {options['date']}.") from error
        figures = as_figures(verdict)
        self.stdout.write(json.dumps(figures) if options["json"] else as_text(figures))
        if not verdict.holds:
            raise SystemExit(1)


def as_figures(verdict: Verdict) -> dict[str, Any]:
    """Counts, and the public ids and sequence numbers of whatever is wrong; no times."""
    figures: dict[str, Any] = {
        "date": verdict.day.isoformat(),
        "holds": verdict.holds,
        "commitment_holds": verdict.commitment_holds,
    }
    for name in ("participants", "draws", "issued", "cancelled", "waiting"):
        figures[name] = getattr(verdict, name)
    for name in _LISTS:
        figures[name] = len(getattr(verdict, name))
    wrong = [pair for name in _LISTS for pair in getattr(verdict, name)]
    ids = dict(
        Participant.objects.filter(pk__in={person for person, _number in wrong}).values_list(
            "pk", "public_id"
        )
    )
    figures["wrong"] = {name: _named(getattr(verdict, name), ids) for name in _LISTS}
    return figures


def _named(pairs: list[Name], ids: dict[int, Any]) -> list[str]:
    return [f"{ids[person]}:{sequence}" for person, sequence in sorted(pairs)]


def as_text(figures: dict[str, Any]) -> str:
    lines = [f"{k.replace('_', ' '):<18} {v}" for k, v in figures.items() if k != "wrong"]
    lines += [f"  {kind}: {name}" for kind, names in figures["wrong"].items() for name in names]
    return "\n".join(lines)
