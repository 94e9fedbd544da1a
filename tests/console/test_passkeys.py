"""Passkeys of staff: adding, the second factor, signing in without a password, what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.common.passkeys import counts_on
from casework.staff import factors
from casework.staff.models import PasskeyChallenge, SignIn, StaffPasskey, User
from tests import people
from tests.authenticator import ORIGIN, Device
from tests.console.test_accounts import code_of, enrolled, enter

pytestmark = pytest.mark.django_db

ASK, ENTER = "/staff/passkey/ask/", "/staff/passkey/"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = ORIGIN


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


def inside(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, url: str, **sent: Any) -> Any:
    return client.post(url, sent, "application/json")


def added(user: User, device: Device, client: Client | None = None, **more: str) -> Any:
    client = client or inside(user)
    asked = send(client, reverse("accounts:add_passkey"), password=people.PASSWORD, **more)
    if asked.status_code != 200:
        return asked
    answer = device.make(asked.json()["options"])
    return send(client, reverse("accounts:keep_passkey"), answer=answer, name="laptop")


def options(client: Client, **sent: str) -> Any:
    answer = send(client, ASK, **sent)
    assert answer.status_code == 200, answer.content
    return answer.json()["options"]


def come_in(device: Device, client: Client | None = None, **more: Any) -> Any:
    client = client or Client()
    return send(client, ENTER, answer=device.sign(options(client)), **more)


def test_adding_asks_for_the_password_and_gives_recovery_codes_the_first_time(
    officer: User,
) -> None:
    first = added(officer, Device())
    assert first.json()["page"].count("<code>") == 10
    assert added(officer, Device()).json() == {"next": "/staff/account/"}
    assert [one.name for one in officer.passkeys.all()] == ["laptop", "laptop"]
    assert factors.is_enrolled(officer)
    assert Entry.objects.filter(verb="added a passkey").count() == 2
    page = inside(officer).get("/staff/account/").content.decode()
    assert page.count("Remove the passkey laptop") == 2
    assert "not used yet" in page


def test_nothing_is_added_without_the_password_nor_without_the_code_of_the_app(
    officer: User,
) -> None:
    client = inside(officer)
    wrong = send(client, reverse("accounts:add_passkey"), password="wrong")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "password")
    assert SignIn.objects.filter(user=officer, outcome="refused").count() == 1
    enrolled(officer)
    assert added(officer, Device()).status_code == 422
    assert added(officer, Device(), code=code_of(officer)).status_code == 200
    bare = send(client, reverse("accounts:keep_passkey"), answer=Device().make(
        {"user": {"id": "AA"}, "rp": {"id": "smartlink.example.org"}, "challenge": "AAAA"}
    ), name="x")  # fmt: skip
    assert bare.status_code == 422
    assert StaffPasskey.objects.count() == 1


def test_a_passkey_alone_signs_in_when_the_device_has_verified_its_owner(officer: User) -> None:
    device, client = Device(), Client()
    added(officer, device)
    entered = come_in(device, client, next="/staff/reviews/")
    assert entered.json() == {"next": "/staff/reviews/"}
    assert client.get("/staff/").status_code == 200
    key = officer.passkeys.get()
    assert key.sign_count == device.count
    assert key.last_used_at is not None
    assert SignIn.objects.filter(user=officer, means="passkey", outcome="entered").exists()
    assert "last used" in client.get("/staff/account/").content.decode()


def test_a_touch_without_a_face_finger_or_pin_is_only_a_second_factor(officer: User) -> None:
    device = Device(verifies=False)
    added(officer, device)
    assert come_in(device).status_code == 422
    client = Client()
    asked = options(client, email=officer.email.upper(), password=people.PASSWORD)
    assert len(asked["allowCredentials"]) == 1
    entered = send(client, ENTER, answer=device.sign(asked), second=True)
    assert entered.status_code == 200
    assert client.get("/staff/").status_code == 200


def test_the_second_factor_needs_the_password_of_the_same_person(officer: User) -> None:
    other, device = people.officer(officer.offices.get()), Device(verifies=False)
    added(officer, device)
    added(other, Device())
    client = Client()
    wrong = send(client, ASK, email=officer.email, password="wrong")
    assert wrong.status_code == 422
    assert "options" not in wrong.json()
    asked = options(client, email=other.email, password=people.PASSWORD)
    assert send(client, ENTER, answer=device.sign(asked), second=True).status_code == 422
    alone = options(client)
    assert send(client, ENTER, answer=device.sign(alone), second=True).status_code == 422
    assert client.get("/staff/").status_code == 302


def test_with_a_passkey_the_password_alone_opens_nothing_and_a_recovery_code_does(
    officer: User,
) -> None:
    page = added(officer, Device()).json()["page"]
    code = page.split("<code>")[1].split("</code>")[0]
    refused = enter(officer)
    assert refused.status_code == 200
    assert "Sign in with your passkey" in refused.content.decode()
    assert enter(officer, code_of(officer)).status_code == 200, "an app nobody has set up"
    assert enter(officer, code).status_code == 302
    assert enter(officer, code).status_code == 200


def test_it_counts_as_the_second_factor_that_production_requires(
    officer: User, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    client = inside(officer)
    assert client.get("/staff/")["Location"] == reverse("accounts:second_factor")
    assert client.get(reverse("accounts:add_passkey")).status_code == 200
    device = Device()
    assert added(officer, device, client).status_code == 200
    assert client.get("/staff/").status_code == 200
    key = officer.passkeys.get()
    client.post(reverse("accounts:remove_passkey", args=[key.public_id]))
    assert officer.passkeys.exists(), "the only one stays"
    added(officer, Device(), client)
    client.post(reverse("accounts:remove_passkey", args=[key.public_id]))
    assert officer.passkeys.count() == 1
    assert come_in(device).status_code == 422, "removed"
    assert Entry.objects.filter(verb="removed a passkey").count() == 1


def test_a_counter_that_went_back_is_refused_and_written_down(officer: User) -> None:
    device = Device()
    added(officer, device)
    assert come_in(device).status_code == 200
    device.count -= 2
    refused = come_in(device)
    assert "may have been copied" in refused.json()["message"]
    row = SignIn.objects.filter(user=officer).latest("pk")
    assert (row.outcome, row.means) == ("refused", "counter")
    page = inside(officer).get("/staff/account/").content.decode()
    assert "there may be a copy" in page


@pytest.mark.parametrize(
    ("before", "after", "goes"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False),
                                  (5, 4, False), (5, 0, False)]
)  # fmt: skip
def test_counts_only_go_up_unless_the_device_never_counts(
    before: int, after: int, goes: bool
) -> None:
    assert counts_on(before, after) is goes


def test_a_challenge_is_good_once_soon_and_in_the_browser_that_asked(officer: User) -> None:
    device = Device(counts=False)
    added(officer, device)
    client = Client()
    answer = device.sign(options(client))
    assert send(client, ENTER, answer=answer).status_code == 200
    assert send(client, ENTER, answer=answer).status_code == 422, "once"
    elsewhere = Client()
    options(elsewhere)
    answer = device.sign(options(client))
    assert send(elsewhere, ENTER, answer=answer).status_code == 422
    assert send(Client(), ENTER, answer=answer).status_code == 422
    with clock.shifted(timedelta(minutes=3)):
        assert send(client, ENTER, answer=answer).status_code == 422
    broken = device.sign(options(client), signature=b"no")
    assert send(client, ENTER, answer=broken).status_code == 422
    assert not PasskeyChallenge.objects.filter(expires_at__lte=clock.now()).exists()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://smartlink.example.org",
               "https://smartlink.example.org.evil.example", "https://sub.smartlink.example.org"]
)  # fmt: skip
def test_an_answer_from_another_site_is_refused(officer: User, origin: str) -> None:
    device = Device()
    added(officer, device)
    device.origin = origin
    assert come_in(device).status_code == 422
    assert added(officer, device).status_code == 422


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b"{", b'{"answer": 7}', b'{"answer": {"rawId": "%%"}}',
             b'{"answer": {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}}',
             b"[" * 9000]
)  # fmt: skip
def test_what_is_no_answer_is_refused_in_words(officer: User, sent: bytes) -> None:
    device, client = Device(), Client()
    added(officer, device)
    options(client)
    refused = client.post(ENTER, sent, "application/json")
    assert refused.status_code == 422
    assert refused.json()["message"]
    inside_client = inside(officer)
    send(inside_client, reverse("accounts:add_passkey"), password=people.PASSWORD)
    kept = inside_client.post(reverse("accounts:keep_passkey"), sent, "application/json")
    assert kept.status_code == 422


def test_somebody_elses_handle_or_key_does_not_fit(officer: User) -> None:
    device, other = Device(), people.officer(officer.offices.get())
    added(officer, device)
    client = Client()
    swapped = device.sign(options(client), userHandle=other.public_id.bytes)
    assert send(client, ENTER, answer=swapped).status_code == 422
    stranger = Device()
    stranger.credential_id = device.credential_id
    assert send(client, ENTER, answer=stranger.sign(options(client))).status_code == 422


def test_a_closed_account_and_a_locked_one_stay_out(officer: User, settings: Any) -> None:
    device = Device()
    added(officer, device)
    for _guess in range(settings.AXES_FAILURE_LIMIT):
        client = Client()
        send(client, ENTER, answer=device.sign(options(client), signature=b"no"))
    locked = come_in(device)
    assert locked.status_code in {422, 429}
    assert locked.client.get("/staff/").status_code == 302
    User.objects.update(is_active=False)
    assert come_in(device, REMOTE_ADDR="10.9.9.9").status_code != 200


def test_the_session_gets_a_new_key_and_goes_nowhere_else(officer: User) -> None:
    device, client = Device(), Client()
    added(officer, device)
    client.get("/staff/login/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    entered = come_in(device, client, next="https://evil.example/")
    assert entered.json() == {"next": "/staff/"}
    assert client.session.session_key != before


def test_one_credential_belongs_to_one_account(officer: User) -> None:
    device = Device()
    added(officer, device)
    assert added(people.officer(officer.offices.get()), device).status_code == 422
    row = officer.passkeys.get()
    row.pk, row.public_id = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffPasskey.objects.bulk_create([row])


def test_somebody_elses_passkey_does_not_exist_and_an_administrator_takes_all(
    officer: User,
) -> None:
    added(officer, Device())
    boss = people.administrator()
    address = reverse("accounts:remove_passkey", args=[officer.passkeys.get().public_id])
    assert inside(boss).post(address).status_code == 404
    factors.remove(officer, by=boss, now=clock.now())
    assert not factors.is_enrolled(officer)
    assert not officer.passkeys.exists()


def test_at_an_address_of_digits_passkeys_are_not_offered(officer: User, settings: Any) -> None:
    door = Client().get("/staff/login/").content.decode()
    assert door.count('data-passkey="') == 2
    assert " hidden>" in door, "until its script runs"
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "data-passkey" not in Client().get("/staff/login/").content.decode()
    assert "not digits" in inside(officer).get("/staff/account/").content.decode()
