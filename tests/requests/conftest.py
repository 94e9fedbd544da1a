"""Alice has a phone in use; her officer, and one next door."""

from datetime import datetime

import pytest

from casework.common import clock
from casework.participants.models import ContactPoint, Participant
from casework.staff.models import User
from tests import people

OLD, NEW = "+12025550101", "+12025550143"


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def officer(db: None) -> User:
    return people.officer(people.office())


@pytest.fixture
def colleague(officer: User) -> User:
    return people.officer(officer.offices.get())


@pytest.fixture
def alice(officer: User) -> Participant:
    person = people.participant(officer)
    ContactPoint.objects.create(participant=person, kind="phone", phone=OLD, preferred=True)
    return person
