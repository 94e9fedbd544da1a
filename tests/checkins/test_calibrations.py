"""Which limits the decision reads, who may change them, and what the database refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.staff.models import User
from checkins import calibrations
from checkins.lifecycle import NewAttempt, receive_attempt
from checkins.models import Calibration, CalibrationUse, Template
from checkins.references import add_reference_photo
from checkins.verification.decision import STARTING_THRESHOLDS, Thresholds
from checkins.verify import verify_attempt
from tests import people
from tests.fake_engine import FakeEngine, picture

pytestmark = pytest.mark.django_db
REASON = "measured on photos of our own phones"
FAKE = ("dlib", "fake.1")


@pytest.fixture
def boss() -> User:
    return people.administrator()


def put_to_use(row: Calibration, by: User, instead_of: Calibration | None = None) -> CalibrationUse:
    now = clock.now()
    use = calibrations.activate(row, by=by, now=now, reason=REASON, instead_of=instead_of)
    calibrations.forget_kept()  # as after the commit, which a test's transaction does not reach
    return use


def limits(now: Any = None) -> Thresholds:
    return calibrations.thresholds_for(*FAKE, now=now or clock.now())


# --- what the decision reads --------------------------------------------------------------------


def test_without_a_calibration_the_shipped_limits_are_read(boss: User) -> None:
    assert limits() == STARTING_THRESHOLDS["dlib"]
    people.calibration(people.administrator())
    calibrations.forget_kept()
    assert limits() == STARTING_THRESHOLDS["dlib"], "a proposal is not in use"


def test_the_limits_of_the_one_in_use_are_read_with_their_version(boss: User) -> None:
    row = people.calibration(people.administrator())
    put_to_use(row, boss)
    assert limits() == Thresholds("dlib", 0.07, 0.06, 0.09, row.version, str(row.public_id))
    other = calibrations.thresholds_for("dlib", "another alignment", now=clock.now())
    assert other == STARTING_THRESHOLDS["dlib"], "distances of another version are not the same"
    sface = calibrations.thresholds_for("sface", "fake.1", now=clock.now())
    assert sface == STARTING_THRESHOLDS["sface"]


def test_limits_are_kept_for_seconds_only(boss: User, django_assert_num_queries: Any) -> None:
    now = clock.now()
    with django_assert_num_queries(1):
        for seconds in range(5):
            assert limits(now + timedelta(seconds=seconds)).version == "lfw-start-1"
    row = people.calibration(people.administrator())
    calibrations.activate(row, by=boss, now=now, reason=REASON, instead_of=None)
    assert limits(now + timedelta(seconds=4.9)).version == "lfw-start-1"
    assert limits(now + timedelta(seconds=5)).version == row.version
    assert limits(now - timedelta(hours=1)).version == row.version, "a clock set back reads again"


def test_a_photo_is_decided_by_the_calibration_and_says_by_which(boss: User) -> None:
    """A distance of 0.065 matches by the shipped limit, and is a close call by the stricter one."""
    officer = people.officer(people.office())
    alice = people.participant(officer)
    engine = FakeEngine("dlib", FAKE[1])
    add_reference_photo(alice, picture("alice"), ".jpg", by=officer, now=clock.now())
    found = []
    strict = people.calibration(
        people.administrator(), match_at_single=0.060, match_at_averaged=0.050
    )
    for row in (None, strict):
        if row is not None:
            put_to_use(row, boss)
        check_in = people.open_check_in(alice, officer)
        new = NewAttempt(picture("alice", noise=0.065), ".jpg")
        attempt = receive_attempt(check_in, new, now=clock.now())
        verify_attempt(attempt.pk, engine)
        attempt.verification.refresh_from_db()
        found.append(attempt.verification)
        check_in.refresh_from_db()
    assert Template.objects.count() == 1
    assert [one.result for one in found] == ["match", "inconclusive"]
    assert found[0].thresholds["calibration"] is None
    assert found[1].thresholds["calibration"] == str(strict.public_id)
    assert found[1].thresholds["version"] == strict.version
    assert found[1].thresholds["match_at_single"] == 0.060


def test_a_ceiling_that_became_stricter_leaves_the_shipped_limits(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_to_use(people.calibration(people.administrator()), boss)
    ceilings = {"dlib": calibrations.rules.Ceiling(0.05, 0.04)}
    monkeypatch.setattr(calibrations.rules, "CEILINGS", ceilings)
    assert limits() == STARTING_THRESHOLDS["dlib"]


# --- acts ---------------------------------------------------------------------------------------


def test_proposing_numbers_the_versions_and_leaves_a_trace(boss: User) -> None:
    measured = calibrations.as_measured(people.calibration(people.administrator(), number=4))
    now = clock.now()
    row = calibrations.propose(measured, by=boss, now=now, reason=f" {REASON} ")
    assert (row.version, row.reason, row.made_by, row.made_at) == ("dlib-5", REASON, boss, now)
    assert calibrations.as_measured(row).figures == measured.figures
    line = Entry.objects.get(verb="proposed a calibration")
    assert (line.object_id, line.actor_id) == (row.public_id, boss.public_id)
    assert line.facts["version"] == "dlib-5"
    assert not CalibrationUse.objects.exists()


def test_putting_to_use_ends_the_one_before_and_leaves_a_trace(boss: User) -> None:
    first, second = (
        people.calibration(people.administrator()),
        people.calibration(people.administrator()),
    )
    put_to_use(first, boss)
    put_to_use(second, boss, instead_of=first)
    ended, current = CalibrationUse.objects.order_by("pk")
    assert (ended.calibration, ended.until_at, ended.ended_by) == (first, current.from_at, boss)
    assert (current.calibration, current.until_at, current.reason) == (second, None, REASON)
    line = Entry.objects.filter(verb="put a calibration to use").latest("pk")
    assert (line.object_id, line.facts["before"]) == (second.public_id, first.version)
    put_to_use(first, boss, instead_of=second)
    assert limits().version == first.version, "an earlier one may come back"


def test_going_back_to_the_shipped_limits(boss: User) -> None:
    row = people.calibration(people.administrator())
    with pytest.raises(WrongState):
        calibrations.stop_using(row, by=boss, now=clock.now(), reason=REASON)
    put_to_use(row, boss)
    calibrations.stop_using(row, by=boss, now=clock.now(), reason=REASON)
    calibrations.forget_kept()
    assert limits() == STARTING_THRESHOLDS["dlib"]
    assert Entry.objects.get(verb="went back to the shipped limits").object_id == row.public_id


def test_who_saw_something_else_in_use_looks_again(boss: User) -> None:
    seen, quicker, mine = (people.calibration(people.administrator()) for _ in range(3))
    put_to_use(seen, boss)
    put_to_use(quicker, boss, instead_of=seen)
    with pytest.raises(WrongState):
        put_to_use(mine, boss, instead_of=seen)
    with pytest.raises(WrongState):
        put_to_use(mine, boss, instead_of=None)
    with pytest.raises(WrongState):
        put_to_use(quicker, boss, instead_of=quicker)
    assert limits().version == quicker.version


def test_who_proposed_it_does_not_put_it_to_use(boss: User) -> None:
    other = people.administrator()
    row = people.calibration(boss)
    for said in ("", "I looked twice"):
        with pytest.raises(NotPermitted, match="another administrator"):
            calibrations.activate(
                row, by=boss, now=clock.now(), reason=REASON, instead_of=None, alone_reason=said
            )
    use = put_to_use(row, other)
    assert (use.by, use.alone_reason) == (other, "")
    calibrations.stop_using(row, by=boss, now=clock.now(), reason="odd results")  # the safe way


def test_the_only_administrator_says_how_it_was_checked(boss: User) -> None:
    people.administrator(is_active=False)
    people.supervisor(people.office())
    row = people.calibration(boss)
    with pytest.raises(RuleError, match="no other administrator"):
        put_to_use(row, boss)
    said = "the figures were read with the vendor"
    calibrations.activate(
        row, by=boss, now=clock.now(), reason=REASON, instead_of=None, alone_reason=f" {said} "
    )
    assert CalibrationUse.objects.get().alone_reason == said
    line = Entry.objects.get(verb="put a calibration to use")
    assert line.facts["proposed_by_the_same"] is True


@pytest.mark.parametrize("role", ["officer", "supervisor"])
def test_only_administrators_decide(boss: User, role: str) -> None:
    row = people.calibration(people.administrator())
    who = getattr(people, role)(people.office())
    measured, now = calibrations.as_measured(row), clock.now()
    for act in (
        lambda: calibrations.propose(measured, by=who, now=now, reason=REASON),
        lambda: calibrations.activate(row, by=who, now=now, reason=REASON, instead_of=None),
        lambda: calibrations.stop_using(row, by=who, now=now, reason=REASON),
    ):
        with pytest.raises(RuleError, match="administrator"):
            act()
    assert not Entry.objects.exists()


def test_a_reason_is_required(boss: User) -> None:
    row = people.calibration(people.administrator())
    measured, now = calibrations.as_measured(row), clock.now()
    for act in (
        lambda: calibrations.propose(measured, by=boss, now=now, reason=" "),
        lambda: calibrations.activate(row, by=boss, now=now, reason=" ", instead_of=None),
        lambda: calibrations.stop_using(row, by=boss, now=now, reason=" "),
    ):
        with pytest.raises(RuleError, match="reason"):
            act()
    assert not CalibrationUse.objects.exists()


def test_a_loose_measurement_is_refused_before_it_is_kept(boss: User) -> None:
    loose = people.calibration(people.administrator())
    loose.match_at_single = 0.0741  # not saved
    measured = calibrations.as_measured(loose)
    with pytest.raises(RuleError, match=r"loosest allowed is 0\.074"):
        calibrations.propose(measured, by=boss, now=clock.now(), reason=REASON)
    with pytest.raises(RuleError, match="loosest"):
        calibrations.activate(loose, by=boss, now=clock.now(), reason=REASON, instead_of=None)


# --- what the database refuses ------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"match_at_single": 0.0741},
        {"match_at_averaged": 0.0651},
        {"weights_name": "sface", "match_at_single": 0.642, "review_to": 0.8},
        {"weights_name": "another"},
        {"match_at_averaged": 0.071},
        {"match_at_averaged": 0.0},
        {"review_to": 0.069},
        {"review_to": 2.1},
        {"target_fmr": 0.0011},
        {"target_fmr": 0.0},
        {"reason": ""},
    ],
)
def test_rows_that_may_not_be_are_refused(boss: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        people.calibration(people.administrator(), **wrong)


def test_the_database_lets_only_one_be_in_use(boss: User) -> None:
    row = people.calibration(people.administrator())
    use = put_to_use(row, boss)
    facts = {"weights_name": "dlib", "by": boss, "reason": REASON, "from_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        CalibrationUse.objects.create(calibration=row, weights_version="fake.1", **facts)
    with pytest.raises(IntegrityError, match="own weight set"), transaction.atomic():
        CalibrationUse.objects.create(calibration=row, weights_version="fake.2", **facts)
    assert CalibrationUse.objects.get() == use


def test_the_database_wants_two_or_a_reason_and_nobody_else(boss: User) -> None:
    row = people.calibration(boss)
    facts = {"calibration": row, "weights_name": "dlib", "weights_version": "fake.1",
             "reason": REASON, "from_at": clock.now()}  # fmt: skip
    alone = {"by": boss, "alone_reason": "nobody else is here"}
    with pytest.raises(IntegrityError, match="another administrator"), transaction.atomic():
        CalibrationUse.objects.create(**facts, by=boss)
    other = people.administrator()
    for wrong in (alone, alone | {"by": other}):
        with pytest.raises(IntegrityError, match="another administrator"), transaction.atomic():
            CalibrationUse.objects.create(**facts, **wrong)
    type(other).objects.filter(pk=other.pk).update(is_active=False)
    assert CalibrationUse.objects.create(**facts, **alone).pk


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkins_calibration SET match_at_single = 0.0739",
        "DELETE FROM checkins_calibration",
        "DELETE FROM checkins_calibrationuse",
        "UPDATE checkins_calibrationuse SET reason = 'another'",
        "UPDATE checkins_calibrationuse SET until_at = NULL, ended_by_id = NULL, end_reason = ''",
        "UPDATE checkins_calibrationuse SET end_reason = 'another'",
    ],
)
def test_what_was_written_stays(boss: User, statement: str) -> None:
    row = people.calibration(people.administrator())
    put_to_use(row, boss)
    calibrations.stop_using(row, by=boss, now=clock.now(), reason=REASON)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
