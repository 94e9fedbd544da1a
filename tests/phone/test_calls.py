"""A call from the first ring to the receipt, and everything that can go wrong on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from casework.common import clock
from casework.participants.models import Credential, Participant
from casework.staff.models import User
from checkins import lifecycle, receipts
from checkins.lifecycle import NewAttempt, receive_attempt
from checkins.models import Attempt, CheckIn, PhoneCall, Plan, Review, Verification
from checkins.phone import flow, outbound, rules
from checkins.phone.pin_alone import set_pin_alone
from tests import people
from tests.fake_engine import picture
from tests.phone.conftest import NUMBER, PIN, TOKEN, Call, identified, on_keys, own_number, signed

pytestmark = pytest.mark.django_db


def state_of(check_in: CheckIn) -> str:
    return CheckIn.objects.get(pk=check_in.pk).state


def test_language_code_pin_and_phrase_make_an_answer_that_a_person_hears(
    check_in: CheckIn, login: str
) -> None:
    call = Call().dial()
    assert "For English, press 1." in call.said
    assert {"en-US", "es-US", "arb", "vi-VN"} <= set(call.languages)
    assert "login code" in call.press("1").said
    assert "Enter your PIN" in call.press(on_keys(login)).said
    call.press(PIN)
    kept = PhoneCall.objects.get()
    colour, animal, number = kept.phrase
    assert f"please say: {colour}, {animal}, {number}" in call.said
    assert call.verb == "Record"
    call.speak()
    assert "an officer will listen" in call.said
    assert call.verb == "Hangup"
    assert state_of(check_in) == "in_review"
    attempt = Attempt.objects.get()
    assert (attempt.method, attempt.call, attempt.late) == ("phone", kept, False)
    assert Review.objects.get().check_in == check_in
    assert not Verification.objects.exists()
    checked = receipts.check(call.code)
    assert checked is not None
    assert checked.claims["method"] == "phone"
    assert "photo_sha256" not in checked.claims
    kept.refresh_from_db()
    assert (kept.state, kept.step) == ("answered", "over")


def test_names_numbers_and_pins_are_neither_said_nor_kept(check_in: CheckIn, login: str) -> None:
    own_number(check_in.participant)
    call = Call(caller=NUMBER).dial().press(PIN).speak()
    row = str(PhoneCall.objects.values().get())
    for secret in (PIN, NUMBER, login, "Alicia"):
        assert secret not in row
        assert secret not in call.said


def test_the_callers_number_stands_for_the_code_and_never_for_the_pin(
    check_in: CheckIn, alice: Participant, officer: User
) -> None:
    own_number(alice)
    Participant.objects.filter(pk=alice.pk).update(language="es")
    call = Call(caller=NUMBER).dial()
    assert set(call.languages) == {"es-US"}
    assert check_in.attempts.count() == 0
    call.press(PIN).speak()
    assert state_of(check_in) == "in_review"


def test_a_number_of_two_people_stands_for_neither(
    alice: Participant, check_in: CheckIn, officer: User
) -> None:
    bob = people.participant(officer)
    people.accepted_invite(bob, officer)
    own_number(alice)
    own_number(bob)
    assert "press 1" in Call(caller=NUMBER).dial().said


def test_somebody_elses_phone_can_be_used(check_in: CheckIn, login: str, officer: User) -> None:
    bob = people.participant(officer)
    people.accepted_invite(bob, officer)
    own_number(bob)
    call = Call(caller=NUMBER).dial().press("*")
    call.press("1").press(on_keys(login)).press(PIN).speak()
    assert state_of(check_in) == "in_review"
    assert PhoneCall.objects.get().participant == check_in.participant


def test_the_a_number_opens_it_too(check_in: CheckIn, alice: Participant) -> None:
    Call().dial().press("2").press(alice.a_number).press(PIN).speak()
    assert state_of(check_in) == "in_review"


def test_a_code_that_means_two_people_opens_nothing(
    check_in: CheckIn, login: str, officer: User
) -> None:
    twin = people.participant(officer)
    people.accepted_invite(twin, officer, PIN)
    Credential.objects.filter(participant=check_in.participant).update(login="BBBB-BBBB")
    Credential.objects.filter(participant=twin).update(login="CCCC-CCCC")
    call = Call().dial().press("1").press("22222222").press(PIN)
    assert "is not right" in call.said


def test_three_wrong_pins_end_the_call_and_count_like_those_on_the_page(
    check_in: CheckIn, login: str
) -> None:
    call = Call().dial().press("1")
    for _try in range(3):
        assert call.verb == "Gather"
        call.press(on_keys(login)).press("111119")
    assert call.verb == "Hangup"
    assert "call your office" in call.said
    assert state_of(check_in) == "open"
    assert Credential.objects.get().wrong_pins == 3
    assert PhoneCall.objects.get().state == "broken_off"


def test_a_blocked_pin_is_blocked_on_the_telephone_too(check_in: CheckIn, login: str) -> None:
    Credential.objects.update(wrong_pins=6, blocked_until=clock.now() + timedelta(minutes=5))
    call = identified(login)
    assert "too many wrong PINs" in call.said
    assert call.verb == "Hangup"
    assert state_of(check_in) == "open"


def test_an_unknown_code_is_told_apart_from_a_wrong_pin_by_nothing(
    check_in: CheckIn, login: str
) -> None:
    wrong = Call().dial().press("1").press(on_keys(login)).press("999991").said
    assert Call().dial().press("1").press("99999999").press("999991").said == wrong


def test_with_nothing_to_answer_the_call_says_so(login: str) -> None:
    call = identified(login)
    assert "no check-in to answer" in call.said
    assert call.verb == "Hangup"
    assert not Attempt.objects.exists()


def test_of_two_calls_at_once_one_answers(check_in: CheckIn, login: str) -> None:
    first, second = identified(login), identified(login)
    assert first.verb == second.verb == "Record"
    first.speak()
    second.speak()
    assert "already with us" in second.said
    assert Attempt.objects.count() == 1
    assert identified(login).said.startswith("You have no check-in")


def test_a_photo_may_be_quicker_than_a_call(check_in: CheckIn, login: str) -> None:
    call = identified(login)
    receive_attempt(check_in, NewAttempt(picture("alice"), ".jpg"), now=clock.now())
    assert "already with us" in call.speak().said
    assert Attempt.objects.get().method == "selfie"


@pytest.mark.parametrize("after", ["menu", "code", "pin"])
def test_hanging_up_in_the_middle_leaves_the_check_in_open(
    check_in: CheckIn, login: str, after: str
) -> None:
    call = Call().dial()
    for step, digits in (("menu", "1"), ("code", on_keys(login)), ("pin", PIN)):
        call.press(digits)
        if step == after:
            break
    call.hang_up()
    assert state_of(check_in) == "open"
    assert PhoneCall.objects.get().state == "broken_off"
    assert not Attempt.objects.exists()


def test_a_recording_that_comes_after_the_hang_up_still_counts(
    check_in: CheckIn, login: str
) -> None:
    call = identified(login)
    call.hang_up()
    call.speak()
    assert state_of(check_in) == "in_review"
    assert PhoneCall.objects.get().state == "answered"


def test_webhooks_that_come_twice_or_out_of_order_change_nothing(
    check_in: CheckIn, login: str
) -> None:
    call = Call().dial()
    menu = call.action
    call.dial()
    assert call.action == menu
    code = call.press("1").action
    call.again(menu, Digits="2")  # again, and another key: too late
    assert call.languages == ["en-US"]
    pin = call.press(on_keys(login)).action
    call.again(pin, Digits="000009")
    for _repeat in range(5):
        call.again(pin, Digits="000009")
    assert Credential.objects.get().wrong_pins == 1
    assert call.again(code, Digits=on_keys(login)).action == call.action
    call.press(on_keys(login)).press(PIN)
    phrase = call.action
    call.speak()
    for _repeat in range(2):
        call.again(phrase, RecordingUrl="http://127.0.0.1:8000/sound", RecordingDuration="4")
        call.hang_up()
    assert Attempt.objects.count() == 1
    assert PhoneCall.objects.get().state == "answered"


def test_silence_is_asked_again_and_then_ends_the_call(check_in: CheckIn, login: str) -> None:
    call = identified(login)
    assert "did not hear you" in call.speak(seconds=0).said
    call.press("")
    call.press("")
    assert call.verb == "Hangup"
    assert state_of(check_in) == "open"


def test_a_plan_may_let_the_pin_alone_be_enough(
    check_in: CheckIn, login: str, officer: User
) -> None:
    boss = people.supervisor(officer.offices.get())
    set_pin_alone(check_in.participant, alone=True, reason="no voice", by=boss, now=clock.now())
    call = identified(login)
    assert "Your check-in is accepted" in call.said
    assert call.verb == "Hangup"
    assert state_of(check_in) == "accepted"
    assert receipts.check(call.code) is not None
    reasons = list(check_in.events.values_list("to_state", "reason"))
    assert reasons[-1] == ("accepted", "the plan lets the PIN alone be enough")


def test_only_a_supervisor_with_a_reason_lets_the_pin_alone_be_enough(
    check_in: CheckIn, officer: User
) -> None:
    person, now = check_in.participant, clock.now()
    with pytest.raises(lifecycle.calls.NotPermitted):
        set_pin_alone(person, alone=True, reason="why", by=officer, now=now)
    boss = people.supervisor(officer.offices.get())
    with pytest.raises(lifecycle.calls.RuleError):
        set_pin_alone(person, alone=True, reason=" ", by=boss, now=now)
    assert not Plan.objects.get().phone_pin_alone


def test_a_missed_check_in_is_answered_late_and_a_person_looks_even_with_the_pin_alone(
    alice: Participant, officer: User, login: str
) -> None:
    boss = people.supervisor(officer.offices.get())
    set_pin_alone(alice, alone=True, reason="no voice", by=boss, now=clock.now())
    yesterday = clock.now() - timedelta(days=1)
    check_in = people.open_check_in(alice, officer, now=yesterday)
    lifecycle.mark_delivered(check_in, now=yesterday)
    lifecycle.close_overdue(check_in, now=clock.now())
    call = identified(login)
    assert "you can still answer" in call.said
    call.speak()
    assert state_of(check_in) == "in_review"
    assert Attempt.objects.get().late
    assert receipts.check(call.code).claims["outcome"] == "taken_late"  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/phone/call/", "/phone/turn/?turn=0", "/phone/status/"])
def test_what_the_provider_did_not_sign_is_refused(
    check_in: CheckIn, path: str, settings: Any
) -> None:
    fields = {"CallSid": "CA1", "From": NUMBER}
    assert Client().post(path, fields).status_code == 403
    assert signed(path, fields, token="another token").status_code == 403
    assert Client().get(path).status_code == 405
    changed = signed(path, fields)
    assert changed.status_code != 403
    settings.TWILIO_AUTH_TOKEN = ""
    assert signed(path, fields, token="").status_code == 403
    assert PhoneCall.objects.count() <= 1


def test_the_signature_covers_every_field_and_our_public_address(settings: Any) -> None:
    from twilio.request_validator import RequestValidator

    where, fields = "http://127.0.0.1:8000/phone/call/", {"CallSid": "CA1", "From": NUMBER}
    signature = RequestValidator(TOKEN).compute_signature(where, fields)
    headers = {"X-Twilio-Signature": signature}
    assert (
        Client().post("/phone/call/", fields | {"From": "+1"}, headers=headers).status_code == 403
    )
    settings.PUBLIC_URL = "https://smartlink.example"
    assert Client().post("/phone/call/", fields, headers=headers).status_code == 403


def test_calls_that_nobody_ended_are_over_after_half_an_hour(check_in: CheckIn, login: str) -> None:
    identified(login)
    assert outbound.end_silent_calls(clock.now() + timedelta(minutes=29)) == 0
    assert outbound.end_silent_calls(clock.now() + timedelta(minutes=31)) == 1
    assert state_of(check_in) == "open"


def test_every_language_of_the_page_is_on_the_keys_and_has_a_voice(settings: Any) -> None:
    tags = {tag for tag, _name in settings.LANGUAGES}
    assert {tag for _key, tag in rules.MENU} == tags == set(rules.VOICES)
    assert len({key for key, _tag in rules.MENU}) == 10


def test_the_phrase_differs_from_call_to_call(check_in: CheckIn, login: str) -> None:
    phrases = set()
    for _call in range(6):
        identified(login)
        phrases.add(tuple(PhoneCall.objects.latest("pk").phrase))
    assert len(phrases) > 1
    assert flow.waiting_for(check_in.participant, clock.now()) == check_in
