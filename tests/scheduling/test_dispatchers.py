"""Many dispatchers at once, and one killed in the middle: each check-in is issued once."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection, connections, transaction

from casework.notices.models import Notice
from checkins import lifecycle, sweeps
from checkins.lifecycle.issuing import claim_due
from checkins.models import CheckIn, CheckInEvent, DrawKey, DrawTerms
from checkins.scheduling.issue import issue_due
from tests import people
from tests.scheduling.days import under_supervision, utc

pytestmark = pytest.mark.django_db(transaction=True)

NOON = utc(2026, 6, 10, 17)
DUE = utc(2026, 6, 11, 19)


@pytest.fixture
def many_due() -> int:
    """Thirty people with one check-in each, due at one instant."""
    officer = people.officer(people.office())
    for _ in range(30):
        under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    first = CheckIn.objects.order_by("participant_id", "planned_for").distinct("participant_id")
    keep = list(first.values_list("pk", flat=True))
    CheckIn.objects.exclude(pk__in=keep).delete()
    CheckIn.objects.update(planned_for=DUE)
    return len(keep)


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            gate.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def opened() -> int:
    return CheckInEvent.objects.filter(from_state="planned", to_state="open").count()


def test_dispatchers_at_once_issue_each_check_in_once(many_due: int) -> None:
    results = at_once([lambda: issue_due(DUE).issued] * 4)
    assert sum(int(str(count)) for count in results) == many_due
    assert opened() == many_due
    assert CheckIn.objects.filter(state="open", issued_at=DUE).count() == many_due
    noticed = Notice.objects.filter(kind="check_in_issued").values_list("subject_id", flat=True)
    issued = CheckIn.objects.filter(state="open").values_list("public_id", flat=True)
    assert sorted(noticed) == sorted(issued)


def test_a_second_dispatcher_takes_what_the_first_has_not_locked(many_due: int) -> None:
    def second() -> object:
        return len(claim_due(DUE))

    with transaction.atomic():
        assert len(claim_due(DUE, limit=10)) == 10
        assert at_once([second]) == [many_due - 10]


def test_an_officer_asking_at_the_same_instant_makes_one_open_check_in(many_due: int) -> None:
    row = CheckIn.objects.order_by("pk")[0]
    boss = people.supervisor(row.participant.office)
    asked = Event()

    def ask() -> object:
        with transaction.atomic():
            made = lifecycle.request_check_in(row.participant, by=boss, reason="moved", now=DUE)
            asked.set()
            time.sleep(0.5)  # the dispatcher now waits for us on the person's one open check-in
        return made

    def dispatch() -> object:
        asked.wait()
        return issue_due(DUE).issued

    made, issued = at_once([ask, dispatch])
    assert issued == many_due - 1
    row.refresh_from_db()
    assert row.state == "planned"
    assert CheckIn.objects.get(participant=row.participant, state="open") == made


def test_two_sweeps_drawing_at_once_draw_everything_once() -> None:
    officer = people.officer(people.office())
    for _ in range(20):
        under_supervision(officer, at=NOON, rate_per_week=21)
    at_once([lambda: sweeps.draw_ahead(NOON)] * 3)
    sweeps.draw_ahead(NOON)
    assert DrawTerms.objects.count() == 20
    named = CheckIn.objects.values_list("participant_id", "draw_day", "draw_sequence")
    assert len(set(named)) == len(named) > 20
    assert CheckInEvent.objects.filter(to_state="planned").count() == len(named)


def test_two_sweeps_making_keys_at_once_commit_to_one_key_a_day() -> None:
    at_once([lambda: sweeps.turn_keys(NOON)] * 4)
    assert DrawKey.objects.count() == 8


def test_a_dispatcher_killed_in_the_middle_leaves_nothing_half(many_due: int) -> None:
    connections.close_all()
    child = os.fork()
    if not child:  # another process with a connection of its own; it never comes back
        with transaction.atomic():
            rows = claim_due(DUE)
            lifecycle.issue([row.pk for row in rows], now=DUE)
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert (opened(), Notice.objects.count()) == (0, 0)
    assert issue_due(DUE + timedelta(seconds=5)).issued == many_due
    assert (opened(), Notice.objects.count()) == (many_due, many_due)
