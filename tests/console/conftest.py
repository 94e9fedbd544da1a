"""Staff with and without the case, and the check-ins that they meet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, ReferencePhoto
from checkins.references import add_reference_photo
from checkins.verification.codes import Reason, Result
from tests import people
from tests.fake_engine import picture

Browser = Callable[[User], Client]


@pytest.fixture
def office(db: None) -> Office:
    return people.office()


@pytest.fixture
def officer(office: Office) -> User:
    return people.officer(office)


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


@pytest.fixture
def browser_of() -> Browser:
    """A browser in which that member of staff is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def reference_photo(of: Participant, by: User, person: str = "alice") -> ReferencePhoto:
    photo = add_reference_photo(of, picture(person), ".jpg", by=by, now=clock.now())
    ReferencePhoto.objects.filter(pk=photo.pk).update(state="usable")
    photo.refresh_from_db()
    return photo


def in_review(
    of: Participant, by: User, result: Result = Result.NO_MATCH, *, minutes_ago: int = 0
) -> CheckIn:
    """A check-in whose photo the machine could not settle, that many minutes ago."""
    then = clock.now() - timedelta(minutes=minutes_ago)
    check_in = people.open_check_in(of, by, now=then)
    photo = picture(f"somebody at {minutes_ago}")
    new = lifecycle.NewAttempt(photo=photo, suffix=".jpg")
    attempt = lifecycle.receive_attempt(check_in, new, now=then)
    record(attempt, result, then)
    check_in.refresh_from_db()
    return check_in


def record(attempt: Attempt, result: Result, now: object) -> None:
    compared = result in {Result.MATCH, Result.NO_MATCH, Result.INCONCLUSIVE}
    reason = {
        Result.NO_MATCH: Reason.DOES_NOT_MATCH,
        Result.INCONCLUSIVE: Reason.CLOSE_CALL,
        Result.MATCH: Reason.LIVENESS_NOT_SHOWN,
    }.get(result, Reason.ENGINE_FAILED)
    found = lifecycle.Finding(
        result,
        (reason,),
        distance=0.12 if compared else None,
        similarity=31.4 if compared else None,
        weights_name="dlib",
        weights_version="fake.1",
        thresholds={
            "match_at_single": 0.074,
            "match_at_averaged": 0.065,
            "review_to": 0.093,
            "version": "t",
        },
    )
    lifecycle.record_verification(attempt, found, now=now)  # type: ignore[arg-type]
