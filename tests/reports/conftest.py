"""Two offices with a supervisor each, and a little that happened in the first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins.models import CheckIn
from smartlink.reports.asking import Wish
from tests import people
from tests.reports.worlds import Told, request

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@dataclass
class Place:
    office: Office
    supervisor: User
    officer: User
    person: Participant
    asked: list[CheckIn]


def place(**kw: object) -> Place:
    """An office with twelve requests in October: nine on time, two missed, one open."""
    office = people.office(**kw)
    officer = people.officer(office)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    person = people.participant(officer, created_at=began)
    person.assignments.update(from_at=began)
    start = datetime(2026, 10, 5, 15, tzinfo=UTC)
    story = Told(0, FIRST, 0, "", 7, drawn=True, result="no_match")
    paths = ["on_time"] * 9 + ["missed"] * 2 + ["open"]
    asked = [request(person, officer, start + timedelta(days=n), path, story)
             for n, path in enumerate(paths)]  # fmt: skip
    return Place(office, people.supervisor(office), officer, person, asked)


@pytest.fixture
def here(db: None) -> Place:
    return place(name="Harbor Office", region="East")


@pytest.fixture
def there(db: None) -> Place:
    return place(name="Mountain Office", region="West")


def october(**kw: object) -> Wish:
    return Wish(**{"kind": "compliance", "first": FIRST, "last": LAST} | kw)  # type: ignore[arg-type]


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def now() -> datetime:
    return clock.now()
