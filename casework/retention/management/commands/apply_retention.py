"""`manage.py apply_retention`: delete what is due, with certificates."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from casework.common import clock
from casework.retention.apply import apply_retention


class Command(BaseCommand):
    help = "Delete what the retention rules say is due; --dry-run only counts it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = apply_retention(clock.now(), dry_run=options["dry_run"])
        if options["json"]:
            facts = {"dry_run": options["dry_run"], "rules": [asdict(one) for one in outcomes]}
            self.stdout.write(json.dumps(facts, indent=2))
            return
        for one in outcomes:
            self.stdout.write(
                f"{one.rule:<24} after {one.days:>5} days: {one.due} due, {one.held} held,"
                f" {one.deleted} deleted with {one.files} files"
            )
