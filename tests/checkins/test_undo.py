"""Taking an acceptance back: its own reviewer, within a minute, before anybody is told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from casework.audit.models import Entry
from casework.common.actors import SYSTEM
from casework.common.errors import WrongState
from casework.notices.models import Notice
from casework.staff.models import User
from checkins import lifecycle
from checkins.lifecycle.moves import move
from checkins.models import CheckIn
from checkins.notices.written import RESULT
from checkins.reviews.rules import UNDO_FOR
from checkins.states import State
from checkins.verification.codes import Result
from tests import people
from tests.checkins.test_races import NOON, at_once

pytestmark = pytest.mark.django_db
LAST = NOON + UNDO_FOR - timedelta(microseconds=1)


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


def in_review(officer: User) -> CheckIn:
    check_in = people.open_check_in(people.participant(officer), officer, now=NOON)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(check_in, new, now=NOON)
    lifecycle.record_verification(attempt, lifecycle.Finding(Result.NO_MATCH, ()), now=NOON)
    check_in.refresh_from_db()
    return check_in


def accepted(officer: User) -> CheckIn:
    check_in = in_review(officer)
    lifecycle.decide_review(check_in, accept=True, by=officer, reason="fine", now=NOON)
    return check_in


def told(check_in: CheckIn) -> list[tuple[str, object]]:
    rows = Notice.objects.filter(subject_id=check_in.public_id, kind=RESULT).order_by("pk")
    return list(rows.values_list("outcome", "due_at"))


def test_it_is_in_review_again_with_its_reviewer_and_written_down(officer: User) -> None:
    check_in = accepted(officer)
    opened = check_in.review.opened_at
    lifecycle.undo_acceptance(check_in, by=officer, now=LAST)
    check_in.refresh_from_db()
    review = check_in.review
    review.refresh_from_db()
    assert (check_in.state, check_in.decided_at) == ("in_review", None)
    assert (review.verdict, review.decided_by, review.claimed_by) == ("", None, officer)
    assert review.opened_at == opened
    event = check_in.events.latest("pk")
    assert (event.from_state, event.to_state) == ("accepted", "in_review")
    assert (event.actor_name, event.at) == (str(officer), LAST)
    assert Entry.objects.filter(verb="took back an acceptance").count() == 1


def test_nobody_is_told_before_the_minute_is_over_and_the_next_decision_is_told(
    officer: User,
) -> None:
    check_in = accepted(officer)
    assert told(check_in) == [("", NOON + UNDO_FOR)]
    lifecycle.undo_acceptance(check_in, by=officer, now=LAST)
    assert told(check_in) == [("cancelled", NOON + UNDO_FOR)]
    lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=LAST)
    assert told(check_in)[1:] == [("", LAST + UNDO_FOR)]


def test_after_a_minute_it_stands(officer: User) -> None:
    check_in = accepted(officer)
    with pytest.raises(WrongState, match="only for a minute"):
        lifecycle.undo_acceptance(check_in, by=officer, now=NOON + UNDO_FOR)
    assert CheckIn.objects.get(pk=check_in.pk).state == "accepted"


def test_neither_a_colleague_nor_for_what_a_machine_accepted(officer: User) -> None:
    check_in = accepted(officer)
    with pytest.raises(WrongState):
        lifecycle.undo_acceptance(check_in, by=people.administrator(), now=NOON)
    by_machine = people.open_check_in(people.participant(officer), officer, now=NOON)
    move(by_machine, State.VERIFYING, by=by_machine.participant.actor, now=NOON)
    move(by_machine, State.ACCEPTED, by=SYSTEM, now=NOON, decided_at=NOON)
    with pytest.raises(WrongState):
        lifecycle.undo_acceptance(by_machine, by=officer, now=NOON)


def test_a_proposal_that_was_overturned_stands_again(officer: User) -> None:
    check_in = in_review(officer)
    boss = people.supervisor(check_in.participant.office)
    lifecycle.propose_not_accepted(check_in, by=officer, reason="another man", now=NOON)
    lifecycle.decide_review(check_in, accept=True, by=boss, reason="", now=NOON)
    review = lifecycle.undo_acceptance(check_in, by=boss, now=LAST)
    assert (review.proposed_by, review.proposed_reason) == (officer, "another man")
    lifecycle.confirm_not_accepted(check_in, by=boss, reason="", now=LAST)
    assert check_in.state == "not_accepted"


def test_the_database_knows_no_other_way_out_of_accepted(officer: User) -> None:
    for by, to, reason in [
        (SYSTEM, State.IN_REVIEW, "a machine"),
        (officer.actor, State.IN_REVIEW, ""),
        (officer.actor, State.NOT_ACCEPTED, "no"),
    ]:
        with pytest.raises((IntegrityError, WrongState)), transaction.atomic():
            move(accepted(officer), to, by=by, now=NOON, reason=reason, decided_at=NOON)


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_taken_back_once(officer: User) -> None:
    check_in = accepted(officer)
    found = at_once(
        *[
            lambda: lifecycle.undo_acceptance(
                CheckIn.objects.get(pk=check_in.pk), by=officer, now=LAST
            )
        ]
        * 3
    )
    assert sum(isinstance(one, WrongState) for one in found) == 2
    assert check_in.events.filter(from_state="accepted").count() == 1
