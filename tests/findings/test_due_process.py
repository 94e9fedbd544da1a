"""A finding's way: each step allowed, each other step refused, by the code and by the database."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from casework.audit.models import Entry
from casework.common.actors import SYSTEM
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.faults.rules import Kind as FaultKind
from casework.faults.services import record_past_fault
from casework.findings import clock_of_answers, services, telling
from casework.findings.models import Finding, FindingEvent
from casework.findings.moves import move
from casework.findings.rules import MOVES, State
from casework.findings.services import Proposal
from casework.hearings.models import Court
from casework.hearings.results import record_attendance
from casework.hearings.services import enter
from casework.notices.models import Delivery, Notice
from casework.notices.services import note_delivered
from checkins import lifecycle
from tests import people
from tests.findings.conftest import ANSWER, WHY, Cast

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# Restated: whoever changes the table says here what is meant.
ALLOWED = {
    ("proposed", "told"), ("proposed", "withdrawn"),
    ("told", "answered"), ("told", "upheld"), ("told", "overturned"), ("told", "withdrawn"),
    ("answered", "upheld"), ("answered", "overturned"), ("answered", "withdrawn"),
    ("upheld", "overturned"), ("upheld", "withdrawn"), ("overturned", "expunged"),
}  # fmt: skip


def test_the_table_allows_these_steps_and_no_other() -> None:
    assert {(a.value, b.value) for a in State for b in MOVES[a]} == ALLOWED


@pytest.mark.parametrize("way", ["propose", "told", "answered", "upheld", "overturned",
                                 "withdrawn"])  # fmt: skip
def test_every_other_step_raises_and_changes_nothing(cast: Cast, way: str) -> None:
    finding: Finding = getattr(cast, way)()
    before, events = finding.state, finding.events.count()
    for to in State:
        if (before, to.value) not in ALLOWED:
            with pytest.raises(WrongState):
                move(finding, to, by=cast.boss.actor, now=cast.now)
    finding.refresh_from_db()
    assert (finding.state, finding.events.count()) == (before, events)


def test_the_whole_way_leaves_one_event_a_step_and_one_line_in_the_trail(cast: Cast) -> None:
    finding = cast.upheld()
    acts = list(finding.events.values_list("act", "from_state", "to_state", "actor_kind"))
    assert acts == [
        ("proposed", "", "proposed", "staff"),
        ("told", "proposed", "told", "system"),
        ("answered", "told", "answered", "participant"),
        ("upheld", "answered", "upheld", "staff"),
    ]
    trail = Entry.objects.filter(object_id=finding.public_id)
    assert set(trail.values_list("verb", flat=True)) == {
        "proposed a finding", "answered a finding", "decided a finding",
    }  # fmt: skip
    assert not any("hospital" in str(line.facts) or line.facts for line in trail)


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [SYSTEM, None])
def test_a_machine_can_propose_nothing(cast: Cast, who: Any) -> None:
    with pytest.raises(NotPermitted):
        cast.propose(by=who)
    assert not Finding.objects.exists()


def test_nothing_in_the_lifecycle_of_a_check_in_makes_one(cast: Cast) -> None:
    cast.missed()
    assert not Finding.objects.exists()


def test_the_database_takes_no_finding_without_a_member_of_staff(cast: Cast) -> None:
    finding = cast.propose()
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(proposed_by=None)
    for act in ("proposed", "upheld", "overturned", "more_time"):
        with pytest.raises(IntegrityError, match="no_machine_accuses"), transaction.atomic():
            FindingEvent.objects.create(
                finding=finding, at=cast.now, act=act, to_state="proposed", actor_kind="system"
            )


def test_somebody_elses_participant_is_out_of_reach(cast: Cast) -> None:
    colleague = people.officer(cast.alice.office)
    with pytest.raises(NotPermitted):
        cast.propose(by=colleague)


def test_who_proposed_does_not_decide(cast: Cast) -> None:
    finding = cast.answered(by=cast.boss)
    with pytest.raises(NotPermitted, match="second person"):
        cast.decide(finding, uphold=True)
    with pytest.raises(IntegrityError, match="takes_two"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(
            state="upheld", decided_by=cast.boss, decided_at=cast.now + 2 * DAY,
            decision_reason="x",
        )  # fmt: skip


def test_an_officer_does_not_decide(cast: Cast) -> None:
    finding = cast.answered(by=cast.boss)
    with pytest.raises(NotPermitted):
        cast.decide(finding, uphold=True, by=cast.officer)


def test_only_the_proposer_withdraws_and_only_with_a_reason(cast: Cast) -> None:
    finding = cast.told()
    with pytest.raises(NotPermitted):
        services.withdraw(finding, reason="no", by=cast.boss, now=cast.now)
    with pytest.raises(RuleError):
        services.withdraw(finding, reason="  ", by=cast.officer, now=cast.now)
    services.withdraw(finding, reason="Wrong person.", by=cast.officer, now=cast.now)
    assert finding.state == "withdrawn"
    assert Notice.objects.filter(kind=telling.RESULT, subject_id=finding.public_id).exists()


# --- when ----------------------------------------------------------------------------------------


def test_it_is_not_decided_before_the_person_was_told(cast: Cast) -> None:
    finding = cast.propose()
    with pytest.raises(WrongState, match="not been told"):
        cast.decide(finding, uphold=True, now=cast.now + 60 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(
            state="upheld", decided_by=cast.boss, decided_at=cast.now, decision_reason="x"
        )


def test_a_receipt_of_the_notice_is_what_tells_and_starts_the_fourteen_days(cast: Cast) -> None:
    finding = cast.propose()
    notice = Notice.objects.get(kind=telling.TOLD, subject_id=finding.public_id)
    row = Delivery.objects.create(
        notice=notice, channel="sms", address="+12025550143", created_at=cast.now,
        next_at=cast.now, attempts=1,
    )  # fmt: skip
    assert finding.answer_by is None
    note_delivered(row, now=cast.now + DAY)
    finding.refresh_from_db()
    assert (finding.state, finding.told_at) == ("told", cast.now + DAY)
    assert finding.answer_by == cast.now + 15 * DAY


def test_it_is_not_decided_while_there_is_time_to_answer(cast: Cast) -> None:
    finding = cast.told()
    for uphold in (True, False):
        with pytest.raises(WrongState, match="still has time"):
            cast.decide(finding, uphold=uphold, now=cast.now + 13 * DAY)
    with pytest.raises(IntegrityError, match="after_answer_or_its_time"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(
            state="upheld", decided_by=cast.boss, decided_at=cast.now + 13 * DAY,
            decision_reason="x",
        )  # fmt: skip
    cast.decide(finding, uphold=True, now=cast.now + 14 * DAY)
    assert finding.state == "upheld"


def test_an_answer_lets_it_be_decided_at_once(cast: Cast) -> None:
    finding = cast.answered()
    cast.decide(finding, uphold=True, now=cast.now + 1 * DAY)
    assert (finding.state, finding.decided_by) == ("upheld", cast.boss)
    assert Notice.objects.filter(kind=telling.RESULT, subject_id=finding.public_id).exists()


def test_a_fault_of_ours_takes_nothing_of_the_time_to_answer(cast: Cast) -> None:
    finding = cast.told()
    span = (cast.now + 2 * DAY, cast.now + 5 * DAY)
    later = cast.now + 6 * DAY
    record_past_fault(FaultKind.WEB, span, "The pages were down.", by=SYSTEM, now=later)
    with pytest.raises(WrongState, match="still has time"):
        cast.decide(finding, uphold=True, now=cast.now + 15 * DAY)
    assert clock_of_answers.extend_all(later) == 1
    assert clock_of_answers.extend_all(later) == 0
    finding.refresh_from_db()
    assert finding.answer_by == cast.now + 17 * DAY


def test_time_is_given_by_hand_with_a_reason_and_never_taken(cast: Cast) -> None:
    finding = cast.told()
    until = cast.now + 30 * DAY
    for wrong in (cast.now + DAY, cast.now + 400 * DAY):
        with pytest.raises(RuleError, match="later day"):
            services.give_time(finding, wrong, reason="Ill.", by=cast.officer, now=cast.now)
    stranger = people.officer(people.office())
    with pytest.raises(NotPermitted):
        services.give_time(finding, until, reason="Ill.", by=stranger, now=cast.now)
    services.give_time(finding, until, reason="Ill.", by=cast.officer, now=cast.now)
    assert finding.answer_by == until
    assert finding.events.latest("pk").reason == "Ill."
    with pytest.raises(WrongState, match="still has time"):
        cast.decide(finding, uphold=True, now=cast.now + 20 * DAY)


def test_one_reminder_comes_before_the_time_is_over(cast: Cast) -> None:
    finding = cast.told()
    assert telling.remind(cast.now + DAY) == 0
    assert telling.remind(cast.now + 12 * DAY) == 1
    assert telling.remind(cast.now + 12 * DAY) == 0
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now + 12 * DAY)
    left = Notice.objects.under_way().filter(subject_id=finding.public_id)
    assert not left.exists()


# --- what ----------------------------------------------------------------------------------------


def test_only_one_stands_about_the_same_thing(cast: Cast) -> None:
    check_in = cast.missed()
    cast.propose(check_in)
    with pytest.raises(WrongState, match="already"):
        cast.propose(check_in, by=cast.boss)
    row = Finding.objects.get()
    row.pk, row.public_id = None, check_in.public_id
    with pytest.raises(IntegrityError, match="one_about_a_thing"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("why", ["", "   "])
def test_it_needs_a_reason(cast: Cast, why: str) -> None:
    with pytest.raises(RuleError):
        cast.propose(why=why)


def test_it_says_only_what_the_check_in_bears_out(cast: Cast) -> None:
    check_in = cast.missed()
    for wrong in ("late", "not_accepted", "absent", "anything"):
        with pytest.raises(RuleError, match="cannot be said"):
            cast.propose(check_in, kind=wrong)


def test_a_check_in_that_lapsed_is_never_held_against_anybody(cast: Cast) -> None:
    check_in = people.open_check_in(cast.alice, cast.officer, now=cast.now - 2 * DAY)
    lifecycle.close_overdue(check_in, now=cast.now)
    check_in.refresh_from_db()
    assert check_in.state == "lapsed"
    with pytest.raises(WrongState, match="never counts"):
        cast.propose(check_in)


@pytest.mark.parametrize("act", ["excuse", "withdraw"])
def test_what_was_excused_or_taken_back_is_not_proposed(cast: Cast, act: str) -> None:
    if act == "excuse":
        check_in = cast.missed()
        lifecycle.excuse(check_in, by=cast.officer, reason="In hospital.", now=cast.now)
    else:
        check_in = people.open_check_in(cast.alice, cast.officer)
        lifecycle.withdraw(check_in, by=cast.officer, reason="A mistake.", now=cast.now)
    with pytest.raises(WrongState, match="count"):
        cast.propose(check_in)


def test_excusing_the_check_in_takes_the_finding_back(cast: Cast) -> None:
    check_in = cast.missed()
    finding = cast.propose(check_in)
    services.mark_told(finding, now=cast.now)
    lifecycle.excuse(check_in, by=cast.boss, reason="In hospital.", now=cast.now)
    finding.refresh_from_db()
    assert finding.state == "withdrawn"
    assert finding.events.latest("pk").reason == "In hospital."


def test_also_one_that_was_upheld_is_taken_back_with_its_decision(cast: Cast) -> None:
    check_in = cast.missed()
    finding = cast.propose(check_in)
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now)
    cast.decide(finding, uphold=True)
    with pytest.raises(WrongState):
        services.withdraw(finding, reason="Me.", by=cast.officer, now=cast.now)
    lifecycle.excuse(check_in, by=cast.officer, reason="In hospital.", now=cast.now + 3 * DAY)
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by, finding.decision_reason) == ("withdrawn", None, "")


def test_an_attendance_put_right_takes_the_finding_back(cast: Cast) -> None:
    terms = {"court": Court.objects.create(name="The court"), "starts_at": cast.now - DAY}
    hearing = enter(cast.alice, terms, by=cast.officer, now=cast.now - 9 * DAY)
    record_attendance(hearing, "absent", by=cast.officer, now=cast.now)
    new = Proposal("hearing", hearing.public_id, "absent", WHY)
    finding = services.propose(new, by=cast.officer, now=cast.now)
    other = cast.told()
    assert services.take_back_void(cast.now) == 0
    record_attendance(hearing, "attended", by=cast.officer, now=cast.now)
    assert services.take_back_void(cast.now) == 1
    assert services.take_back_void(cast.now) == 0
    finding.refresh_from_db()
    other.refresh_from_db()
    assert (finding.state, other.state) == ("withdrawn", "told")


def test_a_fault_that_excuses_the_check_in_takes_the_finding_back(cast: Cast) -> None:
    check_in = cast.missed(ago=timedelta(hours=3))
    finding = cast.propose(check_in)
    span = (check_in.issued_at, check_in.deadline_at)
    record_past_fault(FaultKind.WEB, span, "Down.", by=SYSTEM, now=cast.now)
    assert lifecycle.windows.excuse_for_faults(cast.now) == 1
    finding.refresh_from_db()
    assert (finding.state, finding.events.latest("pk").actor_kind) == ("withdrawn", "system")


def test_what_has_changed_since_cannot_be_upheld(cast: Cast) -> None:
    check_in = cast.missed()
    finding = cast.propose(check_in)
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now)
    type(check_in).objects.filter(pk=check_in.pk).update(state="excused", decided_at=cast.now)
    with pytest.raises(RuleError, match="cannot be upheld"):
        cast.decide(finding, uphold=True)
    cast.decide(finding, uphold=False)
    assert finding.state == "expunged"


# --- the answer ----------------------------------------------------------------------------------


def test_the_answer_may_be_changed_until_it_is_decided(cast: Cast) -> None:
    finding = cast.answered()
    services.answer(finding, "And a second paper.", by=cast.alice, now=cast.now + DAY)
    assert finding.answer == "And a second paper."
    cast.decide(finding, uphold=True)
    with pytest.raises(WrongState):
        services.answer(finding, "Too late.", by=cast.alice, now=cast.now + 3 * DAY)
    assert Finding.objects.get().answer == "And a second paper."


def test_an_answer_after_the_time_still_counts_while_nobody_decided(cast: Cast) -> None:
    finding = cast.told()
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now + 40 * DAY)
    assert finding.state == "answered"


@pytest.mark.parametrize("text", ["", " \n", "x" * 5001])
def test_an_empty_or_endless_answer_is_refused_with_its_field(cast: Cast, text: str) -> None:
    finding = cast.told()
    with pytest.raises(RuleError) as refused:
        services.answer(finding, text, by=cast.alice, now=cast.now)
    assert refused.value.field == "answer"


def test_nobody_answers_for_somebody_else(cast: Cast) -> None:
    finding = cast.told()
    bob = people.participant(cast.officer)
    with pytest.raises(Finding.DoesNotExist):
        services.answer(finding, ANSWER, by=bob, now=cast.now)


# --- the database alone --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "wrong"),
    [
        ("propose", {"kind": "rude"}),
        ("propose", {"reason": ""}),
        ("propose", {"subject_id": None}),
        ("propose", {"state": "answered"}),
        ("told", {"answer_by": None}),
        ("told", {"state": "proposed"}),
        ("answered", {"answer": ""}),
        ("upheld", {"decision_reason": ""}),
        ("upheld", {"decided_by": None}),
        ("withdrawn", {"withdrawn_at": None}),
        ("overturned", {"reason": WHY}),
        ("overturned", {"answer": ANSWER}),
        ("overturned", {"kind": "missed"}),
    ],
)
def test_the_database_refuses_impossible_rows(cast: Cast, way: str, wrong: dict[str, Any]) -> None:
    finding = getattr(cast, way)()
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**wrong)
    connection.check_constraints()
