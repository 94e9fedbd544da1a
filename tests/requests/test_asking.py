"""Asking for help or a call: told to the office, answered to the person, apart from check-ins."""

from datetime import datetime, timedelta

import pytest

from casework.common.errors import RuleError, TooOften, WrongState
from casework.notices.models import Notice
from casework.participants.models import Participant
from casework.requests import asking
from casework.requests.models import HelpRequest
from casework.requests.rules import MOST_A_DAY, HelpKind
from casework.staff.models import User

pytestmark = pytest.mark.django_db


def call_me(person: Participant, now: datetime, when: str = "evenings") -> HelpRequest:
    return asking.ask(person, asking.NewRequest(HelpKind.CALL, best_time=when), now=now)


def test_seen_and_answered_are_told_to_the_person(
    alice: Participant, officer: User, now: datetime
) -> None:
    wish = call_me(alice, now)
    asking.acknowledge(wish, by=officer, now=now)
    with pytest.raises(WrongState):
        asking.acknowledge(wish, by=officer, now=now)
    with pytest.raises(RuleError, match="what was done"):
        asking.close(wish, by=officer, note=" ", now=now)
    asking.close(wish, by=officer, note="We spoke.", now=now)
    told = Notice.objects.filter(kind="help_answered").values_list("variant", flat=True)
    assert sorted(told) == ["acknowledged", "closed"]
    with pytest.raises(WrongState):
        asking.withdraw(wish, now=now)


def test_a_double_tap_is_one_and_many_a_day_are_slowed_kindly(
    alice: Participant, now: datetime
) -> None:
    assert call_me(alice, now) == call_me(alice, now)
    for number in range(MOST_A_DAY - 1):
        call_me(alice, now, f"at {number}")
    with pytest.raises(TooOften, match="Your office has it"):
        call_me(alice, now, "once more")
    assert call_me(alice, now + timedelta(days=1), "tomorrow").is_waiting


def test_withdrawn_it_leaves_the_list(alice: Participant, officer: User, now: datetime) -> None:
    asking.withdraw(call_me(alice, now), now=now)
    assert not HelpRequest.objects.visible_to(officer).waiting().exists()
