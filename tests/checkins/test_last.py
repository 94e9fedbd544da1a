"""What is kept beside the person says of the last check-in what the check-ins themselves say."""

import importlib
from datetime import timedelta
from itertools import pairwise
from threading import Event
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import RequestFactory

from casework.common.actors import SYSTEM, Actor
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.staff.models import User
from checkins import lifecycle, sweeps, together
from checkins.admin.participant_file import ByCheckIn
from checkins.lifecycle import windows
from checkins.lifecycle.moves import move
from checkins.models import CheckIn, LastCheckIn
from checkins.states import MOVES, State
from checkins.verification.codes import Result
from tests import people
from tests.checkins.test_faults import fault
from tests.checkins.test_races import NOON, at_once, until_somebody_waits_for_us
from tests.scheduling.days import DAY, HOUR, under_supervision

pytestmark = pytest.mark.django_db

# Every move there is, along the ways a check-in can go once it is issued.
WAYS = [
    "open verifying open verifying accepted in_review accepted",
    "open missed in_review not_accepted",
    "open missed excused",
    "open verifying in_review accepted",
    "open lapsed",
    "open cancelled",
]
NOT_ISSUED = {("planned", "cancelled")}
BY_SQL = {("planned", "open")}


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


def by_all_check_ins() -> dict[int, str]:
    """The state of everybody's last check-in, from all check-ins."""
    rows = CheckIn.objects.issued().order_by("participant_id", "-issued_at", "-pk")
    last = dict(rows.distinct("participant_id").values_list("participant_id", "state"))
    return {pk: last.get(pk, "none") for pk in Participant.objects.values_list("pk", flat=True)}


def by_the_list() -> dict[int, str]:
    """The same as the list's filter tells it; nobody may be found under two states."""
    found: dict[int, str] = {}
    for state in [*(s.value for s in State), "none"]:
        query: Any = {"last": [state]}
        chosen = ByCheckIn(RequestFactory().get("/"), query, Participant, admin.ModelAdmin)
        for person in chosen.queryset(RequestFactory().get("/"), Participant.objects.all()):
            assert person.pk not in found, (found[person.pk], state)
            found[person.pk] = state
    return found


def agree() -> dict[int, str]:
    found = by_the_list()
    assert found == by_all_check_ins()
    return found


def asked(person: Participant, officer: User, hours: float = 0) -> CheckIn:
    """Open since so many hours after noon, and shown to the person."""
    at = NOON + hours * HOUR
    row = people.open_check_in(person, officer, now=at)
    lifecycle.mark_delivered(row, now=at)
    return row


def go(row: CheckIn, to: State, officer: User) -> None:
    back = row.state == State.ACCEPTED.value
    by: Actor = officer.actor if back else SYSTEM
    decided = None if to is State.IN_REVIEW else NOON
    move(row, to, by=by, now=NOON, reason="a test", decided_at=decided)


def in_review(person: Participant, officer: User) -> CheckIn:
    row = asked(person, officer)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(row, new, now=NOON)
    lifecycle.record_verification(attempt, lifecycle.Finding(Result.NO_MATCH, ()), now=NOON)
    return CheckIn.objects.get(pk=row.pk)


def missed(person: Participant, officer: User, hours: float = 0) -> CheckIn:
    row = asked(person, officer, hours)
    assert row.deadline_at is not None
    lifecycle.close_overdue(row, now=row.deadline_at)
    assert row.state == "missed"
    return row


def test_the_ways_take_every_move_that_an_issued_check_in_can_make() -> None:
    taken = {pair for way in WAYS for pair in pairwise(way.split())}
    every = {(from_.value, to.value) for from_, tos in MOVES.items() for to in tos}
    assert taken == every - NOT_ISSUED - BY_SQL


def test_every_move_is_told_by_the_list_at_once(alice: Participant, officer: User) -> None:
    other = people.participant(officer)
    missed(other, officer)
    assert agree() == {alice.pk: "none", other.pk: "missed"}
    for number, way in enumerate(WAYS):
        states = way.split()
        row = asked(alice, officer, hours=25 * number)
        assert agree() == {alice.pk: states[0], other.pk: "missed"}
        for state in states[1:]:
            go(row, State(state), officer)
            assert agree() == {alice.pk: state, other.pk: "missed"}


