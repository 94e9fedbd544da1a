"""SMS and calls through a provider that accepts, fails, loses its answers and lies."""

import os
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from casework.common import clock
from casework.common.errors import RuleError
from casework.faults.models import Streak
from casework.notices import sending
from casework.notices.models import Delivery, Notice, SmsConsent
from casework.notices.routing import route_some
from casework.notices.rules import CONFIRM_WITHIN, LEASE, MOST_TRIES, Channel
from casework.notices.sending import lease_some, send_due
from casework.notices.services import try_again
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import CheckIn
from tests import people
from tests.checkins.test_races import at_once
from tests.notices import fake_twilio
from tests.notices.conftest import PHONE, reachable
from tests.notices.fake_twilio import FakeTwilio, signed_post

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def twilio(settings: Any) -> Iterator[FakeTwilio]:
    cache.clear()
    with fake_twilio.running() as (fake, url):
        for name, value in (fake_twilio.SETTINGS | {"TWILIO_BASE_URL": url}).items():
            setattr(settings, name, value)
        yield fake


@pytest.fixture
def now() -> datetime:
    """The provider keeps the real time."""
    return clock.now()


@pytest.fixture
def check_in(alice: Participant, officer: User, now: datetime) -> CheckIn:
    return people.open_check_in(alice, officer, now=now)


def send(at: datetime) -> int:
    return send_due(lambda: at)


def sms() -> Delivery:
    return Delivery.objects.get(channel="sms")


