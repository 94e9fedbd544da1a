"""`manage.py make_report`: a report from the command line, as from the page."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.audit.services import record
from casework.common import clock
from casework.common.actors import SYSTEM
from casework.common.errors import RuleError
from casework.staff.models import Office
from smartlink.reports import asking, making
from smartlink.reports.writers import WRITERS

_IDS = ("officer", "participant")
_WORDS = ("region", "language", "origin", "technology")


class Command(BaseCommand):
    help = "Write a report to a file. The same --as-of gives the same bytes again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(asking.KINDS))
        parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
        parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
        parser.add_argument("--format", dest="form", choices=list(WRITERS), required=True)
        parser.add_argument("--output", type=Path, required=True)
        parser.add_argument("--office", help="name or public id")
        parser.add_argument("--officer", type=UUID, help="public id")
        parser.add_argument("--participant", type=UUID, help="public id")
        parser.add_argument("--region", default="")
        parser.add_argument("--language", default="")
        parser.add_argument("--origin", default="", choices=["", *asking.ORIGINS])
        parser.add_argument("--technology", default="", choices=["", *asking.TECHNOLOGIES])
        parser.add_argument("--group", default="office", choices=list(asking.GROUPINGS))
        parser.add_argument("--as-of", type=_instant, help="an instant with its zone (ISO 8601)")

    def handle(self, *args: Any, **options: Any) -> None:
        wish = asking.Wish(
            options["kind"],
            options["first"],
            options["last"],
            group=options["group"],
            office=_office(options["office"]),
            **{name: options[name] for name in (*_IDS, *_WORDS)},
        )
        try:
            frozen = asking.freeze(wish, by=None, now=options["as_of"] or clock.now())
        except RuleError as error:
            raise CommandError(str(error)) from error
        if options["as_of"]:
            frozen["log_mark"] = 0
        content = making.content_of(frozen)
        with options["output"].open("wb") as file:
            making.write(content, options["form"], file)
        _write_down(frozen, options["form"])
        self.stdout.write(f"{options['output']} (as of {frozen['as_of']})")


def _write_down(frozen: Mapping[str, Any], form: str) -> None:
    """The export in the audit trail, like one of the page; whoever runs commands has no account."""
    record(
        "asked for a report",
        ("report", uuid4()),
        by=SYSTEM,
        now=clock.now(),
        participant=UUID(frozen["participant"]) if frozen["participant"] else None,
        facts=asking.facts_of(frozen) | {"formats": [form]},
    )


def _instant(typed: str) -> datetime:
    at = datetime.fromisoformat(typed)
    if at.tzinfo is None:
        raise ValueError("Say the zone, as in 2026-11-24T12:00:00+00:00.")
    return at


def _office(typed: str | None) -> UUID | None:
    if not typed:
        return None
    found = Office.objects.filter(name=typed).first()
    try:
        return found.public_id if found else UUID(typed)
    except ValueError as error:
        raise CommandError(f"There is no office {typed}.") from error
