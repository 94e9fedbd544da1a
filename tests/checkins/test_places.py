"""A place: only where authorised, only when given, only coarse, and not for long."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction

from casework.common import clock
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.retention.models import Certificate
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, Verification
from checkins.plans import PlanTerms, set_plan
from checkins.rules import LOCATION_KEPT_DAYS
from checkins.verification.codes import Reason, Result
from tests import people

pytestmark = pytest.mark.django_db
NOW = clock.now()
HERE = (40.712776, -74.005974)
ORDERED = {"location": True, "location_reason": "Ordered by the court."}
DAY = timedelta(days=1)
KEPT = LOCATION_KEPT_DAYS * DAY


@pytest.fixture
def boss() -> User:
    return people.supervisor(people.office())


@pytest.fixture
def alice(boss: User) -> Participant:
    return people.participant(boss)


def asked(person: Participant, by: User, now: datetime = NOW, **terms: Any) -> CheckIn:
    set_plan(person, PlanTerms(**terms), by=by, now=now)
    return people.open_check_in(person, by, now=now)


def answer(check_in: CheckIn, place: Any = HERE, now: datetime = NOW) -> Attempt:
    new = lifecycle.NewAttempt(str(now).encode(), ".jpg", place=place)
    return lifecycle.receive_attempt(check_in, new, now=now)


def kept(attempt: Attempt) -> tuple[Decimal | None, Decimal | None]:
    return Attempt.objects.values_list("latitude", "longitude").get(pk=attempt.pk)


def purged(now: datetime) -> int:
    """How many places the rule of retention deletes now."""
    return next(one.deleted for one in apply_retention(now) if one.rule == "places")


def settle(attempt: Attempt, result: Result, now: datetime = NOW) -> None:
    distance = 0.01 if result is Result.MATCH else None
    reasons = () if result is Result.MATCH else (Reason.NO_FACE,)
    found = lifecycle.Finding(result, reasons, distance=distance)
    lifecycle.record_verification(attempt, found, now=now)


def test_where_none_is_asked_for_none_is_kept(alice: Participant, boss: User) -> None:
    check_in = asked(alice, boss)
    assert not check_in.asks_location
    assert kept(answer(check_in)) == (None, None)


def test_where_it_is_authorised_it_is_kept_to_a_kilometre(alice: Participant, boss: User) -> None:
    check_in = asked(alice, boss, **ORDERED)
    assert check_in.asks_location
    assert kept(answer(check_in)) == (Decimal("40.71"), Decimal("-74.01"))


@pytest.mark.parametrize("place", [None, (float("nan"), 0.0), (91.0, 0.0)])
def test_no_or_no_sense_never_blocks(alice: Participant, boss: User, place: Any) -> None:
    check_in = asked(alice, boss, **ORDERED)
    assert kept(answer(check_in, place)) == (None, None)
    assert check_in.state == "verifying"


def test_it_is_asked_for_once_a_check_in(alice: Participant, boss: User) -> None:
    check_in = asked(alice, boss, **ORDERED)
    settle(answer(check_in, place=None), Result.NO_FACE)
    again = CheckIn.objects.get(pk=check_in.pk)
    assert not again.asks_location
    assert kept(answer(again, now=NOW + timedelta(minutes=1))) == (None, None)


def test_an_order_taken_back_holds_at_once(alice: Participant, boss: User) -> None:
    check_in = asked(alice, boss, **ORDERED)
    set_plan(alice, PlanTerms(), by=boss, now=NOW)
    fresh = CheckIn.objects.get(pk=check_in.pk)
    assert kept(answer(fresh)) == (None, None)


def test_the_database_holds_no_finer_place_and_no_half_one(alice: Participant, boss: User) -> None:
    attempt = answer(asked(alice, boss, **ORDERED))
    rows = Attempt.objects.filter(pk=attempt.pk)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE checkins_attempt SET latitude = 40.712776 WHERE id = %s", [attempt.pk]
        )
    assert rows.values_list("latitude", flat=True).get() == Decimal("40.71")
    for facts in ({"latitude": None}, {"latitude": Decimal(91)}, {"longitude": Decimal(-181)}):
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            rows.update(**facts)


def test_thirty_days_after_the_decision_it_is_gone_and_the_rest_stays(
    alice: Participant, boss: User
) -> None:
    check_in = asked(alice, boss, liveness="none", liveness_reason="a test", **ORDERED)
    attempt = answer(check_in)
    settle(attempt, Result.MATCH, NOW + timedelta(hours=1))
    assert CheckIn.objects.get(pk=check_in.pk).state == "accepted"
    decided = NOW + timedelta(hours=1)
    assert purged(decided + KEPT) == 0
    assert kept(attempt)[0] is not None
    assert purged(decided + KEPT + timedelta(seconds=1)) == 1
    assert kept(attempt) == (None, None)
    assert Attempt.objects.get(pk=attempt.pk).photo_sha256
    assert Verification.objects.get(attempt=attempt).result == "match"
    certificate = Certificate.objects.get(rule="places")
    assert (certificate.count, certificate.participant_id) == (1, alice.public_id)
    assert purged(decided + 2 * KEPT) == 0


def test_while_an_officer_has_not_decided_it_stays_for_the_officer(
    alice: Participant, boss: User
) -> None:
    check_in = asked(alice, boss, **ORDERED)
    attempt = answer(check_in)
    settle(attempt, Result.MATCH)  # liveness was not shown: a person decides
    assert CheckIn.objects.get(pk=check_in.pk).state == "in_review"
    assert purged(NOW + 99 * DAY) == 0
    lifecycle.decide_review(check_in, accept=True, by=boss, reason="", now=NOW + 99 * DAY)
    assert purged(NOW + 99 * DAY + KEPT + DAY) == 1


def test_of_a_missed_check_in_it_goes_thirty_days_after_the_deadline(
    alice: Participant, boss: User
) -> None:
    check_in = asked(alice, boss, **ORDERED)
    attempt = answer(check_in)
    settle(attempt, Result.NO_FACE)
    deadline = check_in.deadline_at
    assert deadline is not None
    lifecycle.close_overdue(check_in, now=deadline)
    assert CheckIn.objects.get(pk=check_in.pk).state == "missed"
    assert purged(deadline + KEPT) == 0
    assert purged(deadline + KEPT + DAY) == 1
    assert kept(attempt) == (None, None)
