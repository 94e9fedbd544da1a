"""Clock changes of several zones, a leap day, a move west and long silences: through the real
sweeps, on a clock that is moved."""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from casework.common import clock
from casework.participants.models import Participant
from checkins import sweeps
from checkins.models import CheckIn, DrawTerms
from tests import people
from tests.scheduling.days import DAY, HOUR, known_keys, ticks, under_supervision, utc

pytestmark = pytest.mark.django_db

# New York and Los Angeles change at 02:00, Santiago at midnight (a date begins at 01:00), Lord
# Howe by half an hour, Casablanca for Ramadan, Kathmandu never and sits at :45.
ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Santiago", "Australia/Lord_Howe",
    "Africa/Casablanca", "Asia/Kathmandu",
)  # fmt: skip
CHANGES = {
    "Ramadan in Casablanca": utc(2026, 2, 13, 6),
    "spring in the north": utc(2026, 3, 6, 6),
    "autumn in the south": utc(2026, 4, 3, 6),
    "spring in Santiago": utc(2026, 9, 4, 6),
    "spring on Lord Howe": utc(2026, 10, 2, 6),
    "autumn in the north": utc(2026, 10, 30, 6),
    "29 February": utc(2028, 2, 26, 6),
}
NIGHT_SHIFT = {"kind": "work", "days": [4, 5, 6, 0], "from": "22:30", "until": "05:15"}


def live(start: datetime, end: datetime, step: timedelta = 6 * HOUR) -> None:
    """Every sweep as beat would run it, each request issued on its second and answered at once."""
    for now in ticks(start, end, step):
        _sweep(now)
        soon = CheckIn.objects.filter(state="planned", planned_for__lt=min(now + step, end))
        for at in sorted(set(soon.values_list("planned_for", flat=True))):
            with clock.shifted(at - clock.now()):
                sweeps.issue_due(at)
            CheckIn.objects.filter(state="open").update(state="lapsed", decided_at=now)


def _sweep(now: datetime) -> None:
    with clock.shifted(now - clock.now()):
        for sweep in sweeps.SWEEPS.values():
            sweep(now)


def issued(person: Participant) -> list[datetime]:
    rows = CheckIn.objects.filter(participant=person, issued_at__isnull=False)
    return sorted(at for at in rows.values_list("issued_at", flat=True) if at is not None)


def verified(day: date, now: datetime) -> bool:
    said = StringIO()
    with clock.shifted(now - clock.now()):
        call_command("verify_draws", f"--date={day}", "--json", stdout=said)
    return bool(json.loads(said.getvalue())["holds"])


@pytest.mark.parametrize("start", CHANGES.values(), ids=CHANGES)
def test_local_hours_gap_and_proof_hold_over_a_change_of_clocks(start: datetime) -> None:
    """Of people asked by day, and of people asked at any hour but their night shift's."""
    officer = people.officer(people.office())
    by_day = [under_supervision(officer, at=start, timezone=z, rate_per_week=21) for z in ZONES[:3]]
    any_hour = {"day_hours": {str(day): ["00:00", "24:00"] for day in range(7)}}
    by_night = [
        under_supervision(
            officer, at=start, timezone=z, rate_per_week=21, exclusions=[NIGHT_SHIFT], **any_hour
        )
        for z in ZONES[2:]
    ]
    live(start, start + 5 * DAY)
    seen: dict[str, int] = defaultdict(int)
    for person, in_hours in [*((p, _by_day) for p in by_day), *((p, _off_shift) for p in by_night)]:
        gap = timedelta(seconds=DrawTerms.objects.get(participant=person).gap_seconds)
        times = issued(person)
        assert gap >= timedelta(minutes=30)
        assert all(later - earlier >= gap for earlier, later in pairwise(times))
        local = [at.astimezone(ZoneInfo(str(person.timezone))) for at in times]
        assert all(in_hours(at) for at in local)
        seen[str(person.timezone)] += len(times)
    assert set(seen) == set(ZONES)
    assert sum(seen.values()) > 50  # 7 people, 4 whole days, three a day
    days = [(start + n * DAY).date() for n in range(5)]
    assert all(verified(day, start + 9 * DAY) for day in days)


def _by_day(local: datetime) -> bool:
    return 8 <= local.hour < 20


def _off_shift(local: datetime) -> bool:
    """Friday's to Monday's shifts, each until the next morning."""
    minute, day = local.hour * 60 + local.minute, local.weekday()
    evening = day in {4, 5, 6, 0} and minute >= 22 * 60 + 30
    morning = day in {5, 6, 0, 1} and minute < 5 * 60 + 15
    return not (evening or morning)


def test_the_leap_day_is_a_day_like_others() -> None:
    officer = people.officer(people.office())
    start = CHANGES["29 February"]
    persons = [under_supervision(officer, at=start, rate_per_week=21) for _ in range(4)]
    live(start, start + 5 * DAY)
    zone = ZoneInfo("America/New_York")
    dates = [at.astimezone(zone).date() for person in persons for at in issued(person)]
    counts = [dates.count(date(2028, 2, 27) + n * timedelta(days=1)) for n in range(4)]
    assert counts[2] > 4  # Tuesday the 29th
    assert sum(counts) > 24


def test_who_moves_from_new_york_to_los_angeles_is_asked_in_western_hours_at_once() -> None:
    """On the very weekend on which the clocks change, first in New York and then out west."""
    officer = people.officer(people.office())
    start = CHANGES["spring in the north"]
    person = under_supervision(officer, at=start, rate_per_week=21)
    live(start, start + 36 * HOUR)
    move = start + 36 * HOUR
    Participant.objects.filter(pk=person.pk).update(timezone="America/Los_Angeles")
    live(move, start + 6 * DAY)
    east, west = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
    times = issued(person)
    after = [at for at in times if at > move]
    assert len(after) > 6
    assert all(_by_day(at.astimezone(east)) for at in times if at <= move)
    assert all(_by_day(at.astimezone(west)) for at in after)
    gaps = DrawTerms.objects.filter(participant=person).values_list("gap_seconds", flat=True)
    least = timedelta(seconds=min(gaps))
    assert all(later - earlier >= least for earlier, later in pairwise(times))
    days = [(start + n * DAY).date() for n in range(6)]
    assert all(verified(day, start + 10 * DAY) for day in days)


def test_no_silence_is_longer_than_promised_over_a_change_of_clocks() -> None:
    """People asked once a week: spring in New York, autumn in Santiago and on Lord Howe.

    Sweeps come more often than a day is drawn ahead, so that nothing is given up as too late; the
    keys of all days are known before `make_keys` would make some at random.
    """
    officer = people.officer(people.office())
    start = utc(2026, 3, 1, 12)
    persons = [
        under_supervision(officer, at=start, timezone=zone, rate_per_week="1")
        for zone in ("America/New_York", "America/Santiago", "Australia/Lord_Howe")
    ]
    for weeks in range(6):
        known_keys(start + weeks * 7 * DAY, days=18)
        live(start + weeks * 7 * DAY, start + (weeks + 1) * 7 * DAY, 23 * HOUR)
    for person in persons:
        terms = DrawTerms.objects.get(participant=person)
        assert terms.silence_days is not None
        zone = ZoneInfo(terms.zone)
        days = [terms.quiet_since, *(at.astimezone(zone).date() for at in issued(person))]
        assert len(days) > 2
        assert max((b - a).days for a, b in pairwise(days)) < terms.silence_days
