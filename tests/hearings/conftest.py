"""A court in another zone, staff who answer for Alice and staff who do not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.common import clock
from casework.hearings.models import Court, Hearing
from casework.hearings.services import enter
from casework.participants.models import Participant
from casework.staff.models import Office, User
from tests import people

Enter = Callable[..., Hearing]


@pytest.fixture
def office(db: None) -> Office:
    return people.office()


@pytest.fixture
def officer(office: Office) -> User:
    return people.officer(office)


@pytest.fixture
def stranger(db: None) -> User:
    """An officer of another office."""
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


@pytest.fixture
def court(db: None) -> Court:
    return Court.objects.create(
        name="Los Angeles (Olive Street) Immigration Court", city="Los Angeles", state="CA",
        timezone="America/Los_Angeles",
    )  # fmt: skip


@pytest.fixture
def now() -> datetime:
    return clock.now().replace(microsecond=0)


@pytest.fixture
def entered(
    alice: Participant, officer: User, court: Court, now: datetime
) -> Callable[..., Hearing]:
    """Enter a hearing of Alice's, in ten days unless the terms say otherwise."""

    def enter_it(**terms: Any) -> Hearing:
        given = {"court": court, "starts_at": now + timedelta(days=10)} | terms
        by = given.pop("by", officer)
        return enter(given.pop("of", alice), given, by=by, now=given.pop("now", now))

    return enter_it


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client
