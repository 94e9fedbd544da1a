"""Two supervisors hand the same person over at one moment: one wins, the other is told."""

from datetime import timedelta

import pytest

from casework.common import clock
from casework.participants.models import Assignment
from casework.transfers.models import HandOver, Transfer
from casework.transfers.services import MovedMeanwhile, transfer, undo
from tests import people
from tests.checkins.test_races import at_once
from tests.transfers.conftest import Desk, officer_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_wins_and_the_other_is_told() -> None:
    desk, now = Desk(), clock.now() + timedelta(minutes=1)
    cleo = people.officer(desk.office)
    first = desk.wanted(desk.alice, desk.bea)
    second = desk.wanted(desk.bea, to=cleo)
    results = at_once(
        lambda: transfer(first, by=desk.boss, now=now),
        lambda: transfer(second, by=desk.admin, now=now),
    )
    (won,) = [one for one in results if isinstance(one, Transfer)]
    assert sum(isinstance(one, MovedMeanwhile) for one in results) == 1
    assert officer_of(desk.bea) == won.officer
    assert HandOver.objects.filter(participant=desk.bea).count() == 1
    assert Assignment.objects.filter(participant=desk.bea).count() == 2


def test_taking_back_and_moving_on_do_not_both_happen() -> None:
    desk, now = Desk(), clock.now() + timedelta(minutes=1)
    made = transfer(desk.wanted(desk.alice), by=desk.boss, now=now)
    onward, later = desk.wanted(desk.alice, to=desk.ann), now + timedelta(minutes=1)
    results = at_once(
        lambda: undo(made, by=desk.boss, now=later),
        lambda: transfer(onward, by=desk.admin, now=later),
    )
    assert sum(isinstance(one, MovedMeanwhile) for one in results) == 1
    assert Assignment.objects.filter(participant=desk.alice, until_at=None).count() == 1
