"""Two at once, with two real connections: one wins, the other loses cleanly."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from casework.common.errors import RuleError, WrongState
from checkins import lifecycle, uploads
from checkins.models import Attempt, CheckIn, PartialUpload
from checkins.plans import plan_of
from checkins.states import State
from checkins.verification.codes import Result
from tests import people

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment, each on its own connection; results or refusals."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            gate.wait()
            return act()
        except RuleError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def until_somebody_waits_for_us() -> None:
    """Returns once another connection waits for a lock of ours; fails after a while."""
    for _ in range(20_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                " AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            found = cursor.fetchone()
        if found and found[0]:
            return
    raise AssertionError("nobody came to wait")


def test_two_officers_asking_at_once_make_one_check_in() -> None:
    officer = people.officer(people.office())
    alice = people.participant(officer)
    results = at_once(
        *[
            lambda: lifecycle.request_check_in(alice, by=officer, reason="moved", now=NOON)
            for _ in range(4)
        ]
    )
    assert sum(isinstance(result, CheckIn) for result in results) == 1
    assert CheckIn.objects.count() == 1


def test_an_officer_who_asks_while_the_dispatcher_issues_reads_that_one_is_open() -> None:
    officer = people.officer(people.office())
    alice = people.participant(officer)
    plan = plan_of(alice, now=NOON)
    issued = Event()

    def dispatch() -> None:
        with transaction.atomic():
            CheckIn.objects.create(
                participant=alice, plan=plan, origin=CheckIn.Origin.DRAWN, method=plan.method,
                liveness=plan.liveness, state=State.OPEN.value, created_at=NOON, issued_at=NOON,
                deadline_at=NOON + timedelta(hours=2),
            )  # fmt: skip
            issued.set()
            until_somebody_waits_for_us()

    def ask() -> CheckIn:
        issued.wait(10)
        return lifecycle.request_check_in(alice, by=officer, reason="moved", now=NOON)

    done, refused = at_once(dispatch, ask)
    assert done is None
    assert isinstance(refused, RuleError)
    assert refused.code == "already_open"


def test_the_same_photo_tapped_four_times_at_once_is_one_attempt() -> None:
    officer = people.officer(people.office())
    check_in = people.open_check_in(people.participant(officer), officer)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg", submission_key="tap")

    def tap() -> object:
        return lifecycle.receive_attempt(CheckIn.objects.get(pk=check_in.pk), new, now=NOON)

    results = at_once(*[tap] * 4)
    assert {getattr(result, "pk", None) for result in results} == {Attempt.objects.get().pk}


def test_two_reviewers_at_once_give_one_verdict() -> None:
    office = people.office()
    officer, other = people.officer(office), people.supervisor(office)
    boss = people.administrator()
    check_in = people.open_check_in(people.participant(officer), officer)
    attempt = lifecycle.receive_attempt(
        check_in, lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg"), now=NOON
    )
    lifecycle.record_verification(attempt, lifecycle.Finding(Result.NO_MATCH, ()), now=NOON)
    lifecycle.propose_not_accepted(check_in, by=boss, reason="no", now=NOON)
    results = at_once(
        lambda: lifecycle.decide_review(
            CheckIn.objects.get(pk=check_in.pk), accept=True, by=officer, reason="", now=NOON
        ),
        lambda: lifecycle.decide_review(
            CheckIn.objects.get(pk=check_in.pk), accept=False, by=other, reason="no", now=NOON
        ),
    )
    assert sum(isinstance(result, WrongState) for result in results) == 1
    assert check_in.events.filter(from_state="in_review").count() == 1


def test_two_who_propose_at_once_do_not_confirm_each_other() -> None:
    office = people.office()
    officer, boss = people.officer(office), people.supervisor(office)
    check_in = people.open_check_in(people.participant(officer), officer)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(check_in, new, now=NOON)
    lifecycle.record_verification(attempt, lifecycle.Finding(Result.NO_MATCH, ()), now=NOON)
    results = at_once(
        *[
            lambda by=by: lifecycle.propose_not_accepted(
                CheckIn.objects.get(pk=check_in.pk), by=by, reason="no", now=NOON
            )
            for by in (officer, boss)
        ]
    )
    assert sum(isinstance(result, WrongState) for result in results) == 1
    assert CheckIn.objects.get(pk=check_in.pk).state == "in_review"


def test_two_workers_at_once_settle_an_attempt_once() -> None:
    officer = people.officer(people.office())
    check_in = people.open_check_in(people.participant(officer), officer)
    attempt = lifecycle.receive_attempt(
        check_in, lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg"), now=NOON
    )
    finding = lifecycle.Finding(Result.NO_MATCH, ())
    results = at_once(*[lambda: lifecycle.record_verification(attempt, finding, now=NOON)] * 4)
    assert sorted(results, key=bool) == [False, False, False, True]
    assert check_in.events.filter(from_state="verifying").count() == 1


def test_throwing_an_upload_away_waits_for_the_piece_that_is_coming(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    officer = people.officer(people.office())
    check_in = people.open_check_in(people.participant(officer), officer)
    body, key = bytes(9000), uuid4()
    sha256 = hashlib.sha256(body).hexdigest()

    def piece(offset: int) -> uploads.Piece:
        kind = "multipart/form-data; boundary=b"
        return uploads.Piece(offset, body[offset : offset + 2000], len(body), sha256, kind)

    def forget_soon() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            uploads.forget(check_in, key)
        finally:
            connection.close()

    seal = uploads.seal

    def seal_while_another_forgets(content: bytes) -> bytes:
        with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError, match="lock timeout"):
            pool.submit(forget_soon).result()
        return seal(content)

    uploads.take_piece(check_in, key, piece(0), now=NOON)
    monkeypatch.setattr(uploads, "seal", seal_while_another_forgets)
    assert uploads.take_piece(check_in, key, piece(2000), now=NOON) is None
    assert uploads.received(check_in, key, now=NOON) == 4000
    uploads.forget(check_in, key)
    assert not PartialUpload.objects.exists()
