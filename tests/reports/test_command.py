"""`make_report`: it agrees with the recount, gives the same bytes again, and is written down."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from casework.audit.models import Entry
from casework.staff.models import Office
from smartlink.demo import seeding
from smartlink.reports.figures import OUTCOMES
from tests.reports.worlds import recount

pytestmark = pytest.mark.django_db
PERIOD = (date(2026, 9, 1), date(2026, 11, 24))
WORDS = {"cancelled": "Withdrawn"}
TITLES = ["Requests", *(WORDS.get(one, one.replace("_", " ").capitalize()) for one in OUTCOMES)]
AS_OF = datetime(2026, 11, 24, 18, tzinfo=UTC)


def made(path: Path) -> bytes:
    words = ["--from", str(PERIOD[0]), "--to", str(PERIOD[1]), "--as-of", AS_OF.isoformat()]
    call_command(
        "make_report", "compliance", *words, "--format", "json", "--output", str(path), verbosity=0
    )
    return path.read_bytes()


def test_the_command_agrees_with_the_recount_and_with_itself_and_is_in_the_audit_trail(
    tmp_path: Path,
) -> None:
    seeding.seed(AS_OF.replace(hour=15))
    first = made(tmp_path / "first.json")
    assert made(tmp_path / "second.json") == first
    summary = next(one for one in json.loads(first)["tables"] if one["name"] == "summary")
    ours = {row[0]: row[1] for row in summary["rows"]}
    by_office = [recount(office, *PERIOD, AS_OF)[:-1] for office in Office.objects.all()]
    expected = [sum(counts) for counts in zip(*by_office, strict=True)]
    assert [ours[title] for title in TITLES] == expected
    assert expected[0] > 100
    entries = Entry.objects.filter(verb="asked for a report", actor_kind="system")
    assert [entry.facts["formats"] for entry in entries] == [["json"], ["json"]]
