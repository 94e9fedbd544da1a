"""Tokens: how staff and participants get one, and how it ends."""

from datetime import datetime

import pytest
import time_machine

from casework.common import clock
from casework.participants import sign_in
from casework.staff.models import StaffToken
from tests import people
from tests.api.conftest import V1, World, client_with
from tests.api.contract import ContractClient

pytestmark = pytest.mark.django_db


def _token(world: World, **kw: str) -> ContractClient:
    given = {"email": world.officer_user.email, "password": people.PASSWORD} | kw
    return world.anonymous.post(f"{V1}auth/token", given)


def test_staff_get_a_token_that_says_who_they_are_and_when_it_ends(world: World) -> None:
    got = _token(world, email=world.officer_user.email.upper(), code="123456")
    assert got.status_code == 200
    body = got.json()
    assert body["user"]["role"] == "officer"
    assert body["user"]["offices"][0]["name"] == world.office.name
    client = client_with(body["token"])
    assert client.get(f"{V1}auth/me/").json() == body["user"]
    ends = datetime.fromisoformat(body["expires_at"])
    assert 11.9 < (ends - clock.now()).total_seconds() / 3600 <= 12
    with time_machine.travel(ends):
        assert client.get(f"{V1}auth/me/").status_code == 401


def test_only_the_digest_of_a_token_is_kept(world: World) -> None:
    token = _token(world).json()["token"]
    assert token.startswith("staff_")
    assert token not in str(list(StaffToken.objects.values()))


def test_signing_out_ends_this_token_alone(world: World) -> None:
    one, other = (client_with(_token(world).json()["token"]) for _ in range(2))
    assert one.post(f"{V1}auth/sign-out").status_code == 204
    assert one.get(f"{V1}auth/me/").status_code == 401
    assert other.get(f"{V1}auth/me/").status_code == 200


def test_a_wrong_password_and_a_stranger_hear_the_same(world: World) -> None:
    wrong = _token(world, password="wrong")
    stranger = _token(world, email="nobody@example.org")
    assert wrong.status_code == stranger.status_code == 401
    assert wrong.json()["detail"] == stranger.json()["detail"]
    world.officer_user.is_active = False
    world.officer_user.save()
    assert _token(world).json()["detail"] == wrong.json()["detail"]


def test_many_wrong_passwords_lock_the_sign_in_for_a_while(world: World) -> None:
    answers = [_token(world, password="wrong").status_code for _ in range(9)]
    assert answers[0] == 401
    locked = _token(world)
    assert locked.status_code == 429
    assert locked.json()["detail"] != "The request could not be handled."
    script = world.anonymous.post(
        f"{V1}auth/token",
        {"email": world.officer_user.email, "password": people.PASSWORD},
        HTTP_X_REQUESTED_WITH="XMLHttpRequest",
    )
    assert script.status_code == 429
    assert world.officer_user.email.encode() not in script.content
    colleague = {"email": world.colleague_user.email, "password": people.PASSWORD}
    assert world.anonymous.post(f"{V1}auth/token", colleague).status_code == 200


def _enter(**given: object) -> ContractClient:
    return client_with("").post(f"{V1}portal/sign-in", given)


def test_an_invite_opens_once_then_login_and_pin(world: World) -> None:
    new = people.participant(world.officer_user, language="es")
    made = world.officer.post(f"{V1}participants/{new.public_id}/invite/").json()
    assert made["url"].endswith(f"/invite/{made['code']}/")
    assert made["url"].startswith("http")
    assert _enter(invite=made["code"], pin="274913").json()["errors"][0]["field"] == "consent"
    assert _enter(invite=made["code"], pin="1234", consent=True).status_code == 400
    first = _enter(invite=made["code"], pin="274913", consent=True)
    assert first.status_code == 200
    assert first.json()["participant"]["id"] == str(new.public_id)
    assert first.json()["participant"]["language"] == "es"
    assert _enter(invite=made["code"], pin="274913", consent=True).status_code == 401
    later = _enter(login=first.json()["login"], pin="274913")
    assert later.status_code == 200
    me = client_with(later.json()["token"]).get(f"{V1}portal/me").json()
    assert me == first.json()["participant"]
    assert "a_number" not in me


def test_a_participant_signs_out(world: World) -> None:
    assert world.alice.post(f"{V1}portal/sign-out").status_code == 204
    assert world.alice.get(f"{V1}portal/me").status_code == 401
    assert world.bob.get(f"{V1}portal/me").status_code == 200


def test_wrong_pins_make_the_next_try_wait(world: World) -> None:
    login = world.alice_person.credential.login
    for _ in range(5):
        assert _enter(login=login, pin="111222").status_code == 401
    waiting = _enter(login=login, pin="274913")
    assert waiting.status_code == 429
    assert 0 < int(waiting["Retry-After"]) <= 31


def test_what_is_missing_is_named(world: World) -> None:
    assert _enter(pin="274913").json()["errors"][0]["field"] == "login"
    assert _enter(invite="ABCD").json()["errors"][0]["field"] == "pin"
    assert _enter(invite="no such code", pin="274913", consent=True).status_code == 401


def test_an_ended_participation_opens_nothing(world: World) -> None:
    entered = people.accepted_invite(world.bob_person, world.officer_user)
    type(world.bob_person).objects.filter(pk=world.bob_person.pk).update(closed_at=clock.now())
    assert client_with(entered.token).get(f"{V1}portal/me").status_code == 401
    assert _enter(login=entered.login, pin="274913").status_code == 401
    assert sign_in.participant_of_token(entered.token, now=clock.now()) is None
    refused = world.officer.post(f"{V1}participants/{world.bob_person.public_id}/invite/")
    assert refused.status_code == 400
