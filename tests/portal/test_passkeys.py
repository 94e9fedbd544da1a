"""Face or finger on the participant's phone: beside login code and PIN, never instead of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.copies.parts import _access
from casework.participants.models import Participant, ParticipantPasskey
from casework.retention.registry import retention
from casework.staff.models import User
from smartlink.portal import slowing
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.authenticator import ORIGIN, Device
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/130"
PAGE = "/my-data/passkeys/"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = ORIGIN


def send(client: Client, url: str, **sent: Any) -> Any:
    return client.post(url, sent, "application/json", headers={"User-Agent": PHONE})


def added(client: Client, device: Device) -> Any:
    asked = send(client, f"{PAGE}ask/").json()["options"]
    return send(client, f"{PAGE}keep/", answer=device.make(asked))


def come_in(device: Device, client: Client | None = None, **more: Any) -> Any:
    client = client or Client()
    asked = send(client, "/passkey/ask/").json()["options"]
    assert asked["userVerification"] == "required"
    return send(client, "/passkey/", answer=device.sign(asked), **more)


def test_a_phone_is_added_listed_used_and_removed(alice_in: Client, alice: Participant) -> None:
    device, client = Device(), Client()
    assert added(alice_in, device).json() == {"next": PAGE}
    assert "Android" in alice_in.get(PAGE).content.decode()
    assert come_in(device, client, next="/hearings/").json() == {"next": "/hearings/"}
    assert client.get("/home/").status_code == 200
    assert "last used" in client.get(PAGE).content.decode()
    key = alice.passkeys.get()
    assert key.sign_count == device.count
    client.post(f"{PAGE}{key.public_id}/remove/")
    assert come_in(device).status_code == 422
    verbs = Entry.objects.filter(participant_id=alice.public_id, verb__contains="passkey")
    assert list(verbs.order_by("id").values_list("verb", flat=True)) == [
        "added a passkey", "signed in with a passkey", "removed a passkey",
    ]  # fmt: skip


def test_the_phone_must_know_its_owner(alice_in: Client, alice: Participant) -> None:
    touch = Device(verifies=False)
    assert added(alice_in, touch).status_code == 422
    device = Device()
    added(alice_in, device)
    device.verifies = False
    assert come_in(device).status_code == 422
    assert alice.passkeys.count() == 1


def test_a_copied_key_and_a_second_use_of_an_answer_are_refused(alice_in: Client) -> None:
    device, client = Device(), Client()
    added(alice_in, device)
    asked = send(client, "/passkey/ask/").json()["options"]
    answer = device.sign(asked)
    assert send(Client(), "/passkey/", answer=answer).status_code == 422, "another browser"
    assert send(client, "/passkey/", answer=answer).status_code == 200
    assert send(client, "/passkey/", answer=answer).status_code == 422
    device.count -= 1
    refused = come_in(device)
    assert "copied" in refused.json()["message"]
    assert COOKIE not in refused.cookies


def test_nobody_whose_supervision_ended_nor_a_stranger_comes_in(
    alice_in: Client, alice: Participant
) -> None:
    device = Device()
    added(alice_in, device)
    assert come_in(Device()).status_code == 422
    Participant.objects.filter(pk=alice.pk).update(closed_at=clock.now())
    assert come_in(device).status_code == 422


def test_wrong_answers_slow_an_address_down(alice_in: Client) -> None:
    device = Device()
    added(alice_in, device)
    for _try in range(slowing.WRONG_TRIES):
        assert send(Client(), "/passkey/", answer={}).status_code == 422
    assert come_in(device).status_code == 429


@pytest.mark.parametrize("door", ["/passkey/ask/", "/staff/passkey/ask/"])
def test_asking_without_end_is_slowed_down_for_that_address_alone(
    db: None, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    monkeypatch.setattr(slowing, "PASSKEY_ASKS", 3)
    for _ask in range(3):
        assert send(Client(), door).status_code == 200
    refused = send(Client(), door)
    assert refused.status_code == 429
    assert "wait ten minutes" in refused.json()["message"]
    assert send(Client(REMOTE_ADDR="203.0.113.9"), door).status_code == 200


def test_staff_and_participants_keys_do_not_open_each_other(alice_in: Client) -> None:
    device = Device()
    added(alice_in, device)
    client = Client()
    asked = send(client, "/staff/passkey/ask/").json()["options"]
    assert send(client, "/staff/passkey/", answer=device.sign(asked)).status_code == 422
    asked = send(client, "/staff/passkey/ask/").json()["options"]
    assert send(client, "/passkey/", answer=device.sign(asked)).status_code == 422


def test_somebody_elses_phone_does_not_exist(
    alice_in: Client, alice: Participant, bob_in: Client
) -> None:
    added(alice_in, Device())
    key = alice.passkeys.get()
    assert bob_in.post(f"{PAGE}{key.public_id}/remove/").status_code == 404
    assert Client().post(f"{PAGE}ask/").status_code == 302
    row = ParticipantPasskey(
        participant=alice, credential_id=key.credential_id, stored=b"", name="x",
        made_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_it_is_offered_once_after_the_pin_and_never_before_a_check_in(
    alice: Participant, officer: User
) -> None:
    browser_of(alice, officer)
    typed = {"login": alice.credential.login, "pin": people.PIN}
    client = Client()
    assert client.post("/", typed)["Location"] == f"{PAGE}?offer=1"
    offer = client.get(f"{PAGE}?offer=1").content.decode()
    assert "never leave the phone" in offer
    assert "Not now" in offer
    client.cookies.pop(COOKIE)
    assert client.post("/", typed)["Location"] == "/home/", "once"
    assert Client().post("/", typed | {"next": "/hearings/"})["Location"] == "/hearings/"
    people.open_check_in(alice, officer)
    assert Client().post("/", typed)["Location"] == "/home/"


def test_a_new_invite_removes_nothing_unless_the_phone_is_lost(
    alice_in: Client, alice: Participant, officer: User
) -> None:
    device, desk = Device(), Client()
    added(alice_in, device)
    desk.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    page = f"/staff/people/{alice.public_id}/invite/"
    assert "remove 1 passkey too" in desk.get(page).content.decode()
    desk.post(page)
    assert come_in(device).status_code == 200
    desk.post(page, {"lost": "1"})
    assert come_in(device).status_code == 422
    assert alice_in.get("/home/").status_code == 302, "signed out there"
    verb = "removed the passkeys of a lost phone"
    assert Entry.objects.get(verb=verb).actor_id == officer.public_id


def test_it_is_in_the_copy_of_the_file_and_goes_when_supervision_is_over(
    alice_in: Client, alice: Participant
) -> None:
    added(alice_in, Device())
    rows = [row for row in _access(alice) if row["what"] == "passkey"]
    assert [row["name"] for row in rows] == ["Android"]
    (rule,) = [rule for rule in retention.rules if rule.slug == "passkeys"]
    assert not rule.due(clock.now()).exists()
    Participant.objects.update(closed_at=clock.now() - timedelta(days=31))
    assert rule.due(clock.now() - timedelta(days=rule.days)).count() == 1


def test_without_a_name_of_the_site_nothing_is_offered(
    alice: Participant, officer: User, settings: Any
) -> None:
    assert 'data-passkey="enter"' in Client().get("/").content.decode()
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "data-passkey" not in Client().get("/").content.decode()
    browser_of(alice, officer)
    typed = {"login": alice.credential.login, "pin": people.PIN}
    assert Client().post("/", typed)["Location"] == "/home/"
