"""Claims in the review queue: one looks at a time, and nobody blocks for long."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction

from casework.audit.models import Entry
from casework.common.errors import NotPermitted, WrongState
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins import lifecycle
from checkins.models import CheckIn, Review
from checkins.reviews import claims
from checkins.reviews.claims import HeldByAnother
from checkins.reviews.rules import CLAIM_LASTS, is_held
from checkins.verification.codes import Result
from tests import people
from tests.checkins.test_races import NOON, at_once

LATER = NOON + CLAIM_LASTS
pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return people.office()


@pytest.fixture
def officer(office: Office) -> User:
    return people.officer(office)


@pytest.fixture
def boss(office: Office) -> User:
    return people.supervisor(office)


def waiting(officer: User, person: Participant | None = None) -> CheckIn:
    check_in = people.open_check_in(person or people.participant(officer), officer, now=NOON)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(check_in, new, now=NOON)
    lifecycle.record_verification(attempt, lifecycle.Finding(Result.NO_MATCH, ()), now=NOON)
    check_in.refresh_from_db()
    return check_in


def acts(check_in: CheckIn) -> list[str]:
    rows = Entry.objects.filter(object_id=check_in.public_id, verb__contains="review")
    return list(rows.order_by("pk").values_list("verb", flat=True))


def test_whom_it_belongs_to_is_never_asked_twice_and_renewing_is_no_new_act(
    officer: User, boss: User
) -> None:
    check_in = waiting(officer)
    assert claims.claim(check_in, by=officer, now=NOON).claimed_by == officer
    assert claims.claim(check_in, by=boss, now=NOON).claimed_by == officer
    renewed = claims.claim(check_in, by=officer, now=NOON + timedelta(minutes=4))
    assert renewed.claimed_at == NOON + timedelta(minutes=4)
    assert acts(check_in) == ["claimed a review"]


def test_who_has_not_the_claim_decides_nothing(officer: User, boss: User) -> None:
    check_in = waiting(officer)
    claims.claim(check_in, by=officer, now=NOON)
    for act in (
        lambda: lifecycle.decide_review(check_in, accept=True, by=boss, reason="", now=NOON),
        lambda: lifecycle.propose_not_accepted(check_in, by=boss, reason="no", now=NOON),
    ):
        with pytest.raises(HeldByAnother, match=str(officer)):
            act()
    check_in.refresh_from_db()
    assert (check_in.state, check_in.review.proposed_by) == ("in_review", None)
    assert check_in.review.claimed_by == officer
    lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=NOON)
    check_in.review.refresh_from_db()
    assert check_in.review.claimed_by is None


def test_a_claim_blocks_nobody_for_longer_than_it_lasts(officer: User, boss: User) -> None:
    check_in = waiting(officer)
    claims.claim(check_in, by=officer, now=NOON)
    assert is_held(NOON, LATER - timedelta(microseconds=1))
    assert not is_held(NOON, LATER)
    assert not is_held(None, NOON)
    last = LATER - timedelta(microseconds=1)
    assert claims.claim(check_in, by=boss, now=last).claimed_by == officer
    assert claims.claim(check_in, by=boss, now=LATER).claimed_by == boss
    with pytest.raises(HeldByAnother):
        lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=LATER)


def test_one_whose_claim_ran_out_may_still_decide_while_nobody_else_looks(officer: User) -> None:
    check_in = waiting(officer)
    claims.claim(check_in, by=officer, now=NOON)
    lifecycle.decide_review(
        check_in, accept=True, by=officer, reason="", now=LATER + timedelta(hours=1)
    )
    assert check_in.state == "accepted"


def test_only_a_supervisor_takes_over(officer: User, boss: User) -> None:
    check_in = waiting(officer)
    claims.claim(check_in, by=boss, now=NOON)
    with pytest.raises(NotPermitted):
        claims.take_over(check_in, by=officer, now=NOON)
    claims.release(check_in, by=boss, now=NOON)
    claims.claim(check_in, by=officer, now=NOON)
    assert claims.take_over(check_in, by=boss, now=NOON).claimed_by == boss
    assert acts(check_in)[-2:] == ["claimed a review", "took over a review"]


def test_letting_go_is_for_the_own_claim_and_a_late_word_ends_no_newer_one(
    officer: User, boss: User
) -> None:
    check_in = waiting(officer)
    claims.claim(check_in, by=officer, now=NOON)
    assert not claims.release(check_in, by=boss, now=NOON)
    claims.claim(check_in, by=officer, now=NOON + timedelta(seconds=3))
    assert not claims.release(check_in, by=officer, now=NOON, taken_at=NOON)
    assert claims.release(check_in, by=officer, now=NOON)
    assert claims.claim(check_in, by=boss, now=NOON).claimed_by == boss


def test_whoever_claims_another_lets_go_of_the_first(officer: User) -> None:
    first, second = waiting(officer), waiting(officer)
    for check_in in (first, second):
        claims.claim(check_in, by=officer, now=NOON)
    first.review.refresh_from_db()
    assert first.review.claimed_by is None


@pytest.mark.django_db(transaction=True)
def test_what_somebody_works_on_is_not_waited_for(officer: User) -> None:
    first, second = waiting(officer), waiting(officer)
    claims.claim(first, by=officer, now=NOON)
    locked, claimed = Event(), Event()

    def work() -> None:
        with transaction.atomic():
            Review.objects.select_for_update().get(check_in=first)
            locked.set()
            assert claimed.wait(10), "the claim of the second waits for the first"

    def claim_the_second() -> None:
        locked.wait(10)
        claims.claim(second, by=officer, now=NOON)
        claimed.set()

    assert at_once(work, claim_the_second) == [None, None]
    held = dict(Review.objects.values_list("check_in", "claimed_by"))
    assert held == {first.pk: officer.pk, second.pk: officer.pk}


def test_a_proposal_is_claimed_by_those_who_may_confirm_it(officer: User, boss: User) -> None:
    check_in = waiting(officer)
    lifecycle.propose_not_accepted(check_in, by=officer, reason="no", now=NOON)
    assert claims.claim(check_in, by=officer, now=NOON).claimed_by is None
    assert claims.claim(check_in, by=boss, now=NOON).claimed_by == boss


def test_what_is_decided_cannot_be_claimed(officer: User, boss: User) -> None:
    check_in = waiting(officer)
    lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=NOON)
    for act in (claims.claim, claims.take_over):
        with pytest.raises(WrongState):
            act(check_in, by=boss, now=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_for_the_next_at_once_get_two(officer: User, boss: User) -> None:
    both = {waiting(officer).pk, waiting(officer).pk}
    rows = CheckIn.objects.in_review().order_by("pk")
    found = at_once(
        *[lambda by=by: claims.claim_next(rows.all(), by=by, now=NOON) for by in (officer, boss)]
    )
    assert {getattr(one, "pk", None) for one in found} == both
    assert claims.claim_next(rows.all(), by=people.administrator(), now=NOON) is None
