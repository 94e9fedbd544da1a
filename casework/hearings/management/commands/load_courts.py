"""`manage.py load_courts`: bring EOIR's immigration courts into the database."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from casework.hearings.courts import listed, load_courts


class Command(BaseCommand):
    help = "Load the list of immigration courts that ships with the program. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_courts()
        known = listed()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(loaded) | {"as_of": known["as_of"]}))
            return
        self.stdout.write(
            f"{loaded.added} courts added, {loaded.updated} brought up to date, {loaded.same} as "
            f"they were, {loaded.own} left as somebody here has written them."
        )
        self.stdout.write(f"As of {known['as_of']}. {known['source']}")