def test_a_text_goes_out_once_with_the_address_for_its_receipt(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    assert send(now) == 1
    assert send(now + 10 * LEASE / 100) == 0
    message = twilio.messages[0]
    assert (message["to"], message["body"]) == (PHONE, sms().body)
    assert message["form"]["StatusCallback"].endswith(
        f"/webhooks/notices/{sms().public_id}/status/"
    )
    assert (sms().state, sms().provider_ref) == ("sent", message["sid"])
    assert twilio.searched == 0


def test_a_receipt_makes_the_window_count_and_repeats_change_nothing(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    send(now)
    message = twilio.messages[0]
    assert twilio.call_back(message, "delivered").status_code == 204
    check_in.refresh_from_db()
    first = check_in.delivered_at
    assert first is not None
    for late in ("delivered", "sent", "queued", "failed", "undelivered"):
        assert twilio.call_back(message, late).status_code == 204
    check_in.refresh_from_db()
    assert (check_in.delivered_at, sms().state) == (first, "delivered")
    assert Notice.objects.get().outcome == "delivered"


def test_delivered_after_failed_is_delivered(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    send(now)
    twilio.call_back(twilio.messages[0], "undelivered", ErrorCode="30003")
    assert (sms().state, sms().error) == ("failed", "30003")
    twilio.call_back(twilio.messages[0], "delivered")
    assert sms().state == "delivered"


def test_an_undelivered_text_is_followed_by_a_call_that_somebody_confirms(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    send(now)
    twilio.call_back(twilio.messages[0], "undelivered", ErrorCode="30003")
    send(clock.now())
    call = twilio.calls[0]
    assert "press 1" in call["form"]["Twiml"]
    url = reverse("notices:heard", args=[Delivery.objects.get(channel="voice").public_id])
    assert url in call["form"]["Twiml"]
    full = call["form"]["StatusCallback"].replace("/status/", "/heard/")
    sent = {"CallSid": call["sid"], "CallStatus": "in-progress", "To": PHONE, "Digits": "1"}
    answer = signed_post(full, sent)
    assert b"<Say" in answer.content
    check_in.refresh_from_db()
    assert check_in.delivered_at is not None


@pytest.mark.parametrize(("who", "delivered"), [("human", True), ("machine_start", False)])
def test_a_call_counts_when_a_person_answered(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime, who: str, delivered: bool
) -> None:
    SmsConsent.objects.create(phone=PHONE, stopped=True, changed_at=now)
    send(now)
    twilio.call_back(twilio.calls[0], "completed", AnsweredBy=who)
    check_in.refresh_from_db()
    assert (check_in.delivered_at is not None) is delivered
    send(clock.now())
    assert Delivery.objects.filter(channel="email").exists() is not delivered


def test_a_lost_answer_does_not_send_twice(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    twilio.moods = ["lose"]
    assert send(now) == 0
    assert sms().state == "waiting"
    assert send(now + 2 * MINUTE) == 1
    assert len(twilio.messages) == twilio.asked == 1
    assert (sms().state, sms().provider_ref) == ("sent", twilio.messages[0]["sid"])


def test_a_receipt_heals_a_lost_answer_before_any_second_try(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    twilio.moods = ["lose"]
    send(now)
    twilio.call_back(twilio.messages[0], "sent")
    assert (sms().state, sms().provider_ref) == ("sent", twilio.messages[0]["sid"])
    send(now + 3 * MINUTE)
    assert twilio.asked == 1


def test_a_sender_killed_between_call_and_mark_does_not_send_twice(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    route_some(now)
    parcel = lease_some(now)[0]
    sending._call(parcel)  # and here it dies
    assert send(now + LEASE / 2) == 0
    assert send(now + LEASE) == 1
    assert len(twilio.messages) == 1
    assert sms().state == "sent"


def test_a_sender_killed_between_lease_and_call_loses_nothing(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    route_some(now)
    lease_some(now)
    assert send(now + LEASE) == 1
    assert len(twilio.messages) == 1
    assert twilio.searched == 1


def test_a_sender_that_comes_back_late_does_not_overwrite_its_successor(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    route_some(now)
    slow = lease_some(now)[0]
    assert send(now + LEASE) == 1
    sending._mark(slow, sending.Told(sending.Answer.REFUSED, error="stale"), now + LEASE)
    assert (sms().state, sms().error) == ("sent", "")


@pytest.mark.parametrize("mood", ["500", "503", "429"])
def test_a_failing_provider_is_tried_again_later_and_longer(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime, mood: str
) -> None:
    twilio.moods = [mood, mood]
    send(now)
    first = sms().next_at
    assert first is not None
    assert first > now
    send(first)
    second = sms().next_at
    assert second is not None
    assert second > first
    assert send(second) >= 1
    assert len(twilio.messages) == 1


def test_a_number_that_cannot_be_reached_goes_on_to_the_call_at_once(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    twilio.moods = ["400:21211"]
    send(now)
    assert (sms().state, sms().error) == ("failed", "21211")
    assert len(twilio.calls) == 1


def test_a_message_that_the_provider_never_takes_becomes_a_dead_letter(
    twilio: FakeTwilio, check_in: CheckIn, officer: User, now: datetime
) -> None:
    Delivery.objects.all().delete()
    twilio.moods = ["500"] * 50
    at = now
    for _ in range(MOST_TRIES + 3):
        send(at)
        Streak.objects.update(failures=0)  # others' messages go through: it is not down
        at += timedelta(minutes=12)
        CheckIn.objects.update(deadline_at=at + timedelta(hours=2))
    assert sms().state == "dead"
    assert sms().attempts == MOST_TRIES
    twilio.moods = []
    with pytest.raises(RuleError):
        try_again(sms(), by=officer, reason=" ", now=at)
    try_again(sms(), by=officer, reason="the provider is back", now=at)
    send(at)
    assert (sms().state, sms().retry_reason) == ("sent", "the provider is back")
    with pytest.raises(RuleError, match="on its way"):
        try_again(sms(), by=officer, reason="again", now=at)


def test_what_is_over_is_not_tried_again(
    twilio: FakeTwilio, check_in: CheckIn, officer: User, now: datetime
) -> None:
    twilio.moods = ["400:21211", "400:21211"]
    send(now)
    CheckIn.objects.update(state="lapsed")
    with pytest.raises(RuleError, match="time is over"):
        try_again(sms(), by=officer, reason="please", now=now)


def test_a_slow_provider_and_two_senders_at_once_send_each_text_once(
    twilio: FakeTwilio, officer: User, now: datetime, transactional_db: None
) -> None:
    for number in range(12):
        person = reachable(people.participant(officer), f"+120255502{number:02d}")
        people.open_check_in(person, officer, now=now)
    twilio.moods = ["delay"] * 4
    results = at_once(*[lambda: send(now)] * 3)
    assert sum(int(str(result)) for result in results) == 12
    assert len(twilio.messages) == 12
    assert len({one["to"] for one in twilio.messages}) == 12


def test_a_sender_process_killed_on_the_way_sends_each_text_once(
    twilio: FakeTwilio, officer: User, now: datetime, transactional_db: None
) -> None:
    for number in range(8):
        person = reachable(people.participant(officer), f"+120255502{number:02d}")
        people.open_check_in(person, officer, now=now)
    connections.close_all()
    child = os.fork()
    if not child:  # another process with a connection of its own; it never comes back
        route_some(now)
        for parcel in lease_some(now)[:5]:
            sending._call(parcel)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert len(twilio.messages) == 5
    send(now + LEASE)
    assert len(twilio.messages) == 8
    assert Delivery.objects.filter(channel="sms", state="sent").count() == 8


def test_a_lying_provider_confirms_nothing_so_the_next_channel_follows(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    twilio.moods = ["lie"]
    assert send(now) == 1
    assert twilio.messages == []
    send(now + CONFIRM_WITHIN[Channel.SMS])
    assert len(twilio.calls) == 1
    check_in.refresh_from_db()
    assert check_in.delivered_at is None


def status_url(key: object) -> str:
    return f"http://127.0.0.1:8000/webhooks/notices/{key}/status/"


@pytest.mark.parametrize("lie", ["unsigned", "wrong token", "other text", "other address"])
def test_a_callback_that_is_not_signed_for_this_address_has_no_effect(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime, lie: str
) -> None:
    send(now)
    url = status_url(sms().public_id)
    sent = {"MessageSid": sms().provider_ref, "MessageStatus": "delivered", "To": PHONE}
    if lie == "unsigned":
        answer = Client().post(url.removeprefix("http://127.0.0.1:8000"), sent)
    elif lie == "wrong token":
        answer = signed_post(url, sent, "another token")  # type: ignore[assignment]
    else:
        signed = sent | {"To": "+1"} if lie == "other text" else sent
        signed_url = url if lie == "other text" else url + "?a=1"
        signature = fake_twilio.RequestValidator(fake_twilio.TOKEN).compute_signature(
            signed_url, signed
        )
        answer = Client().post(
            url.removeprefix("http://127.0.0.1:8000"),
            sent,
            headers={"X-Twilio-Signature": signature},
        )
    assert answer.status_code == 403
    assert sms().state == "sent"
    check_in.refresh_from_db()
    assert check_in.delivered_at is None


def test_a_signed_callback_about_something_else_has_no_effect(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    send(now)
    good = {"MessageSid": sms().provider_ref, "MessageStatus": "delivered", "To": PHONE}
    unknown = status_url("6b1f2f9e-6f0c-4b55-8a53-000000000000")
    assert signed_post(unknown, good).status_code == 404
    mine = status_url(sms().public_id)
    assert signed_post(mine, good | {"MessageSid": "SM" + "9" * 32}).status_code == 404
    assert signed_post(mine, good | {"To": "+12025550000"}).status_code == 404
    assert signed_post(mine, {"MessageStatus": "delivered"}).status_code == 404
    check_in.refresh_from_db()
    assert check_in.delivered_at is None


def test_webhooks_take_modest_posts_only_and_tire_of_liars(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    path = reverse("notices:sms")
    assert Client().get(path).status_code == 405
    assert Client().post(path, {"Body": "x" * 70_000}).status_code == 413
    answers = {Client().post(path, {"Body": "x"}).status_code for _ in range(62)}
    assert answers == {403, 429}


def text(body: str, sid: str = "SM1", phone: str = PHONE) -> str:
    sent = {"MessageSid": sid, "From": phone, "To": "+12025550199", "Body": body}
    answer = signed_post("http://127.0.0.1:8000/webhooks/notices/sms/", sent)
    assert answer.status_code == 200
    return answer.content.decode()


def test_stop_stops_text_messages_and_start_lets_them_in_again(
    twilio: FakeTwilio, check_in: CheckIn, officer: User, now: datetime
) -> None:
    route_some(now)
    text("Alto", "SM1")
    send(now)
    send(now)
    assert twilio.messages == []
    assert (sms().state, sms().error) == ("dropped", "opted out")
    assert len(twilio.calls) == 1
    text("start", "SM2")
    text("Alto", "SM1")  # the first message once more, after the second
    assert not SmsConsent.objects.get().stopped


def test_an_opt_out_that_only_the_provider_knows_is_kept(
    twilio: FakeTwilio, check_in: CheckIn, now: datetime
) -> None:
    twilio.moods = ["400:21610"]
    send(now)
    assert SmsConsent.objects.get(phone=PHONE).stopped
    assert sms().state == "failed"


def test_text_messages_are_answered_in_the_persons_language(
    twilio: FakeTwilio, check_in: CheckIn, alice: Participant
) -> None:
    assert "<Message" not in text("STOP", "SM1")  # the network answers that one itself
    assert "START" in text("arrêt", "SM2")
    assert alice.office.phone in text("help", "SM3")
    Participant.objects.filter(pk=alice.pk).update(language="es")
    assert "Nadie lee" in text("AYUDA", "SM4")
    assert "Nadie lee" in text("where are you?", "SM5")
    assert "<Message" not in text("hello?", "SM6")  # once an hour is enough
    assert "Nobody reads" in text("help", "SM7", "+12025550777")
