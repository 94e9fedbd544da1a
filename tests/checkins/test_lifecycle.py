"""A check-in from request to decision, through the verbs and the real database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from casework.audit.models import Entry
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.notices.models import Notice
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import copies, lifecycle
from checkins.lifecycle import verdicts
from checkins.models import Attempt, CheckIn, CheckInEvent, Review
from checkins.plans import PlanTerms, plan_of, set_plan
from checkins.rules import MOST_FOR_ONE_REASON
from checkins.states import MOVES, State
from checkins.verification.codes import Liveness, Reason, Result
from tests import people

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


def ask(alice: Participant, officer: User, now: datetime = NOON) -> CheckIn:
    return lifecycle.request_check_in(alice, by=officer, reason="moved house", now=now)


def without_liveness(alice: Participant, officer: User) -> None:
    boss = people.supervisor(alice.office)
    terms = PlanTerms(liveness="none", liveness_reason="cannot turn the head")
    set_plan(alice, terms, by=boss, now=NOON)


def send(check_in: CheckIn, now: datetime = NOON, **kw: Any) -> Attempt:
    new = lifecycle.NewAttempt(photo=kw.pop("photo", b"a photo"), suffix=".jpg", **kw)
    return lifecycle.receive_attempt(check_in, new, now=now)


def found(result: Result, *reasons: Reason) -> lifecycle.Finding:
    distance = 0.01 if result is Result.MATCH else None
    return lifecycle.Finding(result=result, reasons=reasons, distance=distance)


def trail(check_in: CheckIn) -> list[tuple[str, str]]:
    return list(check_in.events.values_list("from_state", "to_state"))


def test_a_request_is_open_at_once_for_the_whole_window(alice: Participant, officer: User) -> None:
    check_in = ask(alice, officer)
    plan = plan_of(alice, now=NOON)
    assert check_in.state == "open"
    assert check_in.deadline_at == NOON + timedelta(minutes=plan.window_minutes)
    assert check_in.origin == CheckIn.Origin.OFFICER_REQUESTED
    assert trail(check_in) == [("", "open")]


def test_a_request_needs_a_reason(alice: Participant, officer: User) -> None:
    with pytest.raises(RuleError) as refused:
        lifecycle.request_check_in(alice, by=officer, reason="  ", now=NOON)
    assert refused.value.field == "reason"
    assert not CheckIn.objects.exists()


def test_nobody_has_two_check_ins_to_answer(alice: Participant, officer: User) -> None:
    ask(alice, officer)
    with pytest.raises(RuleError) as refused:
        ask(alice, officer)
    assert refused.value.code == "already_open"


def test_requests_are_limited_to_three_a_day_and_withdrawn_ones_do_not_count(
    alice: Participant, officer: User
) -> None:
    for hour in range(4):
        check_in = ask(alice, officer, NOON + timedelta(hours=hour))
        if hour == 0:
            lifecycle.withdraw(check_in, by=officer, reason="asked by mistake", now=NOON)
        else:
            CheckIn.objects.filter(pk=check_in.pk).update(state="lapsed")
    with pytest.raises(TooOften) as refused:
        ask(alice, officer, NOON + timedelta(hours=4))
    assert refused.value.retry_after == pytest.approx(21 * 3600, abs=2)
    assert ask(alice, officer, NOON + timedelta(hours=25, seconds=1)).state == "open"


def test_a_match_without_liveness_needed_accepts_by_itself(
    alice: Participant, officer: User
) -> None:
    without_liveness(alice, officer)
    check_in = ask(alice, officer)
    attempt = send(check_in)
    assert check_in.state == "verifying"
    assert attempt.verification.liveness == Liveness.NOT_REQUIRED
    assert lifecycle.record_verification(attempt, found(Result.MATCH), now=NOON)
    check_in.refresh_from_db()
    assert (check_in.state, check_in.decided_at) == ("accepted", NOON)
    assert trail(check_in) == [("", "open"), ("open", "verifying"), ("verifying", "accepted")]


def test_a_match_that_shows_no_liveness_goes_to_a_person(alice: Participant, officer: User) -> None:
    check_in = ask(alice, officer)
    lifecycle.record_verification(send(check_in), found(Result.MATCH), now=NOON)
    check_in.refresh_from_db()
    assert check_in.state == "in_review"
    assert check_in.review.verdict == ""


@pytest.mark.parametrize("result", [Result.NO_FACE, Result.SEVERAL_FACES, Result.POOR_PHOTO])
def test_an_unusable_photo_leaves_the_check_in_open_to_try_again(
    alice: Participant, officer: User, result: Result
) -> None:
    check_in = ask(alice, officer)
    lifecycle.record_verification(send(check_in), found(result, Reason.TOO_DARK), now=NOON)
    check_in.refresh_from_db()
    assert check_in.state == "open"
    assert check_in.attempts.get().verification.reasons == ["too_dark"]
    assert send(check_in).number == 2


def test_who_is_refused_for_one_reason_over_and_over_gets_a_person(
    alice: Participant, officer: User
) -> None:
    """And is told so, whatever it is that they cannot do better."""
    check_in = ask(alice, officer)
    lifecycle.record_verification(
        send(check_in), found(Result.POOR_PHOTO, Reason.BLURRED, Reason.TOO_DARK), now=NOON
    )
    check_in.refresh_from_db()
    states = []
    for _ in range(MOST_FOR_ONE_REASON):
        lifecycle.record_verification(
            send(check_in), found(Result.POOR_PHOTO, Reason.TOO_DARK), now=NOON
        )
        check_in.refresh_from_db()
        states.append(check_in.state)
    assert states == ["open"] * (MOST_FOR_ONE_REASON - 1) + ["in_review"]
    assert check_in.review.verdict == ""


def test_the_last_photo_that_is_taken_at_all_goes_to_a_person(
    alice: Participant, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "MAX_ATTEMPTS", 2)
    check_in = ask(alice, officer)
    for reason, state in ((Reason.TOO_DARK, "open"), (Reason.BLURRED, "in_review")):
        lifecycle.record_verification(send(check_in), found(Result.POOR_PHOTO, reason), now=NOON)
        check_in.refresh_from_db()
        assert check_in.state == state


def test_an_unusable_photo_with_no_time_left_goes_to_a_person(
    alice: Participant, officer: User
) -> None:
    check_in = ask(alice, officer)
    attempt = send(check_in)
    assert check_in.deadline_at is not None
    lifecycle.record_verification(attempt, found(Result.NO_FACE), now=check_in.deadline_at)
    check_in.refresh_from_db()
    assert check_in.state == "in_review"


@pytest.mark.parametrize(
    "result", [Result.NO_MATCH, Result.INCONCLUSIVE, Result.SPOOF_SUSPECTED, Result.ERROR]
)
def test_what_a_machine_cannot_settle_waits_for_a_person(
    alice: Participant, officer: User, result: Result
) -> None:
    without_liveness(alice, officer)
    check_in = ask(alice, officer)
    lifecycle.record_verification(send(check_in), found(result), now=NOON)
    check_in.refresh_from_db()
    assert check_in.state == "in_review"


def test_of_two_workers_the_first_settles_it_and_the_second_changes_nothing(
    alice: Participant, officer: User
) -> None:
    without_liveness(alice, officer)
    check_in = ask(alice, officer)
    attempt = send(check_in)
    assert lifecycle.record_verification(attempt, found(Result.MATCH), now=NOON)
    assert not lifecycle.record_verification(attempt, found(Result.NO_MATCH), now=NOON)
    check_in.refresh_from_db()
    assert check_in.state == "accepted"
    assert check_in.attempts.get().verification.result == "match"
    assert check_in.events.count() == 3


def test_a_second_tap_gives_the_same_attempt_and_keeps_one_file(
    alice: Participant, officer: User, settings: Any
) -> None:
    check_in = ask(alice, officer)
    first = send(check_in, submission_key="tap")
    again = send(CheckIn.objects.get(pk=check_in.pk), submission_key="tap")
    stale = send(ask_as_it_was(check_in), submission_key="tap")
    assert first.pk == again.pk == stale.pk
    assert len(stored_files(settings, "attempts")) == 1


def ask_as_it_was(check_in: CheckIn) -> CheckIn:
    """The row as another request read it before the first photo came."""
    stale = CheckIn.objects.get(pk=check_in.pk)
    stale.state = "open"
    return stale


def stored_files(settings: Any, folder: str) -> list[Any]:
    return list((settings.MEDIA_ROOT / folder).glob("*"))


def test_a_photo_for_a_closed_check_in_is_refused_and_leaves_no_file(
    alice: Participant, officer: User, settings: Any
) -> None:
    check_in = ask(alice, officer)
    lifecycle.withdraw(check_in, by=officer, reason="asked by mistake", now=NOON)
    with pytest.raises(WrongState):
        send(check_in)
    with pytest.raises(WrongState):
        send(ask_as_it_was(check_in))
    assert stored_files(settings, "attempts") == []


def test_a_request_nobody_was_shown_lapses(alice: Participant, officer: User) -> None:
    check_in = ask(alice, officer)
    assert check_in.deadline_at is not None
    late = check_in.deadline_at + timedelta(minutes=9)
    assert lifecycle.close_overdue(check_in, now=late) is State.LAPSED
    assert check_in.events.last().at == check_in.deadline_at


def test_a_request_that_was_shown_is_missed_and_a_late_photo_goes_to_a_person(
    alice: Participant, officer: User
) -> None:
    without_liveness(alice, officer)
    check_in = ask(alice, officer)
    lifecycle.mark_delivered(check_in, now=NOON)
    late = NOON + timedelta(days=1)
    assert lifecycle.close_overdue(check_in, now=late) is State.MISSED
    check_in.refresh_from_db()
    attempt = send(check_in, now=late)
    assert (check_in.state, attempt.late) == ("in_review", True)
    lifecycle.record_verification(attempt, found(Result.MATCH), now=late)
    check_in.refresh_from_db()
    assert check_in.state == "in_review"
    assert check_in.attempts.get().verification.result == "match"


def test_nothing_is_closed_before_its_deadline(alice: Participant, officer: User) -> None:
    check_in = ask(alice, officer)
    assert check_in.deadline_at is not None
    assert (
        lifecycle.close_overdue(check_in, now=check_in.deadline_at - timedelta(seconds=1)) is None
    )


def test_a_missed_check_in_can_be_excused_with_a_reason(alice: Participant, officer: User) -> None:
    check_in = ask(alice, officer)
    lifecycle.mark_delivered(check_in, now=NOON)
    lifecycle.close_overdue(check_in, now=NOON + timedelta(days=1))
    with pytest.raises(RuleError):
        lifecycle.excuse(check_in, by=officer, reason="", now=NOON)
    lifecycle.excuse(check_in, by=officer, reason="in hospital", now=NOON)
    assert check_in.state == "excused"
    assert Entry.objects.filter(verb="excused a check-in").count() == 1


def test_taking_a_request_back_is_in_the_trail(alice: Participant, officer: User) -> None:
    check_in = ask(alice, officer)
    lifecycle.withdraw(check_in, by=officer, reason="a mistake", now=NOON)
    line = Entry.objects.get(verb="withdrew a check-in")
    assert (line.participant_id, line.actor_id) == (alice.public_id, officer.public_id)


def in_review(alice: Participant, officer: User) -> CheckIn:
    check_in = ask(alice, officer)
    lifecycle.record_verification(send(check_in), found(Result.NO_MATCH), now=NOON)
    check_in.refresh_from_db()
    return check_in


def test_an_officer_accepts_a_review_once(alice: Participant, officer: User) -> None:
    check_in = in_review(alice, officer)
    review = lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=NOON)
    assert (check_in.state, review.verdict) == ("accepted", "accepted")
    assert review.decided_by == officer
    with pytest.raises(WrongState):
        lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=NOON)


def test_not_accepting_takes_two_and_one_alone_tells_nobody(
    alice: Participant, officer: User
) -> None:
    check_in = in_review(alice, officer)
    notices = Notice.objects.filter(participant=alice).count()
    events = check_in.events.count()
    lifecycle.propose_not_accepted(check_in, by=officer, reason="another man", now=NOON)
    check_in.refresh_from_db()
    assert (check_in.state, check_in.review.verdict) == ("in_review", "")
    assert Notice.objects.filter(participant=alice).count() == notices
    assert check_in.events.count() == events
    assert "another man" not in str(list(copies._check_ins(alice)))
    boss = people.supervisor(alice.office)
    review = lifecycle.confirm_not_accepted(check_in, by=boss, reason="", now=NOON)
    assert (check_in.state, review.reason) == ("not_accepted", "another man")
    assert (review.proposed_by, review.decided_by) == (officer, boss)
    assert "another man" in str(list(copies._check_ins(alice)))


def test_a_second_reviewer_overturns_what_the_first_proposed(
    alice: Participant, officer: User
) -> None:
    check_in = in_review(alice, officer)
    lifecycle.propose_not_accepted(check_in, by=officer, reason="another man", now=NOON)
    boss = people.supervisor(alice.office)
    review = lifecycle.decide_review(check_in, accept=True, by=boss, reason="", now=NOON)
    assert (check_in.state, review.decided_by, review.reason) == ("accepted", boss, "")


@pytest.mark.parametrize("who", ["the same supervisor", "another officer"])
def test_nobody_else_is_the_second_reviewer(alice: Participant, officer: User, who: str) -> None:
    boss = people.supervisor(alice.office)
    first, second = (boss, boss) if who == "the same supervisor" else (boss, officer)
    check_in = in_review(alice, officer)
    lifecycle.propose_not_accepted(check_in, by=first, reason="another man", now=NOON)
    for act in (
        lambda: lifecycle.confirm_not_accepted(check_in, by=second, reason="no", now=NOON),
        lambda: lifecycle.decide_review(check_in, accept=False, by=second, reason="no", now=NOON),
    ):
        with pytest.raises((WrongState, NotPermitted)):
            act()
    assert CheckIn.objects.get(pk=check_in.pk).state == "in_review"


def test_nothing_is_confirmed_that_nobody_proposed(alice: Participant, officer: User) -> None:
    check_in = in_review(alice, officer)
    boss = people.supervisor(alice.office)
    with pytest.raises(WrongState):
        lifecycle.confirm_not_accepted(check_in, by=boss, reason="no", now=NOON)


def test_the_database_refuses_one_person_twice(alice: Participant, officer: User) -> None:
    review = in_review(alice, officer).review
    decided = {"verdict": "not_accepted", "reason": "x", "decided_by": officer, "decided_at": NOON}
    proposed = {"proposed_by": officer, "proposed_reason": "x", "proposed_at": NOON}
    boss = people.supervisor(alice.office)
    for facts in (
        decided,
        decided | proposed,
        proposed | {"proposed_reason": ""},
        {"proposed_at": NOON},
        {"proposed_by": officer},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**facts)
    assert Review.objects.filter(pk=review.pk).update(**decided | proposed | {"decided_by": boss})


def test_not_accepting_needs_a_reason(alice: Participant, officer: User) -> None:
    check_in = in_review(alice, officer)
    with pytest.raises(RuleError) as refused:
        lifecycle.decide_review(check_in, accept=False, by=officer, reason=" ", now=NOON)
    assert refused.value.field == "reason"
    assert CheckIn.objects.get(pk=check_in.pk).state == "in_review"


def _set_up(state: State, alice: Participant, officer: User) -> CheckIn:
    """A row in `state`, written past the verbs but within the constraints."""
    check_in = ask(alice, officer)
    facts: dict[str, Any] = {"state": state.value, "delivered_at": NOON}
    if state is State.PLANNED:
        facts |= {"issued_at": None, "deadline_at": None, "delivered_at": None}
    if state in {State.ACCEPTED, State.NOT_ACCEPTED, State.EXCUSED}:
        facts["decided_at"] = NOON
    CheckIn.objects.filter(pk=check_in.pk).update(**facts)
    check_in.refresh_from_db()
    if state is State.IN_REVIEW:
        Review.objects.create(check_in=check_in, opened_at=NOON)
    return check_in


VERBS: dict[str, tuple[Callable[[CheckIn, User], object], set[State]]] = {
    "withdraw": (
        lambda c, u: lifecycle.withdraw(c, by=u, reason="r", now=NOON),
        {State.PLANNED, State.OPEN},
    ),
    "excuse": (lambda c, u: lifecycle.excuse(c, by=u, reason="r", now=NOON), {State.MISSED}),
    "send": (lambda c, _u: send(c), {State.OPEN, State.MISSED}),
    "decide": (
        lambda c, u: lifecycle.decide_review(c, accept=True, by=u, reason="", now=NOON),
        {State.IN_REVIEW},
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", list(State))
def test_each_verb_works_in_its_states_and_nowhere_else(
    alice: Participant, officer: User, verb: str, state: State
) -> None:
    check_in = _set_up(state, alice, officer)
    act, allowed = VERBS[verb]
    events = CheckInEvent.objects.filter(check_in=check_in).count()
    if state in allowed:
        act(check_in, officer)
        assert State(CheckIn.objects.get(pk=check_in.pk).state) in MOVES[state]
        assert CheckInEvent.objects.filter(check_in=check_in).count() == events + 1
    else:
        with pytest.raises(WrongState), transaction.atomic():
            act(check_in, officer)
        assert CheckIn.objects.get(pk=check_in.pk).state == state.value
        assert CheckInEvent.objects.filter(check_in=check_in).count() == events


@pytest.mark.parametrize(
    "impossible",
    [
        {"state": "gone"},
        {"state": "accepted", "decided_at": None},
        {"state": "missed", "delivered_at": None},
        {"state": "open", "deadline_at": None},
        {"deadline_at": NOON - timedelta(seconds=1)},
        {"reason": ""},
        {"origin": "drawn"},
        {"state": "planned"},
        {"method": "pigeon"},
    ],
)
def test_the_database_refuses_impossible_check_ins(
    alice: Participant, officer: User, impossible: dict[str, Any]
) -> None:
    check_in = ask(alice, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.filter(pk=check_in.pk).update(**impossible)


def test_the_database_refuses_a_verdict_without_a_person(alice: Participant, officer: User) -> None:
    review = in_review(alice, officer).review
    for facts in ({"verdict": "accepted"}, {"decided_at": NOON}, {"verdict": "maybe"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**facts)


def test_only_a_supervisor_lets_one_photo_be_enough(alice: Participant, officer: User) -> None:
    terms = PlanTerms(liveness="none", liveness_reason="cannot turn the head")
    with pytest.raises(NotPermitted):
        set_plan(alice, terms, by=officer, now=NOON)
    boss = people.supervisor(alice.office)
    with pytest.raises(RuleError) as refused:
        set_plan(alice, PlanTerms(liveness="none"), by=boss, now=NOON)
    assert refused.value.field == "liveness_reason"
    assert set_plan(alice, terms, by=boss, now=NOON).liveness == "none"


def test_an_officer_may_change_the_rest_of_a_plan_that_a_supervisor_eased(
    alice: Participant, officer: User
) -> None:
    without_liveness(alice, officer)
    terms = PlanTerms(window_minutes=60, liveness="none", liveness_reason="cannot turn the head")
    assert set_plan(alice, terms, by=officer, now=NOON).window_minutes == 60


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"window_minutes": 5}, None),
        ({"method": "pigeon"}, "method"),
        ({"rate_per_week": 22}, None),
        ({"liveness": "maybe"}, "liveness"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_and_nothing_is_kept(
    alice: Participant, officer: User, terms: dict[str, Any], field: str | None
) -> None:
    before = plan_of(alice, now=NOON).window_minutes
    with pytest.raises(RuleError) as refused:
        set_plan(alice, PlanTerms(**terms), by=officer, now=NOON)
    assert refused.value.field == field
    assert plan_of(alice, now=NOON).window_minutes == before
