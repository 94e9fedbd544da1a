"""Coming in: invite, sign-in, sign-out, and what stays outside."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as Unreachable

from casework.common import clock
from casework.common.passkeys import are_possible
from casework.participants import sign_in
from casework.participants.models import Participant
from casework.participants.sign_in import PinsBlocked
from casework.staff.models import User
from smartlink.portal import slowing
from smartlink.portal.sessions import COOKIE
from tests import people

PIN = "274913"
AGREED = {"consent": "on", "pin": PIN, "pin_again": PIN}


@pytest.fixture
def code(alice: Participant, officer: User) -> str:
    return sign_in.invite(alice, by=officer, now=clock.now())


def test_an_invite_greets_asks_for_consent_and_signs_in(client: Client, code: str) -> None:
    page = client.get(f"/invite/{code}/")
    assert "Hello, Alice" in page.content.decode()
    assert "A person decides" in page.content.decode()
    done = client.post(f"/invite/{code}/", AGREED, follow=True)
    assert done.redirect_chain == [("/login-code/", 302)]
    alice = Participant.objects.get(given_name="Alice")
    assert alice.credential.login in done.content.decode()
    assert alice.consents.count() == 1
    assert client.get("/home/").status_code == 200


def test_an_invite_works_once(client: Client, code: str) -> None:
    client.post(f"/invite/{code}/", AGREED)
    for answer in (Client().get(f"/invite/{code}/"), Client().post(f"/invite/{code}/", AGREED)):
        assert answer.status_code == 404
        assert "This invite is closed" in answer.content.decode()
        assert COOKIE not in answer.cookies


def test_a_used_a_late_and_an_unknown_invite_look_the_same(
    client: Client, alice: Participant, officer: User, code: str
) -> None:
    long_ago = clock.now() - timedelta(days=30)
    late = sign_in.invite(people.participant(officer), by=officer, now=long_ago)
    client.post(f"/invite/{code}/", AGREED)
    bodies = {_body_of(f"/invite/{one}/") for one in (code, late, "XXXX-XXXX-XXXX-XXXX")}
    assert len(bodies) == 1


def _body_of(address: str) -> str:
    """The page without what names the address or changes with every answer."""
    page = Client().get(address).content.decode()
    lines = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(lines).replace(address, "")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"consent": ""}, "please agree to the privacy notice"),
        ({"pin_again": "274914"}, "The two PINs are not the same"),
        ({"pin": "1234", "pin_again": "1234"}, "too easy to guess"),
        ({"pin": "27", "pin_again": "27"}, "four to eight digits"),
        ({"pin": ""}, "Choose a PIN of four to eight digits"),
    ],
)
def test_a_refused_invite_form_says_why_and_uses_nothing_up(
    client: Client, code: str, changed: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"/invite/{code}/", AGREED | changed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'id="errors"' in page
    assert "autofocus" in page
    assert client.post(f"/invite/{code}/", AGREED).status_code == 302


def test_the_invite_code_does_not_travel_on(client: Client, code: str) -> None:
    answer = client.get(f"/invite/{code}/")
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("written", ["login", "login in small letters", "A-number"])
def test_signing_in_by_login_code_or_a_number(
    client: Client, alice: Participant, officer: User, written: str
) -> None:
    code = people.accepted_invite(alice, officer, PIN).login
    login = {
        "login": code,
        "login in small letters": code.lower().replace("-", " "),
        "A-number": f"A{alice.a_number}",
    }[written]
    answer = client.post("/", {"login": login, "pin": PIN})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/home/"
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie.value not in answer.content.decode()


def test_the_cookie_is_for_tls_only_where_there_is_tls(
    client: Client, alice: Participant, officer: User, settings
) -> None:
    login = people.accepted_invite(alice, officer, PIN).login
    assert not client.post("/", {"login": login, "pin": PIN}).cookies[COOKIE]["secure"]
    settings.USE_TLS = True
    assert Client().post("/", {"login": login, "pin": PIN}).cookies[COOKIE]["secure"]


def test_a_wrong_pin_is_refused_without_saying_which_part_was_wrong(
    client: Client, alice: Participant, officer: User
) -> None:
    login = people.accepted_invite(alice, officer, PIN).login
    wrong_pin = client.post("/", {"login": login, "pin": "999111"})
    wrong_login = client.post("/", {"login": "ZZZZ-ZZZZ", "pin": PIN})
    for answer in (wrong_pin, wrong_login):
        assert answer.status_code == 422
        assert "Login or PIN is not right." in answer.content.decode()
        assert COOKIE not in answer.cookies
        assert "999111" not in answer.content.decode()


def test_many_wrong_pins_make_this_credential_wait(
    client: Client, alice: Participant, officer: User
) -> None:
    login = people.accepted_invite(alice, officer, PIN).login
    for _ in range(5):
        client.post("/", {"login": login, "pin": "999111"})
    answer = client.post("/", {"login": login, "pin": PIN})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    page = answer.content.decode()
    assert "Too many wrong PINs. You can try again in 1 minute." in page
    assert "What you can do meanwhile" in page
    assert page.count("ask for a new invite link") == 2, "in the notice and under its question"
    assert ("That still works: use the button below." in page) is are_possible()
    assert alice.office.phone not in page, "the lock must not say whose login this is"


@pytest.mark.parametrize(("seconds", "said"), [(60, "in 1 min"), (61, "in 2 min"), (900, "in 15 ")])
def test_the_wait_is_never_said_too_short(seconds: int, said: str) -> None:
    assert said in str(PinsBlocked(seconds))
    assert PinsBlocked(seconds).retry_after == seconds


def test_other_waits_do_not_promise_another_way_in(client: Client, db: None, monkeypatch) -> None:
    monkeypatch.setattr(slowing, "WRONG_TRIES", 0)
    answer = client.post("/", {"login": "ZZZZ-ZZZZ", "pin": PIN})
    assert answer.status_code == 429
    assert "What you can do meanwhile" not in answer.content.decode()


def test_many_wrong_tries_from_one_network_wait(client: Client, db: None, monkeypatch) -> None:
    monkeypatch.setattr(slowing, "WRONG_TRIES", 3)
    for _ in range(3):
        assert client.post("/", {"login": "ZZZZ-ZZZZ", "pin": PIN}).status_code == 422
    assert client.post("/", {"login": "ZZZZ-ZZZZ", "pin": PIN}).status_code == 429
    elsewhere = client.post("/", {"login": "ZZZZ-ZZZZ", "pin": PIN}, REMOTE_ADDR="192.0.2.9")
    assert elsewhere.status_code == 422


def test_behind_a_proxy_the_address_is_the_one_the_proxy_added(
    client: Client, db: None, settings, monkeypatch
) -> None:
    monkeypatch.setattr(slowing, "WRONG_TRIES", 1)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def tried(forwarded: str) -> int:
        typed = {"login": "ZZZZ-ZZZZ", "pin": PIN}
        return client.post("/", typed, headers={"X-Forwarded-For": forwarded}).status_code

    assert tried("192.0.2.1") == 422
    assert tried("a-lie, 192.0.2.1") == 429
    assert tried("192.0.2.1, 192.0.2.2") == 422


def test_people_get_in_while_the_cache_is_down(
    client: Client, alice: Participant, officer: User, monkeypatch
) -> None:
    def unreachable(*_args: object, **_kwargs: object) -> None:
        raise Unreachable

    login = people.accepted_invite(alice, officer, PIN).login
    for name in ("get", "add", "incr"):
        monkeypatch.setattr(cache, name, unreachable)
    assert client.post("/", {"login": login, "pin": "999111"}).status_code == 422
    assert client.post("/", {"login": login, "pin": PIN}).status_code == 302


def test_after_signing_in_people_land_where_they_wanted_to_go(
    client: Client, alice: Participant, officer: User
) -> None:
    login = people.accepted_invite(alice, officer, PIN).login
    asked = client.get("/login-code/")
    assert asked.headers["Location"] == "/?next=%2Flogin-code%2F"
    page = client.get(asked.headers["Location"]).content.decode()
    assert 'name="next" value="/login-code/"' in page
    typed = {"login": login, "pin": PIN}
    assert client.post("/", typed | {"next": "/login-code/"}).url == "/login-code/"
    for strange in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert Client().post("/", typed | {"next": strange}).url == "/home/"


def test_signing_out_closes_the_session_on_the_server(alice_in: Client) -> None:
    token = alice_in.cookies[COOKIE].value
    alice_in.post("/sign-out/")
    stolen = Client()
    stolen.cookies[COOKIE] = token
    assert stolen.get("/home/").status_code == 302
    assert alice_in.get("/home/").headers["Location"].startswith("/?next=")


def test_signing_out_needs_a_post(alice_in: Client) -> None:
    assert alice_in.get("/sign-out/").status_code == 405
    assert alice_in.get("/home/").status_code == 200


def test_a_staff_session_opens_nothing_here(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert client.get("/home/").headers["Location"] == "/?next=%2Fhome%2F"


def test_the_start_page_sends_those_who_are_in_to_their_page(alice_in: Client) -> None:
    assert alice_in.get("/").headers["Location"] == "/home/"


def test_a_form_without_its_token_is_refused_in_plain_words(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/", {"login": "x", "pin": "y"})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()
