"""Our faults and the windows that they overlap: time is given back, and nobody is missed for us."""

from datetime import UTC, datetime, timedelta

import pytest

from casework.common import clock
from casework.common.actors import SYSTEM, Actor
from casework.common.errors import RuleError
from casework.faults import services
from casework.faults.models import Fault
from casework.faults.rules import Kind, Part
from casework.notices.tasks import send_notices
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle, sweeps, tasks
from checkins.lifecycle import windows
from checkins.models import CheckIn, CheckInEvent
from checkins.plans import PlanTerms, set_plan
from checkins.scheduling.issue import issue_due
from checkins.scheduling.verify import verify_day
from checkins.verification.codes import Reason, Result
from tests import people
from tests.scheduling.days import under_supervision

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
HOUR = 60


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    person = people.participant(officer)
    terms = PlanTerms(window_minutes=HOUR)
    set_plan(person, terms, by=officer, now=NOON)
    return person


@pytest.fixture
def asked(alice: Participant, officer: User) -> CheckIn:
    """Open from noon for an hour, and shown to Alice."""
    check_in = people.open_check_in(alice, officer, now=NOON)
    lifecycle.mark_delivered(check_in, now=NOON)
    return check_in


def fault(from_: float, until: float | None, *, by: Actor = SYSTEM, known: float = 0) -> Fault:
    now = at(max(from_, until or from_, known))
    if until is None:
        return services.open_fault(Kind.WEB, at(from_), "a test", by=by, now=now)
    return services.record_past_fault(Kind.WEB, (at(from_), at(until)), "a test", by=by, now=now)


def close(now: datetime) -> int:
    """As the sweep of deadlines does."""
    sweeps.heed_faults(now)
    return sweeps.close_overdue(now)


def test_a_fault_in_the_window_is_added_to_it_and_told_why(asked: CheckIn) -> None:
    outage = fault(10, 25)
    assert close(at(26)) == 0
    asked.refresh_from_db()
    assert asked.deadline_at == at(HOUR + 15)
    assert (asked.extended_seconds, asked.extended_by) == (15 * 60, [str(outage.public_id)])


def test_heeding_a_fault_again_changes_nothing_and_two_at_once_count_once(asked: CheckIn) -> None:
    fault(10, 25)
    fault(20, 30)
    for minute in (31, 32, 33):
        sweeps.heed_faults(at(minute))
    asked.refresh_from_db()
    assert (asked.deadline_at, len(asked.extended_by)) == (at(HOUR + 20), 2)


def test_a_fault_before_or_after_the_window_moves_nothing(asked: CheckIn) -> None:
    fault(-30, -1)
    fault(HOUR, HOUR + 30)
    assert close(at(HOUR + 31)) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.deadline_at, asked.extended_by) == ("missed", at(HOUR), [])


def test_while_a_fault_is_on_nothing_is_closed_and_afterwards_the_rest_of_the_time_is_left(
    asked: CheckIn,
) -> None:
    on = fault(50, None)
    assert close(at(5 * HOUR)) == 0
    assert windows.window_now(asked, at(5 * HOUR)).deadline_at == at(5 * HOUR + 10)
    services.close_fault(on, at(5 * HOUR), by=SYSTEM, now=at(5 * HOUR))
    assert close(at(5 * HOUR + 9)) == 0
    assert close(at(5 * HOUR + 10)) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.deadline_at) == ("missed", at(5 * HOUR + 10))
    assert asked.events.last().at == asked.deadline_at


def test_what_was_over_before_the_fault_is_closed_while_it_is_on(asked: CheckIn) -> None:
    fault(HOUR + 5, None)
    assert close(at(2 * HOUR)) == 1
    asked.refresh_from_db()
    assert asked.state == "missed"


def test_a_window_stretched_beyond_half_a_day_lapses(asked: CheckIn) -> None:
    fault(10, 10 + 13 * HOUR)
    assert close(at(14 * HOUR)) == 1
    asked.refresh_from_db()
    event = asked.events.last()
    assert (asked.state, event.reason) == ("lapsed", lifecycle.verdicts.NOT_MADE_GOOD)
    assert event.at == asked.deadline_at == at(14 * HOUR)


