"""Two at once, with two real connections: one wins, the other loses cleanly."""

from datetime import timedelta

import pytest

from casework.common.errors import WrongState
from casework.findings import services
from casework.findings.models import Finding
from tests import people
from tests.checkins.test_races import at_once
from tests.findings.conftest import ANSWER, Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_deciding_at_once_make_one_decision(cast: Cast) -> None:
    finding = cast.answered()
    other = people.supervisor(cast.alice.office)
    later = cast.now + timedelta(days=2)

    def by(user: object, *, uphold: bool) -> object:
        mine = Finding.objects.get(pk=finding.pk)
        return services.decide(mine, uphold=uphold, reason="Seen.", by=user, now=later)  # type: ignore[arg-type]

    results = at_once(
        lambda: by(cast.boss, uphold=True),
        lambda: by(other, uphold=True),
    )
    assert sorted(isinstance(one, WrongState) for one in results) == [False, True]
    finding.refresh_from_db()
    assert finding.state == "upheld"
    assert finding.events.filter(act="upheld").count() == 1


def test_two_proposing_at_once_make_one_finding(cast: Cast) -> None:
    check_in = cast.missed()
    results = at_once(lambda: cast.propose(check_in), lambda: cast.propose(check_in, by=cast.boss))
    assert sum(isinstance(one, WrongState) for one in results) == 1
    assert Finding.objects.count() == 1


def test_an_answer_and_a_withdrawal_at_once_leave_one_truth(cast: Cast) -> None:
    finding = cast.told()
    results = at_once(
        lambda: services.answer(
            Finding.objects.get(pk=finding.pk), ANSWER, by=cast.alice, now=cast.now
        ),
        lambda: services.withdraw(
            Finding.objects.get(pk=finding.pk), reason="No.", by=cast.officer, now=cast.now
        ),
    )
    finding.refresh_from_db()
    assert finding.state == "withdrawn"
    assert sum(isinstance(one, WrongState) for one in results) <= 1
