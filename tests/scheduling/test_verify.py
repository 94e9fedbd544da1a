"""Yesterday's key explains every drawn check-in, and whatever was tampered with is found."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from casework.participants.models import Participant
from checkins import sweeps
from checkins.models import CheckIn, DrawKey
from checkins.plans import PlanTerms, set_plan
from checkins.scheduling.verify import verify_day
from tests import people
from tests.scheduling.days import DAY, HOUR, ticks, under_supervision, utc

pytestmark = pytest.mark.django_db

START = utc(2026, 3, 5, 6)
DAYS = [date(2026, 3, 5) + timedelta(days=n) for n in range(7)]
AFTER = START + 8 * DAY


def live(start: datetime, end: datetime) -> None:
    """Run the sweeps; everything asked is answered at once."""
    for now in ticks(start, end, 12 * HOUR):
        sweeps.turn_keys(now)
        sweeps.draw_ahead(now)
        soon = CheckIn.objects.filter(state="planned", planned_for__lt=min(now + 12 * HOUR, end))
        for at in sorted(set(soon.values_list("planned_for", flat=True))):
            sweeps.issue_due(at)
            CheckIn.objects.filter(state="open").update(state="lapsed", decided_at=now)


@pytest.fixture
def a_week() -> None:
    """A week with a clock change, a move west, a changed plan and an officer's extra request."""
    officer = people.officer(people.office())
    persons = [
        under_supervision(officer, at=START, rate_per_week=rate, timezone=zone)
        for rate in (2, 7, 21)
        for zone in ("America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago")
    ]
    live(START, START + 2 * DAY)
    moved = Participant.objects.filter(pk__in=[p.pk for p in persons[6:]])
    moved.update(timezone="America/Los_Angeles")
    set_plan(persons[3], PlanTerms(rate_per_week=14), by=officer, now=START + 2 * DAY)
    live(START + 2 * DAY, START + 3 * DAY + HOUR)
    set_plan(persons[6], PlanTerms(rate_per_week=20), by=officer, now=START + 3 * DAY + 15 * HOUR)
    people.open_check_in(persons[0], officer, now=START + 4 * DAY)
    CheckIn.objects.filter(state="open").update(state="lapsed", decided_at=START)
    live(START + 3 * DAY + 15 * HOUR, START + 7 * DAY)


@pytest.mark.usefixtures("a_week")
def test_every_day_of_an_eventful_week_is_explained() -> None:
    verdicts = [verify_day(day, AFTER) for day in DAYS]
    for verdict in verdicts:
        assert verdict.holds, verdict
    assert {verdict.participants for verdict in verdicts[1:]} == {9}
    assert sum(verdict.issued for verdict in verdicts) > 40
    assert sum(verdict.draws for verdict in verdicts) == (
        CheckIn.objects.filter(draw_sequence__isnull=False, draw_day__in=DAYS).count()
    )


def tampered(how: str) -> date:
    row = CheckIn.objects.filter(draw_sequence__isnull=False, issued_at__isnull=False)[0]
    rows = CheckIn.objects.filter(pk=row.pk)
    assert row.planned_for is not None
    assert row.draw_day is not None
    if how == "missing":
        rows.delete()
    elif how == "extra":
        rows.update(draw_sequence=(row.draw_sequence or 0) + 17)
    elif how == "altered":
        rows.update(planned_for=row.planned_for + timedelta(minutes=1))
    elif how == "early":
        rows.update(issued_at=row.planned_for - timedelta(minutes=1))
    elif how == "unexplained":
        row.events.all().delete()
        rows.update(state="cancelled", issued_at=None, deadline_at=None)
    return row.draw_day


@pytest.mark.usefixtures("a_week")
@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("missing", "missing"),
        ("extra", "extra"),
        ("altered", "altered"),
        ("early", "altered"),
        ("unexplained", "unexplained"),
    ],
)
def test_tampering_is_found(how: str, found: str) -> None:
    verdict = verify_day(tampered(how), AFTER)
    assert not verdict.holds
    assert getattr(verdict, found)


@pytest.mark.usefixtures("a_week")
def test_one_singled_out_without_terms_is_found() -> None:
    person = people.participant(people.officer(people.office()))
    row = CheckIn.objects.filter(draw_sequence__isnull=False)[0]
    CheckIn.objects.filter(pk=row.pk).update(participant=person)
    verdict = verify_day(row.draw_day or DAYS[0], AFTER)
    assert (person.pk, row.draw_sequence) in verdict.extra


@pytest.mark.usefixtures("a_week")
def test_a_key_that_was_exchanged_is_found() -> None:
    other = DrawKey.objects.get(day=DAYS[3])
    DrawKey.objects.filter(day=DAYS[2]).update(revealed_key=other.revealed_key)
    assert not verify_day(DAYS[2], AFTER).holds
    output = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_draws", "--date", str(DAYS[2]), stdout=output)
    assert left.value.code == 1


@pytest.mark.usefixtures("a_week")
def test_the_command_prints_counts_and_no_time() -> None:
    output = StringIO()
    call_command("verify_draws", "--date", str(DAYS[3]), "--json", stdout=output)
    figures: dict[str, Any] = json.loads(output.getvalue())
    assert figures["holds"] is True
    assert figures["missing"] == figures["extra"] == figures["altered"] == 0
    assert figures["draws"] == figures["issued"] + figures["cancelled"] + figures["waiting"] > 0


def test_a_day_without_a_key_is_said_to_have_none() -> None:
    with pytest.raises(CommandError, match="no key"):
        call_command("verify_draws", "--date", "2020-01-01")
