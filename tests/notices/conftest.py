"""Alice has a phone and an e-mail address; the clock stands at noon in New York."""

from datetime import UTC, datetime

import pytest

from casework.participants.models import ContactPoint, Participant
from casework.staff.models import User
from tests import people

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
PHONE = "+12025550123"


@pytest.fixture
def officer(db: None) -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return reachable(people.participant(officer))


def reachable(person: Participant, phone: str = PHONE) -> Participant:
    ContactPoint.objects.create(participant=person, kind="phone", phone=phone, preferred=True)
    ContactPoint.objects.create(participant=person, kind="email", email="alice@example.org")
    return person
