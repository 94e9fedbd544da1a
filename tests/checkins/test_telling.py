"""What is told with a check-in is kept apart from the photo, and waits for an officer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn, Told
from checkins.plans import PlanTerms, set_plan
from checkins.rules import LONGEST_TOLD, TOLD_UNTIL, coarse, may_still_tell
from checkins.states import State
from checkins.telling import handle, may_tell, tell
from tests import people

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


@pytest.fixture
def check_in(alice: Participant, officer: User) -> CheckIn:
    return people.open_check_in(alice, officer, now=NOW)


def test_what_is_told_needs_an_officer_until_one_has_seen_to_it(
    check_in: CheckIn, officer: User
) -> None:
    told = tell(check_in, {"address": " 12 Elm Street ", "call_back": ""}, now=NOW)
    assert told.answers == {"address": "12 Elm Street", "call_back": ""}
    assert list(Told.objects.visible_to(officer).to_handle()) == [told]
    assert not Told.objects.visible_to(people.officer(check_in.participant.office)).exists()
    handle(told, by=officer, note="Called back.", now=NOW)
    assert not Told.objects.to_handle().exists()
    with pytest.raises(WrongState):
        handle(told, by=officer, note="", now=NOW)
    verbs = Entry.objects.filter(object_id=check_in.public_id).values_list("verb", "facts")
    assert ("answered the questions", {"told": ["address", "call_back"]}) in list(verbs)
    assert "Elm" not in str(list(verbs))


def test_nothing_told_needs_nobody(check_in: CheckIn) -> None:
    assert not tell(check_in, {}, now=NOW).needs_officer
    assert not Told.objects.to_handle().exists()


def test_the_same_again_changes_nothing_and_something_new_needs_an_officer_again(
    check_in: CheckIn, officer: User
) -> None:
    told = tell(check_in, {"work": "Nights"}, now=NOW)
    handle(told, by=officer, note="", now=NOW)
    tell(check_in, {"work": "Nights"}, now=NOW + timedelta(minutes=1))
    assert not Told.objects.to_handle().exists()
    tell(check_in, {"work": "Days"}, now=NOW + timedelta(minutes=2))
    assert Told.objects.to_handle().get().answers == {"work": "Days"}


def test_an_officer_does_not_see_to_what_changed_while_reading(
    check_in: CheckIn, officer: User
) -> None:
    read = tell(check_in, {"phone": "1"}, now=NOW)
    tell(check_in, {"phone": "2"}, now=NOW + timedelta(minutes=1))
    with pytest.raises(WrongState):
        handle(read, by=officer, note="", now=NOW + timedelta(minutes=2))
    assert Told.objects.to_handle().count() == 1


def test_only_what_the_plan_asks_can_be_told(check_in: CheckIn, officer: User) -> None:
    person = check_in.participant
    set_plan(person, PlanTerms(questions=["address"]), by=officer, now=NOW)
    check_in.plan.refresh_from_db()
    with pytest.raises(RuleError):
        tell(check_in, {"work": ""}, now=NOW)
    with pytest.raises(RuleError):
        tell(check_in, {"address": "x" * (LONGEST_TOLD + 1)}, now=NOW)
    set_plan(person, PlanTerms(questions=[]), by=officer, now=NOW)
    check_in.plan.refresh_from_db()
    assert not may_tell(check_in, NOW)
    with pytest.raises(WrongState):
        tell(check_in, {}, now=NOW)
    assert not Told.objects.exists()


def test_answers_are_taken_until_two_days_after_the_deadline_whatever_became_of_the_photo() -> None:
    deadline = NOW
    for state in State:
        takes = state not in {State.PLANNED, State.CANCELLED}
        assert may_still_tell(state, deadline, NOW + TOLD_UNTIL - timedelta(seconds=1)) is takes
        assert not may_still_tell(state, deadline, NOW + TOLD_UNTIL)
        assert not may_still_tell(state, None, NOW)


def test_who_has_no_role_does_not_see_to_it(check_in: CheckIn) -> None:
    told = tell(check_in, {"support": ""}, now=NOW)
    gone = people.officer(check_in.participant.office, is_active=False)
    with pytest.raises(NotPermitted):
        handle(told, by=gone, note="", now=NOW)


def test_the_database_refuses_answers_that_nobody_would_see(check_in: CheckIn) -> None:
    told = tell(check_in, {"support": ""}, now=NOW)
    rows = Told.objects.filter(pk=told.pk)
    for facts in ({"needs_officer": False}, {"answers": {}}, {"handled_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**facts)


@pytest.mark.parametrize(
    ("exact", "kept"),
    [
        ((40.712776, -74.005974), (40.71, -74.01)),
        ((0.004, -0.004), (0.0, 0.0)),
        ((-89.999, 179.999), (-90.0, 180.0)),
        ((90.1, 0.0), None),
        ((0.0, -180.5), None),
        ((float("nan"), 0.0), None),
        ((float("inf"), 0.0), None),
    ],
)
def test_a_place_is_kept_to_a_kilometre(exact: tuple[float, float], kept: object) -> None:
    assert coarse(*exact) == kept


def test_all_of_this_leaves_the_check_in_as_it_is(check_in: CheckIn) -> None:
    tell(check_in, {"address": "x"}, now=NOW)
    check_in.refresh_from_db()
    assert check_in.state == "open"
    assert check_in.delivered_at is None
    lifecycle.close_overdue(check_in, now=NOW + timedelta(hours=3))
    assert CheckIn.objects.get(pk=check_in.pk).state == "lapsed"