def test_what_becomes_of_an_earlier_one_does_not_hide_the_last(
    alice: Participant, officer: User
) -> None:
    first = missed(alice, officer)
    second = asked(alice, officer, hours=3)
    go(first, State.IN_REVIEW, officer)
    assert agree() == {alice.pk: "open"}
    go(second, State.VERIFYING, officer)
    go(first, State.ACCEPTED, officer)
    assert agree() == {alice.pk: "verifying"}
    go(second, State.IN_REVIEW, officer)
    go(first, State.IN_REVIEW, officer)
    go(first, State.NOT_ACCEPTED, officer)
    assert agree() == {alice.pk: "in_review"}


def test_of_two_issued_at_the_same_instant_the_later_one_is_the_last(
    alice: Participant, officer: User
) -> None:
    first, second = asked(alice, officer), None
    go(first, State.MISSED, officer)
    second = asked(alice, officer)
    go(second, State.LAPSED, officer)
    go(first, State.EXCUSED, officer)
    assert agree() == {alice.pk: "lapsed"}


def test_a_review_an_undo_a_late_photo_and_a_withdrawal_are_told(
    alice: Participant, officer: User
) -> None:
    row = in_review(alice, officer)
    assert agree() == {alice.pk: "in_review"}
    lifecycle.decide_review(row, accept=True, by=officer, reason="fine", now=NOON)
    assert agree() == {alice.pk: "accepted"}
    lifecycle.undo_acceptance(row, by=officer, now=NOON)
    assert agree() == {alice.pk: "in_review"}
    late = missed(alice, officer, hours=5)
    assert agree() == {alice.pk: "missed"}
    new = lifecycle.NewAttempt(photo=b"a late photo", suffix=".jpg")
    lifecycle.receive_attempt(late, new, now=NOON + 8 * HOUR)
    assert agree() == {alice.pk: "in_review"}
    again = asked(alice, officer, hours=9)
    lifecycle.withdraw(again, by=officer, reason="asked in error", now=NOON + 9 * HOUR)
    assert agree() == {alice.pk: "cancelled"}


def test_many_issued_by_one_statement_and_many_closed_by_the_sweep_are_told(
    officer: User,
) -> None:
    crowd = [under_supervision(officer, at=NOON, rate_per_week=21) for _ in range(6)]
    missed(crowd[0], officer)
    sweeps.draw_ahead(NOON)
    assert set(agree().values()) == {"missed", "none"}
    first = CheckIn.objects.order_by("participant_id", "planned_for").distinct("participant_id")
    due = [row.pk for row in first.filter(state="planned")]
    CheckIn.objects.filter(pk__in=due).update(planned_for=NOON + DAY)
    CheckIn.objects.filter(state="planned").exclude(pk__in=due).delete()
    assert sweeps.issue_due(NOON + DAY) == len(crowd)
    assert set(agree().values()) == {"open"}
    for row in CheckIn.objects.filter(state="open")[:3]:
        lifecycle.mark_delivered(row, now=NOON + DAY)
    assert sweeps.close_overdue(NOON + 2 * DAY) == len(crowd)
    assert sorted(agree().values()) == ["lapsed"] * 3 + ["missed"] * 3


def test_what_is_planned_or_given_up_before_it_was_issued_is_nobodys_last(officer: User) -> None:
    person = under_supervision(officer, at=NOON, rate_per_week=21)
    sweeps.draw_ahead(NOON)
    row = CheckIn.objects.filter(state="planned")[0]
    lifecycle.withdraw(row, by=officer, reason="a test", now=NOON)
    assert agree() == {person.pk: "none"}
    assert not LastCheckIn.objects.exists()


def test_excused_for_a_fault_and_taken_back_for_several_are_told(officer: User) -> None:
    crowd = [people.participant(officer) for _ in range(3)]
    for person in crowd:
        missed(person, officer)
    assert windows.excuse_for(fault(-30, 200), NOON + 5 * HOUR) == 3
    assert set(agree().values()) == {"excused"}
    for person in crowd:
        people.accepted_invite(person, officer)
    now = NOON + 6 * HOUR
    rows = together.with_lately(Participant.objects.order_by("-pk"), now)
    act = together.ACTS["request"]
    outcome = together.perform(act, rows, "the office is shut", by=officer, now=now)
    assert set(agree().values()) == {"open"}
    people_asked = CheckIn.objects.filter(public_id__in=outcome.done).order_by("participant_id")
    assert outcome.done == [str(row.public_id) for row in people_asked]
    together.keep("request", outcome, by=officer, now=now)
    made = together.ActForSeveral.objects.get()
    assert together.take_back(made.public_id, by=officer, now=now) == (3, 0)
    assert set(agree().values()) == {"cancelled"}


