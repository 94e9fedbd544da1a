"""What a participant reads of our own faults, and what a provider that is down does to nobody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.common import clock
from casework.common.actors import SYSTEM
from casework.faults import services
from casework.faults.models import Fault
from casework.faults.rules import Kind, Part
from casework.notices.tasks import send_notices
from casework.participants.models import ContactPoint, Participant
from casework.staff.models import User
from checkins import lifecycle, sweeps, tasks
from checkins.models import CheckIn
from tests import people
from tests.notices import fake_twilio
from tests.notices.fake_twilio import FakeTwilio

SORRY = "We have a problem on our side"


def page_of(client: Client, check_in: CheckIn | None = None) -> str:
    path = reverse("portal:home")
    if check_in is not None:
        path = reverse("portal:check_in", args=[check_in.public_id])
    return client.get(path, follow=True).content.decode()


def test_a_fault_that_is_on_is_told_on_both_pages(alice_in: Client, open_check_in: CheckIn) -> None:
    assert SORRY not in page_of(alice_in)
    now = clock.now()
    fault = services.open_fault(Kind.WEB, now, "a test", by=SYSTEM, now=now)
    assert SORRY in page_of(alice_in)
    assert SORRY in page_of(alice_in, open_check_in)
    services.close_fault(fault, now, by=SYSTEM, now=clock.now())  # however long the pages took
    home = page_of(alice_in)
    assert SORRY not in home
    assert "so you have more time" not in home, "not for a fault of less than a second"


def test_time_given_back_is_explained(alice_in: Client, alice: Participant, officer: User) -> None:
    now = clock.now()
    check_in = people.open_check_in(alice, officer, now=now - timedelta(minutes=30))
    times = now - timedelta(minutes=20), now - timedelta(minutes=10)
    services.record_past_fault(Kind.WEB, times, "a test", by=SYSTEM, now=now)
    assert "so you have more time" in page_of(alice_in)
    assert "so you have more time" in page_of(alice_in, check_in)


def test_what_was_missed_for_our_fault_says_so(
    alice_in: Client, alice: Participant, officer: User
) -> None:
    now = clock.now()
    check_in = people.open_check_in(alice, officer, now=now - timedelta(days=1))
    lifecycle.mark_delivered(check_in, now=now - timedelta(days=1))
    lifecycle.close_overdue(check_in, now=now)
    assert check_in.deadline_at is not None
    times = check_in.deadline_at - timedelta(minutes=5), check_in.deadline_at
    services.record_past_fault(Kind.WEB, times, "a test", by=SYSTEM, now=now)
    sweeps.heed_faults(now)
    page = page_of(alice_in, check_in)
    assert "This check-in is excused" in page
    assert "We had a problem on our side while it was open" in page


@pytest.fixture
def twilio(settings: Any) -> Iterator[FakeTwilio]:
    with fake_twilio.running() as (fake, url):
        for name, value in (fake_twilio.SETTINGS | {"TWILIO_BASE_URL": url}).items():
            setattr(settings, name, value)
        yield fake


def test_a_provider_that_is_down_for_a_whole_window_makes_nobody_miss(
    twilio: FakeTwilio, alice: Participant, alice_in: Client, officer: User
) -> None:
    twilio.moods = ["503"] * 10_000
    everybody = [alice, *(people.participant(officer) for _ in range(5))]
    for number, person in enumerate(everybody):
        phone = f"+120255503{number:02d}"
        ContactPoint.objects.create(participant=person, kind="phone", phone=phone)
        people.open_check_in(person, officer)
    last = max(at for at in CheckIn.objects.values_list("deadline_at", flat=True) if at)
    minutes = int((last - clock.now()).total_seconds() // 60) + 10
    told = False
    for minute in range(minutes):
        with clock.shifted(timedelta(minutes=minute)):
            for part in (Part.WEB, Part.DISPATCHER):
                services.beat(part, clock.now())
            if minute % 10 == 0:
                send_notices()
                tasks.sweep_deadlines()
                if not told and services.blocking(clock.now()) is not None:
                    told = SORRY in page_of(alice_in)
    faults = Fault.objects.filter(kind="provider").values_list("channel", flat=True)
    assert "sms" in set(faults)
    assert set(CheckIn.objects.values_list("state", flat=True)) <= {"open", "lapsed"}
    assert told, "while it was on, the page said so"
