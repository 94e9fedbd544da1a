"""Every refusal is a problem document, in the caller's language, and tells nothing it should not.

`ContractClient` checks the shape of each answer here.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.client import FakePayload

from casework.common import clock
from casework.participants.api import views
from casework.staff.models import StaffToken
from tests import people
from tests.api.conftest import V1, World, client_with, photo
from tests.api.contract import ContractClient, hold_to_contract

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing/", 404),
        ("GET", "", 404),
        ("GET", "participants/not-a-uuid/", 404),
        ("GET", "check-ins/00000000-0000-4000-8000-000000000000/", 404),
        ("DELETE", "participants/", 405),
        ("PUT", "check-ins/", 405),
        ("GET", "participants/?page=0", 404),
        ("GET", "participants/?page=99", 404),
        ("GET", "participants/?search=%00", 400),
        ("GET", "participants/?language=xx", 400),
        ("GET", "participants/?office=here", 400),
        ("GET", "check-ins/?state=asleep", 400),
        ("GET", "check-ins/?participant=1", 400),
        ("GET", "hearings/?to_come=perhaps", 400),
    ],
)
def test_what_is_not_there(world: World, method: str, path: str, status: int) -> None:
    for client in (world.officer, world.administrator):
        assert client.generic(method, V1 + path).status_code == status


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ('{"given_name": ', "application/json", 400),
        ("\xff\xfe", "application/json", 400),
        ('{"given_name": NaN}', "application/json", 400),
        ('{"language": "\\ud800"}', "application/json", 400),
        ("[]", "application/json", 400),
        ("null", "application/json", 400),
        ('"words"', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("a=1", "application/x-www-form-urlencoded", 415),
        ("<a/>", "text/xml", 415),
        ("--no boundary", "multipart/form-data", 400),
        ("--x\r\nnonsense", "multipart/form-data; boundary=x", 400),
    ],
)
def test_bodies_that_cannot_be_read(world: World, content: str, kind: str, status: int) -> None:
    for more in ({}, {"HTTP_IDEMPOTENCY_KEY": "k"}):
        response = world.officer.generic(
            "POST", f"{V1}participants/", content.encode("latin-1"), content_type=kind, **more
        )
        assert response.status_code == status, response.content


def test_each_field_that_does_not_fit_is_named(world: World) -> None:
    wrong = {"given_name": "\ud800", "a_number": "12", "language": "xx", "timezone": "Mars/Base"}
    wrong |= {"phone": "abc", "case": {"kind": "murder"}, "office": "nowhere", "email": "@"}
    response = world.officer.generic(
        "POST", f"{V1}participants/", json.dumps(wrong), content_type="application/json"
    )
    assert response.status_code == 400
    fields = {error["field"] for error in response.json()["errors"]}
    assert fields == {
        "given_name", "family_name", "language", "timezone", "phone", "case.kind", "office",
        "email",
    }  # fmt: skip


def test_a_rule_names_its_field(world: World) -> None:
    new = {"given_name": "Eve", "family_name": "Olsen", "a_number": "12"}
    body = world.officer.post(f"{V1}participants/", new).json()
    assert [error["field"] for error in body["errors"]] == ["a_number"]


def test_staff_are_answered_in_the_language_they_ask_for(world: World) -> None:
    path = f"{world.alice_at}check-ins/"
    english = world.officer.post(path, {"reason": " "}).json()
    spanish = world.officer.post(path, {"reason": " "}, HTTP_ACCEPT_LANGUAGE="es").json()
    assert english["code"] == spanish["code"]
    assert english["detail"] != spanish["detail"]


def test_a_participant_is_answered_in_the_own_language_whatever_the_phone_says(
    world: World,
) -> None:
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    path = f"{V1}check-ins/{check_in.public_id}/"
    spanish = world.alice.get(path, HTTP_ACCEPT_LANGUAGE="en").json()["state_text"]
    assert spanish != world.officer.get(path).json()["state_text"]
    refused = world.alice.post(f"{path}attempts/", photo(b"%PDF-1.7 ..."), format="multipart")
    assert refused.status_code == 415
    assert refused.json()["reason"]["text"] == refused.json()["detail"]
    assert "foto" in refused.json()["detail"]
    # and the next caller on the same thread is not
    assert "answer" in world.officer.get(path).json()["state_text"]


def test_json_is_all_we_speak(world: World) -> None:
    assert world.officer.get(f"{V1}participants/", HTTP_ACCEPT="text/xml").status_code == 406


@pytest.mark.parametrize(
    ("kind", "length"),
    [("multipart/form-data; boundary=x", 26_000_000), ("application/json", 2_000_000)],
)
def test_a_huge_request_is_refused_before_it_is_understood(
    world: World, kind: str, length: int
) -> None:
    path = f"{V1}check-ins/00000000-0000-4000-8000-000000000000/attempts/"
    response = world.alice.generic("POST", path, bytes(length), kind)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("status", [401, 404, 413])
def test_a_refused_upload_is_read_to_its_end(world: World, status: int) -> None:
    """Else the server closes the connection and the phone never learns why."""
    body = FakePayload(bytes(30_000_000 if status == 413 else 3_000_000))
    left = len(body)
    client = world.alice if status != 401 else world.anonymous
    response = client.request(
        REQUEST_METHOD="POST",
        PATH_INFO=f"{V1}check-ins/00000000-0000-4000-8000-000000000000/attempts/",
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(left),
        **{"wsgi.input": body},
    )
    assert response.status_code == status
    assert len(body) == 0


def test_large_words_among_the_parts_are_refused(world: World) -> None:
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    response = world.alice.post(
        f"{V1}check-ins/{check_in.public_id}/attempts/",
        photo() | {"captured_at": "x" * 1_200_000},
        format="multipart",
    )
    assert response.status_code == 413


@pytest.mark.parametrize("token", ["", "staff_nonsense", "portal_nonsense", "x", "Ünï", "a b"])
def test_a_token_that_opens_nothing(token: str) -> None:
    client = ContractClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    for path in ("participants/", "portal/me/"):
        response = client.get(V1 + path)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_tokens_end(world: World) -> None:
    StaffToken.objects.filter(user=world.officer_user).update(expires_at=clock.now())
    assert world.officer.get(f"{V1}participants/").status_code == 401
    type(world.colleague_user).objects.filter(pk=world.colleague_user.pk).update(is_active=False)
    assert world.colleague.get(f"{V1}participants/").status_code == 401
    assert world.alice.get(f"{V1}portal/me/").status_code == 200
    type(world.alice_person).objects.filter(pk=world.alice_person.pk).update(
        closed_at=clock.now() + timedelta(seconds=0)
    )
    assert world.alice.get(f"{V1}portal/me/").status_code == 401


def test_our_own_failure_says_so_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_a: Any, **_kw: Any) -> None:
        raise RuntimeError("password=hunter2 in /srv/secret.py")

    monkeypatch.setattr(views.sign_in, "invite", fail)
    response = world.officer.post(f"{world.alice_at}invite/", HTTP_IDEMPOTENCY_KEY="k")
    assert response.status_code == 500
    assert response.json()["code"] == "our_fault"
    assert b"hunter2" not in response.content
    assert b"secret" not in response.content


def test_the_staff_sites_session_opens_the_api_but_writes_need_its_csrf_token(
    world: World,
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.officer_user, backend="django.contrib.auth.backends.ModelBackend")
    path = f"{V1}participants/"
    assert browser.get(path).status_code == 200
    new = {"given_name": "Eve", "family_name": "Olsen", "a_number": "A099000111"}
    refused = browser.post(path, new, content_type="application/json")
    assert refused.status_code == 403
    hold_to_contract(refused, "POST", path)


def test_addresses_work_with_and_without_the_last_slash(world: World) -> None:
    for path in ("auth/token", "auth/token/"):
        given = {"email": world.officer_user.email, "password": people.PASSWORD}
        assert world.anonymous.post(V1 + path, given).status_code == 200
    new = {"given_name": "Eve", "family_name": "Olsen", "a_number": "A099000111"}
    made = world.officer.post(f"{V1}participants", new)
    assert made.status_code == 201
    assert world.officer.get(f"{V1}participants/{made.json()['id']}").status_code == 200
    assert client_with("").get("/api/v1").status_code == 404
