"""What the provider carries: recordings come home and are forgotten there; nobody is rung twice."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import RuleError, TooOften, WrongState
from casework.copies.registry import parts_of_file
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.retention.models import Certificate
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, PhoneCall
from checkins.phone import outbound, recordings
from checkins.phone.provider import ConsoleVoice, TwilioVoice
from smartlink.phone.simulator import sample_sound
from tests import people
from tests.phone.conftest import NUMBER, PIN, Call, identified, own_number
from tests.phone.provider import Company, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def telephone(settings: Any) -> Iterator[Company]:
    with company() as this:
        settings.PHONE_PROVIDER = "twilio"
        settings.TWILIO_ACCOUNT_SID = "AC1"
        settings.TWILIO_BASE_URL = this.base_url
        yield this


def recorded(login: str, at: Company, name: str = "RE1") -> PhoneCall:
    identified(login).speak(url=f"{at.base_url}/2010-04-01/Accounts/AC1/Recordings/{name}")
    return PhoneCall.objects.get()


def test_a_recording_is_kept_in_our_storage_and_forgotten_by_the_provider(
    check_in: CheckIn, login: str, telephone: Company, media_root: Path
) -> None:
    call = recorded(login, telephone)
    assert recordings.fetch(call.pk, TwilioVoice(), now=clock.now())
    assert not recordings.fetch(call.pk, TwilioVoice(), now=clock.now())
    call.refresh_from_db()
    assert (media_root / call.recording.name).read_bytes() == sample_sound()
    assert call.next_fetch_at is None
    assert telephone.forgotten == ["RE1"]
    assert telephone.auth == ["Basic QUMxOnRoZSB0b2tlbiB0aGF0IHdlIHNoYXJlIHdpdGggdGhlIHByb3ZpZGVy"]


def test_what_is_not_there_yet_is_fetched_by_a_later_sweep_and_not_for_ever(
    check_in: CheckIn, login: str, telephone: Company
) -> None:
    call = recorded(login, telephone, "not there")
    now = clock.now()
    assert recordings.recordings_left_behind(now) == []
    assert recordings.recordings_left_behind(now + timedelta(seconds=25)) == [call.pk]
    for _try in range(recordings.MOST_FETCH_TRIES):
        assert not recordings.fetch(call.pk, TwilioVoice(), now=now)
    assert recordings.recordings_left_behind(now + timedelta(days=2)) == []
    assert CheckIn.objects.get().state == "in_review"


@pytest.mark.parametrize("sound", [b"<html>not a sound</html>", b"RIFF" + bytes(2_000_001)])
def test_what_is_no_sound_is_not_kept(
    check_in: CheckIn, login: str, telephone: Company, sound: bytes
) -> None:
    telephone.sounds["RE1"] = sound
    call = recorded(login, telephone)
    assert not recordings.fetch(call.pk, TwilioVoice(), now=clock.now())
    assert PhoneCall.objects.get().recording == ""


def test_a_recording_is_fetched_from_the_provider_and_from_nowhere_else(
    check_in: CheckIn, login: str, telephone: Company, settings: Any
) -> None:
    with company() as other:
        call = recorded(login, other)
        assert not recordings.fetch(call.pk, TwilioVoice(), now=clock.now())
        assert other.auth == []


def test_a_recording_is_heard_by_the_own_officers_and_written_down(
    check_in: CheckIn, login: str, telephone: Company, officer: User, alice: Participant
) -> None:
    call = recorded(login, telephone)
    recordings.fetch(call.pk, TwilioVoice(), now=clock.now())
    where = f"/staff/calls/{call.public_id}/recording/"
    stranger = people.officer(officer.offices.get())
    browser = Client()
    assert browser.get(where).status_code == 302
    browser.force_login(stranger)
    assert browser.get(where).status_code == 404
    browser.force_login(officer)
    heard = browser.get(where)
    assert heard.content == sample_sound()
    assert heard["Content-Type"] == "audio/wav"
    assert "no-store" in heard["Cache-Control"]
    browser.get(where)
    looks = Entry.objects.filter(verb="listened to a call", participant_id=alice.public_id)
    assert [look.actor_id for look in looks] == [officer.public_id]
    assert where in browser.get(f"/staff/reviews/{check_in.public_id}/").content.decode()


def test_a_recording_is_in_the_persons_copy_and_goes_by_rule(
    check_in: CheckIn, login: str, telephone: Company, alice: Participant, media_root: Path
) -> None:
    call = recorded(login, telephone)
    recordings.fetch(call.pk, TwilioVoice(), now=clock.now())
    call.refresh_from_db()
    [part] = [part for part in parts_of_file.parts if part.slug == "phone_calls"]
    assert [row["public_id"] for row in part.rows(alice)] == [call.public_id]
    assert [file.stored for file in part.pictures(alice)] == [call.recording.name]
    CheckIn.objects.update(state="accepted", decided_at=clock.now())
    apply_retention(clock.now() + timedelta(days=89))
    assert (media_root / call.recording.name).exists()
    apply_retention(clock.now() + timedelta(days=91))
    assert not (media_root / call.recording.name).exists()
    assert PhoneCall.objects.get().recording == ""
    assert Certificate.objects.filter(rule="call_recordings").exists()


def test_a_reviewer_hears_earlier_calls_beside_this_one(
    check_in: CheckIn, login: str, telephone: Company, officer: User, alice: Participant
) -> None:
    first = recorded(login, telephone)
    recordings.fetch(first.pk, TwilioVoice(), now=clock.now())
    lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=clock.now())
    second = people.open_check_in(alice, officer)
    identified(login).speak()
    browser = Client()
    browser.force_login(officer)
    page = browser.get(f"/staff/reviews/{second.public_id}/").content.decode()
    assert "Earlier calls of this person" in page
    assert f"/staff/calls/{first.public_id}/recording/" in page


def test_we_call_and_the_person_answers_with_the_pin(
    check_in: CheckIn, alice: Participant, telephone: Company
) -> None:
    own_number(alice)
    call = outbound.ask_for_call(check_in, by=alice.actor, now=clock.now())
    assert outbound.place(call.pk, TwilioVoice(), now=clock.now())
    [rung] = telephone.rung
    assert rung["To"] == NUMBER
    assert rung["From"] == "+12025550142"
    query = rung["Url"].removeprefix("http://127.0.0.1:8000/phone/call/")
    phone = Call(sid="CA1").dial(query)
    assert "Enter your PIN" in phone.said
    assert alice.given_name not in phone.said
    phone.press("111119")
    phone.press(PIN).speak()
    assert CheckIn.objects.get().state == "in_review"
    assert Attempt.objects.get().call == call


def test_nobody_is_rung_twice_whatever_fails(
    check_in: CheckIn, alice: Participant, telephone: Company
) -> None:
    own_number(alice)
    telephone.fails = 1
    call = outbound.ask_for_call(check_in, by=alice.actor, now=clock.now())
    assert not outbound.place(call.pk, TwilioVoice(), now=clock.now())
    assert not outbound.place(call.pk, TwilioVoice(), now=clock.now())
    assert len(telephone.rung) == 1
    assert PhoneCall.objects.get().state == "failed"
    assert CheckIn.objects.get().state == "open"
    again = outbound.ask_for_call(check_in, by=alice.actor, now=clock.now())
    assert outbound.calls_to_place(clock.now()) == [again.pk]


def test_a_call_that_is_not_answered_leaves_everything_as_it_was(
    check_in: CheckIn, alice: Participant, telephone: Company
) -> None:
    own_number(alice)
    call = outbound.ask_for_call(check_in, by=alice.actor, now=clock.now())
    outbound.place(call.pk, TwilioVoice(), now=clock.now())
    Call(sid="CA1").hang_up()
    call.refresh_from_db()
    assert call.state == "broken_off"
    assert CheckIn.objects.get().state == "open"


def test_we_call_one_at_a_time_three_times_and_only_somebody_with_a_number(
    check_in: CheckIn, alice: Participant, officer: User
) -> None:
    now = clock.now()
    with pytest.raises(RuleError):
        outbound.ask_for_call(check_in, by=alice.actor, now=now)
    own_number(alice)
    for _call in range(3):
        outbound.ask_for_call(check_in, by=officer.actor, officer=officer, now=now)
        with pytest.raises(RuleError):
            outbound.ask_for_call(check_in, by=alice.actor, now=now)
        PhoneCall.objects.update(state="failed", ended_at=now)
    with pytest.raises(TooOften):
        outbound.ask_for_call(check_in, by=alice.actor, now=now)
    lifecycle.withdraw(check_in, by=officer, reason="enough", now=now)
    with pytest.raises(WrongState):
        outbound.ask_for_call(check_in, by=alice.actor, now=now)


def test_the_console_provider_rings_nobody(check_in: CheckIn, alice: Participant) -> None:
    own_number(alice)
    call = outbound.ask_for_call(check_in, by=alice.actor, now=clock.now())
    assert outbound.place(call.pk, ConsoleVoice(), now=clock.now())
    assert PhoneCall.objects.get().state == "ringing"


@pytest.mark.django_db(transaction=True)
def test_two_recordings_at_the_same_instant_are_one_answer(check_in: CheckIn, login: str) -> None:
    calls = [identified(login), identified(login)]
    ready = threading.Barrier(2)
    said: list[str] = []

    def finish(call: Call) -> None:
        try:
            ready.wait()
            said.append(call.speak().said)
        finally:
            connection.close()

    threads = [threading.Thread(target=finish, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Attempt.objects.count() == 1
    assert len([text for text in said if "an officer will listen" in text]) == 1
    assert len([text for text in said if "already with us" in text]) == 1