def test_retention_takes_no_check_in_away(alice: Participant, officer: User) -> None:
    row = in_review(alice, officer)
    lifecycle.decide_review(row, accept=True, by=officer, reason="fine", now=NOON)
    apply_retention(NOON + 4000 * DAY)
    assert agree() == {alice.pk: "accepted"}


def test_a_row_that_is_lost_or_behind_is_right_again_with_the_next_move(
    alice: Participant, officer: User
) -> None:
    row = missed(alice, officer)
    LastCheckIn.objects.update(state="lapsed")
    go(row, State.IN_REVIEW, officer)
    assert agree() == {alice.pk: "in_review"}
    LastCheckIn.objects.all().delete()
    go(row, State.NOT_ACCEPTED, officer)
    assert agree() == {alice.pk: "not_accepted"}


def test_the_migration_fills_what_is_missing_and_leaves_what_moves_have_written(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    filling: Any = importlib.import_module("checkins.migrations.0031_fill_last_check_ins")
    monkeypatch.setattr(filling, "BATCH", 2)
    crowd = [people.participant(officer) for _ in range(5)]
    for person in crowd[:4]:
        missed(person, officer)
    go(asked(crowd[0], officer, hours=3), State.LAPSED, officer)
    asked(crowd[1], officer, hours=3)
    expected = agree()
    kept = LastCheckIn.objects.get(participant=crowd[2])
    LastCheckIn.objects.exclude(participant=crowd[2]).delete()
    with connection.schema_editor() as editor:
        filling.fill(None, editor)
    assert agree() == expected
    assert LastCheckIn.objects.count() == 4
    assert LastCheckIn.objects.get(participant=crowd[2]).check_in_id == kept.check_in_id


@pytest.mark.django_db(transaction=True)
def test_an_earlier_one_and_the_last_moved_at_once_leave_the_last() -> None:
    officer = people.officer(people.office())
    alice = people.participant(officer)
    first, second = missed(alice, officer), asked(alice, officer, hours=3)
    moved = Event()

    def review_the_first() -> None:
        with transaction.atomic():
            go(first, State.IN_REVIEW, officer)
            moved.set()
            until_somebody_waits_for_us()

    def close_the_second() -> None:
        moved.wait(10)
        with transaction.atomic():
            go(second, State.MISSED, officer)

    assert at_once(review_the_first, close_the_second) == [None, None]
    assert agree() == {alice.pk: "missed"}
    assert LastCheckIn.objects.get().check_in_id == second.pk


@pytest.mark.django_db(transaction=True)
def test_two_that_move_check_ins_of_the_same_people_at_once_wait_and_do_not_lock_up() -> None:
    officer = people.officer(people.office())
    alice, bo = people.participant(officer), people.participant(officer)
    missed(bo, officer)  # before Alice's: a sweep that went by check-in would begin with Bo
    missed(alice, officer)
    later = [asked(person, officer, hours=9) for person in (alice, bo)]
    moved = Event()
    outage = fault(-30, 200)

    def take_back() -> None:
        with transaction.atomic():
            go(later[0], State.CANCELLED, officer)
            moved.set()
            until_somebody_waits_for_us()
            go(later[1], State.CANCELLED, officer)

    def excuse() -> int:
        moved.wait(10)
        return windows.excuse_for(outage, NOON + 9 * HOUR)

    assert at_once(take_back, excuse) == [None, 2]
    assert set(agree().values()) == {"cancelled"}


def test_it_names_its_check_in_and_when_that_was_issued(alice: Participant, officer: User) -> None:
    row = missed(alice, officer)
    kept = LastCheckIn.objects.get()
    assert (kept.check_in, kept.issued_at) == (row, NOON)
    assert str(kept) == f"last of {alice.pk}: missed"
    assert row.deadline_at == NOON + timedelta(hours=2)
