"""A provider that is down is a fault on the ledger, and ends with its next success."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from casework.common import clock
from casework.faults.models import Fault, Heartbeat
from casework.notices.models import Notice
from casework.notices.sending import send_due, waiting_since
from casework.staff.models import User
from tests import people
from tests.notices import fake_twilio
from tests.notices.conftest import reachable
from tests.notices.fake_twilio import FakeTwilio

pytestmark = pytest.mark.django_db


@pytest.fixture
def twilio(settings: Any) -> Iterator[FakeTwilio]:
    with fake_twilio.running() as (fake, url):
        for name, value in (fake_twilio.SETTINGS | {"TWILIO_BASE_URL": url}).items():
            setattr(settings, name, value)
        yield fake


def ask(officer: User, number: int, now: datetime) -> None:
    person = reachable(people.participant(officer), f"+120255502{number:02d}")
    people.open_check_in(person, officer, now=now)


def test_several_failures_in_a_row_open_a_fault_and_a_success_closes_it(
    twilio: FakeTwilio, officer: User
) -> None:
    now = clock.now()
    twilio.moods = ["503"] * 5
    for number in range(5):
        ask(officer, number, now)
    send_due(lambda: now)
    fault = Fault.objects.get(kind="provider", channel="sms")
    assert fault.closed_at is None
    send_due(lambda: now + timedelta(seconds=90))
    fault.refresh_from_db()
    assert fault.closed_at is not None


def test_wrong_numbers_are_no_fault_of_the_provider(twilio: FakeTwilio, officer: User) -> None:
    now = clock.now()
    twilio.moods = ["400:21211"] * 8
    for number in range(8):
        ask(officer, number, now)
    send_due(lambda: now)
    assert not Fault.objects.filter(kind="provider").exists()


def test_senders_show_that_they_live_and_how_far_behind_they_are(officer: User) -> None:
    now = clock.now()
    assert waiting_since(now) is None
    ask(officer, 1, now)
    assert waiting_since(now + timedelta(minutes=6)) == now
    send_due(lambda: now)
    assert waiting_since(now) is None
    assert Heartbeat.objects.filter(part="notices").exists()
    assert Notice.objects.get().next_at is not None
