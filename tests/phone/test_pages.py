"""Checking in by phone on the pages of participants and staff, and the demo's telephone."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, PhoneCall, Plan
from checkins.phone import recordings
from checkins.phone.provider import ConsoleVoice
from tests import people
from tests.phone.conftest import PIN, identified, on_keys, own_number
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice_in(alice: Participant, officer: User) -> Client:
    return browser_of(alice, officer)


@pytest.fixture
def open_check_in(alice: Participant, officer: User, alice_in: Client) -> CheckIn:
    return people.open_check_in(alice, officer)


def staff(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_selfie_check_in_may_always_be_answered_by_phone(
    alice_in: Client, open_check_in: CheckIn, alice: Participant
) -> None:
    phone = f"/check-in/{open_check_in.public_id}/phone/"
    for page in ("/home/", f"/check-in/{open_check_in.public_id}/"):
        assert phone in alice_in.get(page).content.decode(), page
    shown = alice_in.get(phone).content.decode()
    login = alice.credential.login
    assert 'href="tel:+12025550142"' in shown
    assert login in shown
    assert on_keys(login) in shown
    identified(login).speak()
    page = alice_in.get(f"/check-in/{open_check_in.public_id}/").content.decode()
    assert "An officer will listen to your call" in page
    assert Attempt.objects.get().receipt.code in page
    assert alice_in.get(phone).status_code == 302


def test_a_phone_check_in_goes_to_the_phone_page(alice_in: Client, open_check_in: CheckIn) -> None:
    CheckIn.objects.update(method="phone")
    answer = alice_in.get(f"/check-in/{open_check_in.public_id}/")
    assert answer.url == f"/check-in/{open_check_in.public_id}/phone/"
    assert "Take a selfie instead" not in alice_in.get(answer.url).content.decode()


def test_without_a_number_of_the_program_the_office_takes_the_call(
    alice_in: Client, open_check_in: CheckIn, settings: Any
) -> None:
    settings.PHONE_NUMBER = ""
    page = alice_in.get(f"/check-in/{open_check_in.public_id}/phone/").content.decode()
    assert "Call your office now" in page
    assert "tel:+12025550142" not in page


def test_call_me_is_offered_where_we_can_call(
    alice_in: Client, open_check_in: CheckIn, alice: Participant, settings: Any
) -> None:
    where = f"/check-in/{open_check_in.public_id}/phone/"
    own_number(alice)
    assert "Call me" not in alice_in.get(where).content.decode()
    settings.PHONE_PROVIDER = "twilio"
    assert "Call me" in alice_in.get(where).content.decode()
    assert alice_in.post(where).url == where
    page = alice_in.get(where).content.decode()
    assert "We are calling you now at the number that ends in 0123" in page
    assert alice_in.post(where).status_code == 409
    assert PhoneCall.objects.count() == 1


def test_a_stranger_sees_and_asks_nothing(officer: User, open_check_in: CheckIn) -> None:
    bob = browser_of(people.participant(officer), officer)
    where = f"/check-in/{open_check_in.public_id}/phone/"
    assert bob.get(where).status_code == 404
    assert bob.post(where).status_code == 404
    assert not PhoneCall.objects.exists()


def test_an_officer_puts_a_held_call_on_record(
    open_check_in: CheckIn, officer: User, alice_in: Client
) -> None:
    browser, where = staff(officer), f"/staff/check-ins/{open_check_in.public_id}/call/"
    assert where in browser.get(f"/staff/check-ins/{open_check_in.public_id}/").content.decode()
    assert browser.post(where, {"note": "fine", "accept": "yes"}).status_code == 422
    given = {"identity_checked_by": "knows the voice", "note": "All is well.", "accept": "yes"}
    assert browser.post(where, given).status_code == 302
    check_in = CheckIn.objects.get()
    assert check_in.state == "accepted"
    assert check_in.review.decided_by == officer
    page = browser.get(f"/staff/check-ins/{check_in.public_id}/").content.decode()
    assert "knows the voice" in page
    assert Attempt.objects.get().receipt.code in page
    assert browser.post(where, given).status_code == 422
    assert "/receipts/" in alice_in.get(f"/check-in/{check_in.public_id}/").content.decode()


def test_a_held_call_may_be_left_for_review(open_check_in: CheckIn, officer: User) -> None:
    given = {"identity_checked_by": "birthday", "note": "Unsure.", "accept": "no"}
    browser = staff(officer)
    browser.post(f"/staff/check-ins/{open_check_in.public_id}/call/", given)
    assert CheckIn.objects.get().state == "in_review"
    review = browser.get(f"/staff/reviews/{open_check_in.public_id}/").content.decode()
    assert "Unsure." in review
    assert "Phone call" in browser.get("/staff/reviews/").content.decode()


def test_a_missed_check_in_takes_a_held_call_too(officer: User, alice: Participant) -> None:
    from datetime import timedelta

    then = clock.now() - timedelta(days=2)
    check_in = people.open_check_in(alice, officer, now=then)
    lifecycle.mark_delivered(check_in, now=then)
    lifecycle.close_overdue(check_in, now=clock.now())
    held = lifecycle.HeldCall("voice", "was in hospital", accept=True)
    attempt = lifecycle.log_call(check_in, held, by=officer, now=clock.now())
    assert attempt.late
    assert CheckIn.objects.get().state == "accepted"


def test_a_stranger_of_the_office_finds_no_such_pages(
    open_check_in: CheckIn, officer: User, alice: Participant
) -> None:
    stranger = staff(people.officer(officer.offices.get()))
    for ending in ("call/", "ring/"):
        assert (
            stranger.post(f"/staff/check-ins/{open_check_in.public_id}/{ending}").status_code == 404
        )
    alone = f"/staff/people/{alice.public_id}/pin-alone/"
    assert stranger.get(alone).status_code == 404
    assert staff(officer).get(alone).status_code == 404


def test_an_officer_has_the_program_call(
    open_check_in: CheckIn, officer: User, alice: Participant, settings: Any
) -> None:
    settings.PHONE_PROVIDER = "twilio"
    own_number(alice)
    browser, where = staff(officer), f"/staff/check-ins/{open_check_in.public_id}/"
    assert "Have SmartLink call now" in browser.get(where).content.decode()
    browser.post(f"{where.removesuffix('/')}/ring/")
    assert PhoneCall.objects.get().requested_by == officer
    assert "to be placed" in browser.get(where).content.decode()


def test_a_supervisor_lets_the_pin_alone_be_enough_on_a_page(
    open_check_in: CheckIn, officer: User, alice: Participant
) -> None:
    browser = staff(people.supervisor(officer.offices.get()))
    where = f"/staff/people/{alice.public_id}/pin-alone/"
    file = f"/staff/participants/participant/{alice.public_id}/change/"
    assert where in browser.get(file).content.decode()
    assert browser.post(where, {"alone": "on", "reason": ""}).status_code == 422
    browser.post(where, {"alone": "on", "reason": "cannot speak"})
    assert Plan.objects.get().phone_pin_reason == "cannot speak"
    assert "the PIN alone is enough" in browser.get(file).content.decode()


# The telephone of the demonstration asks its own server over HTTP.
@pytest.fixture
def demo(settings: Any, transactional_db: None, live_server: Any) -> str:
    settings.DEMO = True
    settings.PUBLIC_URL = live_server.url
    return str(live_server.url)


def hidden(page: str) -> str:
    found = re.search(r'name="call" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def play(browser: Client, **fields: Any) -> str:
    answer = browser.post("/demo/phone/", fields)
    assert answer.status_code == 200
    return answer.content.decode()


def keys(browser: Client, page: str, digits: str) -> str:
    return play(browser, call=hidden(page), typed=digits, send="1")


@pytest.mark.usefixtures("demo")
def test_a_visitor_checks_in_on_the_simulated_telephone(alice: Participant, officer: User) -> None:
    browser = browser_of(alice, officer)
    check_in = people.open_check_in(alice, officer)
    page = play(browser, dial="unknown")
    assert "For English, press 1." in page
    page = play(browser, call=hidden(page), key="1")
    for key in on_keys(alice.credential.login):
        page = play(browser, call=hidden(page), typed=typed(page), key=key)
    page = play(browser, call=hidden(page), typed=typed(page), key="#")
    assert "Enter your PIN" in page
    page = keys(browser, page, PIN)
    assert "please say" in page
    page = play(browser, call=hidden(page), record="1")
    assert "an officer will listen" in page
    assert "The call is over" in page
    assert CheckIn.objects.get(pk=check_in.pk).state == "in_review"
    call = PhoneCall.objects.get()
    assert recordings.fetch(call.pk, ConsoleVoice(), now=clock.now())
    call.refresh_from_db()
    with call.recording.open("rb") as file:
        assert file.read(4) == b"RIFF"
    connection.close()


def typed(page: str) -> str:
    found = re.search(r'name="typed"[^>]* value="([^"]*)"', page)
    return found[1] if found else ""


@pytest.mark.usefixtures("demo")
def test_the_simulated_telephone_rings_when_we_call_and_can_be_hung_up(
    alice: Participant, officer: User
) -> None:
    own_number(alice)
    browser = browser_of(alice, officer)
    check_in = people.open_check_in(alice, officer)
    browser.post(f"/check-in/{check_in.public_id}/phone/")
    from checkins.phone import outbound

    outbound.place(PhoneCall.objects.get().pk, ConsoleVoice(), now=clock.now())
    assert "Your phone is ringing" in browser.get("/demo/phone/").content.decode()
    page = play(browser, answer="1")
    assert "Enter your PIN" in page
    play(browser, call=hidden(page), hang_up="1")
    assert PhoneCall.objects.get().state == "broken_off"
    assert CheckIn.objects.get(pk=check_in.pk).state == "open"
    connection.close()


def test_the_simulated_telephone_is_only_in_the_demonstration(
    alice_in: Client, settings: Any
) -> None:
    assert alice_in.get("/demo/phone/").status_code == 404
    assert alice_in.get("/demo/phone/recordings/RE1").status_code == 404
    settings.DEMO = True
    assert alice_in.post("/demo/phone/", {"call": "forged"}).status_code == 404
    assert alice_in.get("/demo/phone/recordings/RE1").status_code == 404
    sound = SimpleUploadedFile("a.wav", b"RIFF")
    assert (
        alice_in.post("/demo/phone/", {"call": "", "record": "1", "sound": sound}).status_code
        == 404
    )
