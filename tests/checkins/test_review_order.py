"""The order of the review queue: the oldest risk first, by a rule that a person can follow."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection

from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn, Review
from checkins.reviews.rules import HEAD_START, Ground, Waiting, grounds, ranks_from
from checkins.verification.codes import Result
from tests import people
from tests.checkins.test_races import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("result", [*(result.value for result in Result), ""])
@pytest.mark.parametrize("by_phone", [True, False])
@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("proposed", [True, False])
def test_what_speaks_for_looking_sooner_only_ever_adds(
    result: str, by_phone: bool, late: bool, proposed: bool
) -> None:
    one = Waiting(result, by_phone=by_phone, late=late, proposed=proposed)
    found = grounds(one)
    assert NOON - ranks_from(NOON, one) == sum((HEAD_START[each] for each in found), timedelta())
    assert (Ground.LATE in found, Ground.SECOND_REVIEWER in found) == (late, proposed)
    assert (Ground.CALL in found) == by_phone
    assert list(found) == sorted(found, key=list(HEAD_START).index)
    assert len(found) == late + proposed + (by_phone or result != "")


def test_a_suspected_picture_goes_before_no_match_before_a_close_call_before_our_error() -> None:
    order = [Result.SPOOF_SUSPECTED, Result.NO_MATCH, Result.INCONCLUSIVE, Result.ERROR]
    places = [ranks_from(NOON, Waiting(result.value)) for result in order]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_nothing_waits_for_ever_behind_what_is_worse() -> None:
    worst = Waiting("spoof_suspected", late=True, proposed=True)
    longest = NOON - ranks_from(NOON, worst)
    assert longest <= timedelta(days=3)
    assert ranks_from(NOON - longest - HOUR, Waiting()) < ranks_from(NOON, worst)


@pytest.fixture
def officer(db: None) -> User:
    return people.officer(people.office())


def waiting(officer: User, result: Result) -> CheckIn:
    check_in = people.open_check_in(people.participant(officer), officer, now=NOON)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(check_in, new, now=NOON)
    lifecycle.record_verification(attempt, lifecycle.Finding(result, ()), now=NOON)
    check_in.refresh_from_db()
    return check_in


def late(officer: User) -> CheckIn:
    """Missed, then answered; the photo is not compared yet."""
    check_in = people.open_check_in(people.participant(officer), officer, now=NOON)
    lifecycle.mark_delivered(check_in, now=NOON)
    assert check_in.deadline_at is not None
    lifecycle.close_overdue(check_in, now=check_in.deadline_at)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    lifecycle.receive_attempt(check_in, new, now=check_in.deadline_at + HOUR)
    check_in.refresh_from_db()
    return check_in


def head_start(check_in: CheckIn) -> timedelta:
    review = Review.objects.get(check_in=check_in)
    return review.opened_at - review.ranked_from


def test_a_review_takes_its_place_when_it_opens_and_when_more_is_known(officer: User) -> None:
    assert head_start(waiting(officer, Result.NO_MATCH)) == 12 * HOUR
    came_late = late(officer)
    assert head_start(came_late) == 6 * HOUR
    found = lifecycle.Finding(Result.SPOOF_SUSPECTED, ())
    lifecycle.record_verification(came_late.attempts.get(), found, now=NOON + 9 * HOUR)
    assert head_start(came_late) == 30 * HOUR
    close = waiting(officer, Result.INCONCLUSIVE)
    lifecycle.propose_not_accepted(close, by=officer, reason="no", now=NOON)
    assert head_start(close) == 28 * HOUR


def test_a_call_takes_its_place_by_itself(officer: User) -> None:
    check_in = people.open_check_in(people.participant(officer), officer, now=NOON)
    held = lifecycle.HeldCall(identity_checked_by="her voice", note="spoke", accept=False)
    lifecycle.log_call(check_in, held, by=officer, now=NOON)
    assert head_start(check_in) == 4 * HOUR


def test_those_that_waited_before_the_rule_are_put_in_the_same_order(officer: User) -> None:
    to_a_person = [Result.SPOOF_SUSPECTED, Result.NO_MATCH, Result.INCONCLUSIVE, Result.ERROR]
    rows = [waiting(officer, result) for result in to_a_person]
    lifecycle.propose_not_accepted(rows[0], by=officer, reason="no", now=NOON)
    rows.append(late(officer))
    before = [head_start(one) for one in rows]
    Review.objects.update(ranked_from=NOON + timedelta(days=9))
    with connection.cursor() as cursor:
        cursor.execute(import_module("checkins.migrations.0017_rank_waiting_reviews").RANK)
    assert [head_start(one) for one in rows] == before
