"""Where somebody is signed in, ending it there, and a way back in that costs no check-in."""

from datetime import timedelta

import pytest
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.common.browsers import device_name
from casework.participants import sign_in
from casework.participants.models import Participant, PortalSession
from casework.staff.models import User
from checkins.models import Attempt, CheckIn
from smartlink.portal.sessions import COOKIE
from tests.portal.conftest import photo

PIN = "274913"
PIXEL = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def browsers(alice: Participant, officer: User) -> list[Client]:
    """Alice on a Pixel, then on an iPhone."""
    code = sign_in.invite(alice, by=officer, now=clock.now())
    first = sign_in.accept_invite(code, PIN, consent=True, now=clock.now(), device=PIXEL)
    second = sign_in.sign_in(first.login, PIN, now=clock.now(), device=IPHONE)
    made = [Client(), Client()]
    for client, signed_in in zip(made, (first, second), strict=True):
        client.cookies[COOKIE] = signed_in.token
    return made


@pytest.mark.parametrize(
    ("said", "name"),
    [(PIXEL, "Chrome · Android"), (IPHONE, "Safari · iPhone"), ("", "A browser")],
)
def test_a_device_is_named_as_its_owner_knows_it(said: str, name: str) -> None:
    assert device_name(said) == name


def test_the_list_tells_this_device_from_the_others(browsers: list[Client]) -> None:
    page = browsers[0].get("/my-data/devices/").content.decode()
    assert page.index("Chrome · Android") < page.index("This device") < page.index("Safari · iP")
    assert page.count("Sign out there<") == 1


def test_one_device_is_ended_and_this_one_goes_on(browsers: list[Client]) -> None:
    here, there = browsers
    other = PortalSession.objects.get(device=IPHONE[:120])
    answer = here.post(f"/my-data/devices/{other.pk}/end/", follow=True)
    assert "You are signed out there." in answer.content.decode()
    assert there.get("/home/").status_code == 302
    assert "You have been signed out." in there.get("/home/", follow=True).content.decode()
    assert "You have been signed out." not in Client().get("/").content.decode()
    assert here.get("/home/").status_code == 200
    assert here.post(f"/my-data/devices/{other.pk}/end/").status_code == 404
    assert Entry.objects.filter(verb="signed out elsewhere").count() == 1


def test_all_others_end_at_once_and_this_one_cannot_end_itself_here(
    browsers: list[Client],
) -> None:
    here, there = browsers
    own = PortalSession.objects.get(device=PIXEL[:120])
    assert here.post(f"/my-data/devices/{own.pk}/end/").status_code == 404
    assert here.post("/my-data/devices/end-others/").status_code == 302
    assert there.get("/home/").status_code == 302
    assert here.get("/home/").status_code == 200


def test_a_strangers_device_does_not_exist(browsers: list[Client], bob_in: Client) -> None:
    for session in PortalSession.objects.filter(participant__given_name="Alice"):
        assert bob_in.post(f"/my-data/devices/{session.pk}/end/").status_code == 404
    assert browsers[0].get("/home/").status_code == 200


def test_an_ended_or_outlived_session_is_not_listed(browsers: list[Client]) -> None:
    PortalSession.objects.filter(device=IPHONE[:120]).update(
        expires_at=clock.now() - timedelta(minutes=1)
    )
    assert "iPhone" not in browsers[0].get("/my-data/devices/").content.decode()


def test_the_way_back_through_the_officer_costs_no_check_in(
    alice: Participant, officer: User, open_check_in: CheckIn
) -> None:
    """PIN forgotten, phone lost: a new invite, and the same check-in with the same deadline."""
    before = (open_check_in.state, open_check_in.deadline_at)
    old = sign_in.accept_invite(
        sign_in.invite(alice, by=officer, now=clock.now()), PIN, consent=True, now=clock.now()
    )
    code = sign_in.invite(alice, by=officer, now=clock.now())
    phone = Client()
    where = f"/invite/{code}/"
    phone.post(where, {"consent": "on", "pin": "860142", "pin_again": "860142"})
    lost = Client()
    lost.cookies[COOKIE] = old.token
    assert lost.get("/home/").status_code == 302
    open_check_in.refresh_from_db()
    assert (open_check_in.state, open_check_in.deadline_at) == before
    page = f"/check-in/{open_check_in.public_id}/"
    assert page in phone.get("/home/").content.decode()
    phone.post(page, {"photo": photo()})
    assert Attempt.objects.get().check_in == open_check_in