def test_a_window_that_a_fault_pushed_into_the_night_lapses(officer: User) -> None:
    person = under_supervision(officer, at=NOON - timedelta(days=1), window_minutes=HOUR)
    sweeps.draw_ahead(NOON - timedelta(days=1))
    check_in = people.open_check_in(person, officer, now=NOON)
    evening = timedelta(hours=7, minutes=30)  # half past seven in New York; asked until eight
    CheckIn.objects.filter(pk=check_in.pk).update(
        issued_at=NOON + evening,
        deadline_at=NOON + evening + timedelta(hours=1),
        delivered_at=NOON + evening,
    )
    fault(7.75 * HOUR, 10.75 * HOUR)
    assert close(at(13 * HOUR)) == 1
    check_in.refresh_from_db()
    assert check_in.state == "lapsed"


def test_the_same_fault_at_noon_is_made_good(officer: User) -> None:
    person = under_supervision(officer, at=NOON - timedelta(days=1), window_minutes=HOUR)
    sweeps.draw_ahead(NOON - timedelta(days=1))
    check_in = people.open_check_in(person, officer, now=NOON)
    lifecycle.mark_delivered(check_in, now=NOON)
    fault(15, 3 * HOUR + 15)
    assert close(at(5 * HOUR)) == 1
    check_in.refresh_from_db()
    assert check_in.state == "missed"


@pytest.mark.parametrize(
    ("shown", "state"), [(0, "missed"), (30, "missed"), (31, "lapsed"), (59, "lapsed")]
)
def test_who_got_the_request_shortly_before_its_end_is_never_missed(
    alice: Participant, officer: User, shown: float, state: str
) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    lifecycle.mark_delivered(check_in, now=at(shown))
    assert close(at(HOUR) + timedelta(seconds=1)) == 1
    check_in.refresh_from_db()
    assert check_in.state == state


@pytest.mark.parametrize(
    ("begins", "ends", "shown", "state"),
    [
        (10, 50, 55, "missed"),
        (10, 30, 55, "lapsed"),
        (25, 75, 20, "missed"),
        (40, 90, 35, "lapsed"),
    ],
)
def test_our_own_fault_is_no_time_to_answer_in(
    alice: Participant, officer: User, begins: float, ends: float, shown: float, state: str
) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    fault(begins, ends)
    lifecycle.mark_delivered(check_in, now=at(shown))
    assert close(at(HOUR + ends - begins) + timedelta(seconds=1)) == 1
    check_in.refresh_from_db()
    assert check_in.state == state


def test_a_channel_that_others_stand_in_for_moves_no_deadline(asked: CheckIn) -> None:
    services.open_fault(Kind.PROVIDER, at(1), "down", by=SYSTEM, now=at(1), channel="email")
    assert close(at(HOUR)) == 1


def test_an_unusable_photo_during_a_fault_leaves_time_to_try_again(asked: CheckIn) -> None:
    fault(50, None)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(asked, new, now=at(70))
    dark = lifecycle.Finding(Result.POOR_PHOTO, (Reason.TOO_DARK,))
    lifecycle.record_verification(attempt, dark, now=at(70))
    asked.refresh_from_db()
    assert asked.state == "open"


# --- what was missed before we knew --------------------------------------------------------------


def test_a_missed_check_in_is_excused_by_a_fault_that_becomes_known_later(asked: CheckIn) -> None:
    assert close(at(HOUR)) == 1
    late = fault(50, 80, known=90)
    sweeps.heed_faults(at(90))
    sweeps.heed_faults(at(91))
    asked.refresh_from_db()
    event = asked.events.last()
    assert (asked.state, event.actor_kind) == ("excused", "system")
    assert str(late.public_id) in event.reason
    assert asked.events.filter(to_state="excused").count() == 1


def test_one_missed_after_its_fault_was_made_good_stays_missed(asked: CheckIn) -> None:
    fault(10, 25)
    assert close(at(HOUR + 15)) == 1
    sweeps.heed_faults(at(HOUR + 20))
    asked.refresh_from_db()
    assert asked.state == "missed"


def test_who_enters_a_past_fault_by_hand_excuses_what_it_overlapped(
    asked: CheckIn, officer: User
) -> None:
    close(at(HOUR))
    boss = people.supervisor(asked.participant.office)
    entered = fault(30, 40, by=boss.actor, known=30 * HOUR)
    assert windows.excuse_for(entered, at(30 * HOUR)) == 1
    event = asked.events.last()
    assert (event.to_state, event.actor_id) == ("excused", boss.public_id)


# --- nothing new meanwhile -----------------------------------------------------------------------


