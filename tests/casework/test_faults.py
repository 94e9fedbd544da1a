"""The ledger of faults: signs of life, providers, and what people enter by hand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.common.actors import SYSTEM, Actor
from casework.common.errors import RuleError, WrongState
from casework.faults import registry, services
from casework.faults.models import Fault, Heartbeat
from casework.faults.rules import (
    BEAT_EVERY,
    OUTAGE_AFTER,
    PROBE_EVERY,
    PROVIDER_FAILURES,
    PROVIDER_TRIED_WITHIN,
    SILENT_AFTER,
    STUCK_AFTER,
    Kind,
    Part,
    moved_deadline,
    overlap,
    union,
)

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
BOSS = Actor.staff(uuid4(), "Bo Supervisor")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


# --- rules -------------------------------------------------------------------------------------


def test_time_in_several_faults_counts_once() -> None:
    spans = [(at(0), at(10)), (at(5), at(12)), (at(12), at(13)), (at(20), at(30)), (at(9), at(9))]
    assert union(spans) == [(at(0), at(13)), (at(20), at(30))]
    assert overlap(spans, at(-5), at(60)) == minutes(23)
    assert overlap(spans, at(11), at(21)) == minutes(3)
    assert overlap(spans, at(13), at(20)) == minutes(0)


def test_a_deadline_moves_by_the_faults_within_the_window_and_no_other() -> None:
    assert moved_deadline(at(0), minutes(60), []) == at(60)
    assert moved_deadline(at(0), minutes(60), [(at(-30), at(10))]) == at(70)
    assert moved_deadline(at(0), minutes(60), [(at(50), at(80))]) == at(90)
    assert moved_deadline(at(0), minutes(60), [(at(60), at(80))]) == at(60)
    assert moved_deadline(at(0), minutes(60), [(at(50), at(70)), (at(75), at(80))]) == at(85)


SPANS = st.lists(
    st.tuples(st.integers(-100, 300), st.integers(0, 90)).map(
        lambda pair: (at(pair[0]), at(pair[0] + pair[1]))
    ),
    max_size=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(SPANS, st.integers(1, 200))
def test_outside_the_faults_the_whole_window_is_left(
    spans: list[tuple[datetime, datetime]], window: int
) -> None:
    deadline = moved_deadline(NOON, minutes(window), spans)
    assert deadline - NOON - overlap(spans, NOON, deadline) == minutes(window)
    assert moved_deadline(NOON, minutes(window), [*spans, *spans]) == deadline


# --- signs of life -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_sign_of_life_is_written_every_ten_seconds_at_most() -> None:
    services.beat(Part.WEB, NOON)
    services.beat(Part.WEB, NOON + BEAT_EVERY / 2)
    assert Heartbeat.objects.get().last_at == NOON
    services.beat(Part.WEB, NOON + BEAT_EVERY)
    assert Heartbeat.objects.get().last_at == NOON + BEAT_EVERY
    services.beat(Part.WEB, NOON)  # of a process whose clock is behind
    assert Heartbeat.objects.get().last_at == NOON + BEAT_EVERY


@pytest.mark.django_db
def test_a_silent_part_is_at_fault_from_its_last_sign_until_it_is_back() -> None:
    gone = NOON + SILENT_AFTER[Part.DISPATCHER] + timedelta(seconds=1)
    services.beat(Part.DISPATCHER, NOON)
    services.beat(Part.WEB, NOON)
    services.watch(gone - timedelta(seconds=20))
    services.beat(Part.WEB, gone - timedelta(seconds=20))
    assert not Fault.objects.exists()
    services.watch(gone)
    fault = Fault.objects.get()
    assert (fault.kind, fault.opened_at, fault.closed_at) == ("dispatcher", NOON, None)
    assert services.blocking(gone) == fault
    services.beat(Part.DISPATCHER, gone + BEAT_EVERY)
    services.beat(Part.WEB, gone + BEAT_EVERY)
    services.watch(gone + BEAT_EVERY)
    fault.refresh_from_db()
    assert fault.closed_at == gone + BEAT_EVERY
    assert services.blocking(gone + BEAT_EVERY) is None
    assert Fault.objects.count() == 1


@pytest.mark.django_db
def test_a_part_that_never_showed_itself_is_not_missed() -> None:
    services.beat(Part.WEB, NOON)
    for second in range(0, 600, 10):
        services.beat(Part.WEB, NOON + timedelta(seconds=second))
        services.watch(NOON + timedelta(seconds=second))
    assert not Fault.objects.exists()


@pytest.mark.django_db
def test_a_silence_that_nobody_watched_is_recorded_by_the_part_that_comes_back() -> None:
    services.beat(Part.DISPATCHER, NOON)
    for minute in range(6):
        services.beat(Part.WEB, at(minute))
    services.beat(Part.DISPATCHER, at(5))
    fault = Fault.objects.get()
    assert (fault.kind, fault.opened_at, fault.closed_at) == ("dispatcher", NOON, at(5))


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["watch", "beat"])
def test_an_outage_of_everything_is_recorded_afterwards_once_with_its_true_times(
    first: str,
) -> None:
    for part in Part:
        services.beat(part, NOON)
    services.beat(Part.WEB, at(0.5))
    if first == "watch":
        services.watch(at(45))
    for part in Part:
        services.beat(part, at(45))
    services.watch(at(46))
    fault = Fault.objects.get()
    assert (fault.kind, fault.opened_at, fault.closed_at) == ("outage", at(0.5), at(45))
    assert fault.is_automatic


@pytest.mark.django_db
def test_a_restart_that_takes_a_minute_is_no_outage() -> None:
    services.beat(Part.WEB, NOON)
    services.watch(NOON + OUTAGE_AFTER)
    assert not Fault.objects.exists()


@pytest.mark.django_db
def test_after_an_outage_a_part_that_stays_away_has_its_time_before_it_is_at_fault() -> None:
    for part in (Part.WEB, Part.VERIFICATION):
        services.beat(part, NOON)
    services.watch(at(60))
    for second in range(0, 300, 10):
        services.beat(Part.WEB, at(60) + timedelta(seconds=second))
        services.watch(at(60) + timedelta(seconds=second))
    kinds = set(Fault.objects.values_list("kind", "opened_at"))
    assert kinds == {("outage", NOON), ("verification", at(60))}


@pytest.mark.django_db
def test_a_queue_that_does_not_move_is_a_fault_since_its_oldest_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    oldest: list[datetime | None] = [NOON]
    monkeypatch.setitem(registry.probes, Kind.VERIFICATION, lambda _now: oldest[0])
    limit = NOON + STUCK_AFTER[Kind.VERIFICATION]
    services.watch(limit)
    assert not Fault.objects.exists()
    services.watch(limit + BEAT_EVERY)
    assert Fault.objects.get().opened_at == NOON
    oldest[0] = None
    services.watch(limit + BEAT_EVERY * 2)
    assert Fault.objects.get().closed_at == limit + BEAT_EVERY * 2


# --- providers ---------------------------------------------------------------------------------


def fail(channel: str, times: int, since: datetime = NOON) -> None:
    for number in range(times):
        services.note_failure(channel, since + timedelta(seconds=number), "http 503")


@pytest.mark.django_db
def test_failures_in_a_row_are_a_fault_since_the_first_and_a_success_ends_it() -> None:
    fail("sms", PROVIDER_FAILURES - 1)
    services.note_success("sms", at(1))
    fail("sms", PROVIDER_FAILURES - 1, at(2))
    fail("voice", PROVIDER_FAILURES - 1, at(2))
    assert not Fault.objects.exists()
    fail("sms", 3, at(3))
    fault = Fault.objects.get()
    assert (fault.kind, fault.channel, fault.opened_at) == ("provider", "sms", at(2))
    services.note_success("voice", at(4))
    assert services.blocking(at(4)) == fault
    services.note_success("sms", at(5))
    fault.refresh_from_db()
    assert fault.closed_at == at(5)


@pytest.mark.django_db
def test_a_channel_that_others_stand_in_for_is_on_the_ledger_and_stops_no_clock() -> None:
    fail("email", PROVIDER_FAILURES)
    assert services.open_faults().count() == 1
    assert services.blocking(at(1)) is None


@pytest.mark.django_db
def test_a_provider_that_nothing_is_tried_with_any_more_gets_another_chance() -> None:
    fail("push", PROVIDER_FAILURES)
    services.watch(NOON + PROVIDER_TRIED_WITHIN)
    assert services.open_faults().exists()
    services.watch(NOON + PROVIDER_TRIED_WITHIN + minutes(1))
    assert not services.open_faults().exists()
    services.note_failure("push", at(20), "timeout")
    assert Fault.objects.count() == 2, "still failing: one more failure is enough"
    assert services.open_faults().get().opened_at == NOON, "it was never back"


@pytest.mark.django_db
def test_a_provider_whose_fault_stops_the_clock_is_down_until_it_answers() -> None:
    fail("sms", PROVIDER_FAILURES)
    services.watch(at(24 * 60))
    assert services.down_channels() == {"sms"}
    services.note_success("sms", at(24 * 60 + 1))
    assert services.down_channels() == frozenset()


@pytest.mark.django_db
def test_a_provider_that_is_down_is_tried_by_one_at_a_time() -> None:
    fail("sms", PROVIDER_FAILURES)
    later = NOON + timedelta(seconds=4) + PROBE_EVERY
    assert not services.claim_probe("sms", at(0.5))
    assert [services.claim_probe("sms", later) for _ in range(3)] == [True, False, False]


# --- by hand -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_fault_by_hand_has_a_reason_and_times_that_can_be() -> None:
    for kind_of_refusal in (
        lambda: services.open_fault(Kind.OTHER, NOON, " ", by=BOSS, now=NOON),
        lambda: services.open_fault(Kind.OTHER, at(1), "storm", by=BOSS, now=NOON),
        lambda: services.record_past_fault(
            Kind.OTHER, (at(-5), at(-6)), "storm", by=BOSS, now=NOON
        ),
        lambda: services.record_past_fault(Kind.OTHER, (at(-5), at(6)), "storm", by=BOSS, now=NOON),
    ):
        with pytest.raises(RuleError):
            kind_of_refusal()
    fault = services.open_fault(Kind.OTHER, at(-5), "storm", by=BOSS, now=NOON)
    assert (fault.opened_by_name, fault.is_automatic) == ("Bo Supervisor", False)
    services.watch(at(1))
    services.close_fault(fault, at(2), by=BOSS, now=at(2), reason="over")
    with pytest.raises(WrongState):
        services.close_fault(fault, at(3), by=BOSS, now=at(3))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "weather"},
        {"reason": ""},
        {"channel": "sms"},
        {"closed_at": at(-1), "closed_by_kind": "staff"},
        {"closed_at": at(1)},
        {"closed_by_kind": "staff"},
    ],
)
def test_the_database_refuses_impossible_faults(wrong: dict[str, object]) -> None:
    row = {
        "kind": "other", "opened_at": NOON, "recorded_at": NOON, "reason": "storm",
        "opened_by_kind": "staff",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Fault.objects.create(**row | wrong)


# --- at once -----------------------------------------------------------------------------------


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            gate.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_parts_that_come_back_at_once_record_one_outage() -> None:
    for part in Part:
        services.beat(part, NOON)
    acts: list[Callable[[], object]] = [
        lambda part=part: services.beat(part, at(30))  # type: ignore[misc]
        for part in Part
    ]
    at_once([*acts, lambda: services.watch(at(30)), lambda: services.watch(at(30))])
    assert list(Fault.objects.values_list("kind", "opened_at", "closed_at")) == [
        ("outage", NOON, at(30))
    ]


@pytest.mark.django_db(transaction=True)
def test_senders_that_fail_at_once_open_one_fault() -> None:
    acts = [lambda: fail("sms", PROVIDER_FAILURES)] * 4
    at_once(acts)
    assert Fault.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_closes_a_fault() -> None:
    fault = services.open_fault(Kind.OTHER, NOON, "storm", by=SYSTEM, now=NOON)

    def close() -> object:
        try:
            services.close_fault(Fault.objects.get(), at(1), by=BOSS, now=at(1))
        except WrongState:
            return "late"
        return "closed"

    assert sorted(map(str, at_once([close, close]))) == ["closed", "late"]
    fault.refresh_from_db()
    assert fault.closed_at == at(1)
