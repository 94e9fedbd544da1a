"""A challenge is for one check-in, once, for minutes; and only its answer lets a match accept."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from casework.common import clock
from casework.common.errors import TooOften, WrongState
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.lifecycle.challenges import CHALLENGE_LASTS, MOST_CHALLENGES
from checkins.models import Attempt, Challenge, CheckIn, Frame, Verification
from checkins.plans import PlanTerms, set_plan
from checkins.references import add_reference_photo
from checkins.verification.codes import Liveness, Reason, Result
from checkins.verify import verify_attempt
from tests import people
from tests.fake_engine import FakeEngine, picture

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
TURN = {"left": 0.4, "right": -0.4, "ahead": 0.0}


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=10))


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    person = people.participant(officer)
    set_plan(person, PlanTerms(), by=officer, now=NOON)
    add_reference_photo(person, picture("alice", noise=0.01), ".jpg", by=officer, now=NOON)
    return person


@pytest.fixture
def check_in(alice: Participant, officer: User) -> CheckIn:
    return people.open_check_in(alice, officer, now=NOON)


def send(
    check_in: CheckIn,
    turns: list[float],
    nonce: UUID | None,
    *,
    who: str = "alice",
    after: timedelta = timedelta(seconds=20),
    cannot_turn: bool = False,
) -> Attempt:
    frames = tuple(
        lifecycle.NewFrame(picture("alice", turn=turn, noise=0.001 * number), ".jpg", 1500 * number)
        for number, turn in enumerate(turns, 1)
    )
    new = lifecycle.NewAttempt(
        picture(who), ".jpg", frames=frames, challenge=nonce, cannot_turn=cannot_turn
    )
    return lifecycle.receive_attempt(check_in, new, now=NOON + after)


def found(attempt: Attempt) -> tuple[str, str, str, list[str]]:
    verify_attempt(attempt.pk, FakeEngine())
    kept = Verification.objects.get(attempt=attempt)
    return kept.attempt.check_in.state, kept.result, kept.liveness, kept.reasons


def right_turns(challenge: Challenge) -> list[float]:
    return [TURN[turn] for turn in challenge.turns]


def test_the_right_turns_in_time_accept(check_in: CheckIn) -> None:
    challenge = lifecycle.make_challenge(check_in, now=NOON)
    attempt = send(check_in, right_turns(challenge), challenge.public_id)
    assert found(attempt) == ("accepted", "match", "passed", [])
    frames = Frame.objects.filter(attempt=attempt)
    assert [frame.asked for frame in frames] == challenge.turns
    assert [round(frame.turn, 2) for frame in frames] == right_turns(challenge)
    assert all(frame.distance is not None and frame.photo.size > 0 for frame in frames)


def test_a_match_without_turns_goes_to_an_officer(check_in: CheckIn) -> None:
    assert found(send(check_in, [], None)) == (
        "in_review", "match", "not_shown", ["liveness_not_shown"],
    )  # fmt: skip


def test_a_still_head_is_for_an_officer_and_says_why(check_in: CheckIn) -> None:
    challenge = lifecycle.make_challenge(check_in, now=NOON)
    assert found(send(check_in, [0.05] * 4, challenge.public_id)) == (
        "in_review", "spoof_suspected", "failed", ["head_not_turned"],
    )  # fmt: skip


def test_turns_that_do_not_fit_are_asked_for_again_but_not_for_ever(check_in: CheckIn) -> None:
    states = []
    for _ in range(lifecycle.MOST_JUDGED):
        challenge = lifecycle.make_challenge(check_in, now=NOON)
        wrong = [-turn for turn in right_turns(challenge)]
        states.append(found(send(check_in, wrong, challenge.public_id)))
        check_in.refresh_from_db()
    again = ("open", "poor_photo", "not_shown", ["turned_other_way"])
    assert states == [
        *[again] * (lifecycle.MOST_JUDGED - 1),
        ("in_review", "match", "not_shown", ["turned_other_way"]),
    ]


def test_who_cannot_turn_is_seen_by_an_officer_without_another_word(check_in: CheckIn) -> None:
    state, result, liveness, reasons = found(send(check_in, [], None, cannot_turn=True))
    assert (state, result, liveness) == ("in_review", "match", "not_shown")
    assert reasons == ["cannot_turn_head"]


# --- bound to one check-in, once, for minutes ----------------------------------------------------


def test_a_challenge_is_good_for_one_attempt(check_in: CheckIn) -> None:
    challenge = lifecycle.make_challenge(check_in, now=NOON)
    dark = lifecycle.NewAttempt(
        picture("alice", result="poor_photo:too_dark"), ".jpg", challenge=challenge.public_id
    )
    found(lifecycle.receive_attempt(check_in, dark, now=NOON))
    check_in.refresh_from_db()
    second = send(check_in, right_turns(challenge), challenge.public_id)
    assert found(second)[:3] == ("in_review", "match", "not_shown")


@pytest.mark.parametrize("late", [CHALLENGE_LASTS, CHALLENGE_LASTS * 2])
def test_a_challenge_expires(check_in: CheckIn, late: timedelta) -> None:
    challenge = lifecycle.make_challenge(check_in, now=NOON)
    attempt = send(check_in, right_turns(challenge), challenge.public_id, after=late)
    assert found(attempt)[:3] == ("in_review", "match", "not_shown")


def test_a_newer_challenge_voids_the_one_before(check_in: CheckIn) -> None:
    first = lifecycle.make_challenge(check_in, now=NOON)
    lifecycle.make_challenge(check_in, now=NOON + timedelta(seconds=1))
    attempt = send(check_in, right_turns(first), first.public_id)
    assert found(attempt)[2] == "not_shown"


def test_another_check_ins_challenge_shows_nothing(check_in: CheckIn, officer: User) -> None:
    bob = people.participant(officer)
    theirs = lifecycle.make_challenge(people.open_check_in(bob, officer, now=NOON), now=NOON)
    attempt = send(check_in, right_turns(theirs), theirs.public_id)
    assert found(attempt)[2] == "not_shown"
    theirs.refresh_from_db()
    assert theirs.used_at is None


def test_an_invented_nonce_shows_nothing(check_in: CheckIn) -> None:
    assert found(send(check_in, [0.4, -0.4, 0.0, 0.4], uuid4()))[2] == "not_shown"


def test_nobody_draws_until_the_film_fits(check_in: CheckIn) -> None:
    for second in range(MOST_CHALLENGES):
        lifecycle.make_challenge(check_in, now=NOON + timedelta(seconds=second))
    with pytest.raises(TooOften):
        lifecycle.make_challenge(check_in, now=NOON + timedelta(seconds=30))


def test_no_challenge_where_none_is_asked_for_or_none_taken(
    check_in: CheckIn, officer: User
) -> None:
    CheckIn.objects.filter(pk=check_in.pk).update(liveness="none")
    with pytest.raises(WrongState):
        lifecycle.make_challenge(check_in, now=NOON)
    CheckIn.objects.filter(pk=check_in.pk).update(liveness="challenge")
    lifecycle.withdraw(check_in, by=officer, reason="a mistake", now=NOON)
    with pytest.raises(WrongState):
        lifecycle.make_challenge(check_in, now=NOON)


# --- no path accepts by itself except match and liveness -----------------------------------------


@pytest.mark.parametrize("plan", ["challenge", "none"])
@pytest.mark.parametrize("in_time", [True, False])
def test_only_match_with_liveness_or_the_plans_exception_accepts(
    officer: User, plan: str, in_time: bool
) -> None:
    accepted = []
    everything = list(product(Result, [None, *Liveness]))
    for result, liveness in everything:
        check_in = people.open_check_in(people.participant(officer), officer, now=NOON)
        CheckIn.objects.filter(pk=check_in.pk).update(liveness=plan)
        check_in.refresh_from_db()
        attempt = lifecycle.receive_attempt(
            check_in, lifecycle.NewAttempt(picture("alice"), ".jpg"), now=NOON
        )
        seen = lifecycle.Finding(result, (Reason.CLOSE_CALL,), distance=0.01, liveness=liveness)
        at = NOON + timedelta(minutes=1) if in_time else NOON + timedelta(days=2)
        lifecycle.record_verification(attempt, seen, now=at)
        check_in.refresh_from_db()
        assert check_in.state in {"accepted", "open", "in_review"}
        if check_in.state == "accepted":
            accepted.append((result, liveness))
    if plan == "challenge":
        assert accepted == [(Result.MATCH, Liveness.PASSED)]
    else:
        assert accepted == [(Result.MATCH, liveness) for liveness in [None, *Liveness]]
