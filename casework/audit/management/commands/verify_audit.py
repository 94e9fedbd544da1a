"""`manage.py verify_audit`: does the audit trail say what SmartLink wrote?"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.audit.verify import verify


class Command(BaseCommand):
    help = (
        "Check every line of the audit trail; exit code 1 when one was changed, removed or added."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--head",
            metavar="POSITION:DIGEST",
            help="a head that was written down earlier (an earlier run's, or from the logs)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(_noted(options["head"]))
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_facts(), indent=2))
        else:
            for problem in verdict.problems:
                place = "-" if problem.position is None else problem.position
                self.stdout.write(f"{problem.kind:<9} position {place}: {problem.says}")
            self.stdout.write(
                f"{verdict.sealed} lines sealed, {verdict.waiting} waiting;"
                f" head {verdict.head[0]}:{verdict.head[1]}"
            )
            self.stdout.write("The trail holds." if verdict.holds else "The trail DOES NOT hold.")
        if not verdict.holds:
            sys.exit(1)


def _noted(given: str | None) -> tuple[int, str] | None:
    if given is None:
        return None
    position, _colon, digest = given.partition(":")
    if not position.isdigit() or not digest:
        raise CommandError("A head is written as POSITION:DIGEST.")
    return int(position), digest
