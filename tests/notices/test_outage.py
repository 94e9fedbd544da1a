"""A phone provider that is away for a window's length: no notice is lost, nobody is missed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from casework.common import clock
from casework.faults import services
from casework.faults.models import Fault
from casework.notices.models import Delivery, NoticePreferences
from casework.notices.sending import send_due, waiting_since
from casework.staff.models import User
from checkins import lifecycle, sweeps
from checkins.models import CheckIn
from checkins.plans import PlanTerms, set_plan
from tests import people
from tests.notices import fake_twilio
from tests.notices.fake_twilio import FakeTwilio

pytestmark = pytest.mark.django_db

WINDOW = 30
MINUTE = timedelta(minutes=1)


@pytest.fixture
def twilio(settings: Any) -> Iterator[FakeTwilio]:
    with fake_twilio.running() as (fake, url):
        for name, value in (fake_twilio.SETTINGS | {"TWILIO_BASE_URL": url}).items():
            setattr(settings, name, value)
        yield fake


def ask(officer: User, number: int, now: datetime) -> CheckIn:
    """Somebody who has nothing but a phone that takes text messages."""
    person = people.participant(officer)
    person.contact_points.create(kind="phone", phone=f"+120255502{number:02d}", preferred=True)
    NoticePreferences.objects.create(participant=person, channels=["sms"], updated_at=now)
    set_plan(person, PlanTerms(window_minutes=WINDOW), by=officer, now=now)
    return people.open_check_in(person, officer, now=now)


def pass_time(from_: datetime, minutes: int) -> datetime:
    """Everything that runs all the time, once a minute."""
    at = from_
    for _ in range(minutes):
        at += MINUTE
        send_due(lambda at=at: at)  # type: ignore[misc]
        services.watch(at)
        sweeps.heed_faults(at)
        sweeps.close_overdue(at)
    return at


def test_a_provider_that_is_down_for_a_whole_window_makes_nobody_missed(
    twilio: FakeTwilio, officer: User
) -> None:
    now = clock.now()
    asked = [ask(officer, number, now) for number in range(8)]
    twilio.moods = ["503"] * 1000
    at = pass_time(now, WINDOW + 15)
    fault = Fault.objects.get(kind="provider", channel="sms", closed_at=None)
    assert Delivery.objects.filter(channel="sms", state="waiting").count() == len(asked)
    assert not Delivery.objects.filter(state="dead").exists()
    assert waiting_since(at) is None, "it is not our senders that are behind"
    assert {c.state for c in CheckIn.objects.all()} == {"open"}
    tries = Delivery.objects.filter(channel="sms").values_list("attempts", flat=True)
    assert sum(tries) < WINDOW + 15 + 5 * len(asked), "one now and then, not everybody's again"

    twilio.moods = []
    at = pass_time(at, 1)
    fault.refresh_from_db()
    assert fault.closed_at == at
    assert {one["to"] for one in twilio.messages} == {
        str(c.participant.contact_points.get().phone) for c in asked
    }
    for one in twilio.messages:
        fake_twilio.signed_post(
            one["form"]["StatusCallback"],
            {"MessageSid": one["sid"], "MessageStatus": "delivered", "To": one["to"]},
        )
    for row in CheckIn.objects.all():
        assert row.state == "open"
        assert row.deadline_at is not None
        assert row.deadline_at - at > timedelta(minutes=WINDOW - 5), "nearly the whole window"
    CheckIn.objects.update(delivered_at=at)  # the provider's callback came with the real clock
    pass_time(at, WINDOW + 1)
    assert {c.state for c in CheckIn.objects.all()} == {"missed"}, "only who had all of the window"


def test_nobody_waits_any_more_yet_the_fault_stays_until_the_provider_answers(
    twilio: FakeTwilio, officer: User
) -> None:
    now = clock.now()
    asked = [ask(officer, number, now) for number in range(5)]
    twilio.moods = ["503"] * 1000
    at = pass_time(now, 2)
    for one in asked:
        lifecycle.withdraw(one, by=officer, reason="by telephone", now=at)
    twilio.away = True
    at = pass_time(at, 30)
    assert services.down_channels() == {"sms"}
    assert services.blocking(at) is not None
    twilio.away = False
    pass_time(at, 1)
    assert not services.down_channels()


def test_before_the_fault_is_known_and_after_it_tries_count_as_ever(
    twilio: FakeTwilio, officer: User
) -> None:
    now = clock.now()
    ask(officer, 1, now)
    twilio.moods = ["429"] * 3
    pass_time(now, 6)
    row = Delivery.objects.get(channel="sms")
    assert (row.state, row.attempts, row.excused_attempts) == ("sent", 4, 0)