@pytest.fixture
def due(officer: User) -> CheckIn:
    """Planned for noon, and due."""
    person = under_supervision(officer, at=NOON - timedelta(days=1), rate_per_week=21)
    sweeps.draw_ahead(NOON - timedelta(days=1))
    row = CheckIn.objects.filter(participant=person, planned_for__gt=NOON).earliest("planned_for")
    CheckIn.objects.exclude(pk=row.pk).delete()
    return row


def test_while_a_fault_is_on_nothing_is_issued_and_after_it_the_full_window_is_given(
    due: CheckIn,
) -> None:
    assert due.planned_for is not None
    start = due.planned_for - timedelta(minutes=1)
    on = services.open_fault(Kind.DISPATCHER, start, "a test", by=SYSTEM, now=start)
    assert issue_due(due.planned_for).issued == 0
    back = due.planned_for + timedelta(minutes=10)
    services.close_fault(on, back, by=SYSTEM, now=back)
    assert issue_due(back).issued == 1
    due.refresh_from_db()
    minutes = PlanTerms().window_minutes
    assert (due.issued_at, due.deadline_at) == (back, back + timedelta(minutes=minutes))
    sweeps.heed_faults(back)
    due.refresh_from_db()
    assert due.extended_seconds == 0


def test_what_a_fault_kept_from_being_issued_is_given_up_with_that_reason(due: CheckIn) -> None:
    assert due.planned_for is not None
    services.open_fault(Kind.DISPATCHER, due.planned_for, "a test", by=SYSTEM, now=due.planned_for)
    later = due.planned_for + timedelta(days=1)
    assert issue_due(later).cancelled == 1
    event = CheckInEvent.objects.get(check_in=due, to_state="cancelled")
    assert event.reason == lifecycle.issuing.FAULT_WAS_ON
    assert due.draw_day is not None
    assert verify_day(due.draw_day, later).unexplained == []


def test_an_officer_cannot_ask_while_a_fault_is_on(alice: Participant, officer: User) -> None:
    on = fault(0, None)
    with pytest.raises(RuleError, match="fault on our side"):
        people.open_check_in(alice, officer, now=at(1))
    services.close_fault(on, at(2), by=SYSTEM, now=at(2))
    people.open_check_in(alice, officer, now=at(3))


# --- through the tasks ---------------------------------------------------------------------------


@pytest.fixture
def asked_today(alice: Participant, officer: User) -> CheckIn:
    check_in = people.open_check_in(alice, officer)
    lifecycle.mark_delivered(check_in, now=clock.now())
    return check_in


def test_an_outage_of_everything_is_recognised_before_anybody_is_judged(
    asked_today: CheckIn,
) -> None:
    send_notices()
    tasks.sweep_issue()
    tasks.sweep_deadlines()
    services.beat(Part.WEB, clock.now())
    with clock.shifted(timedelta(minutes=90)):
        tasks.sweep_deadlines()
        asked_today.refresh_from_db()
        assert asked_today.state == "open"
        assert 85 * 60 < asked_today.extended_seconds <= 91 * 60
    outage = Fault.objects.get()
    assert (outage.kind, outage.closed_at is not None) == ("outage", True)
    for minute in range(90, 91 + HOUR):
        for part in (Part.WEB, Part.DISPATCHER, Part.NOTICES):
            services.beat(part, clock.now() + timedelta(minutes=minute))
    with clock.shifted(timedelta(minutes=91 + HOUR)):
        tasks.sweep_deadlines()
        asked_today.refresh_from_db()
        assert asked_today.state == "missed"


def test_verification_that_stands_still_is_a_fault_and_ends_when_it_moves(
    asked_today: CheckIn,
) -> None:
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(asked_today, new, now=clock.now())
    with clock.shifted(timedelta(minutes=6)):
        tasks.sweep_deadlines()
        stuck = Fault.objects.get()
        assert (stuck.kind, stuck.opened_at) == ("verification", attempt.received_at)
        done = lifecycle.Finding(Result.POOR_PHOTO, (Reason.TOO_DARK,))
        lifecycle.record_verification(attempt, done, now=clock.now())
    with clock.shifted(timedelta(minutes=7)):
        tasks.sweep_deadlines()
        stuck.refresh_from_db()
        assert stuck.closed_at is not None
        asked_today.refresh_from_db()
        assert 5 * 60 < asked_today.extended_seconds <= 8 * 60
