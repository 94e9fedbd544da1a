"""Accounts of staff: invitation, own password, second factor, sessions, sign-in history."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, NotRecognised, RuleError
from casework.common.sealing import unseal
from casework.staff import accounts, factors, totp
from casework.staff.models import SecondFactor, SignIn, StaffInvite, StaffSession, User
from casework.staff.services import give_token, user_of_token
from tests import people

pytestmark = pytest.mark.django_db

DOOR = "/staff/login/"
NOW = clock.now()
NEW = "a quite new horse battery"


def enrolled(user: User, at: Any = None) -> list[str]:
    """Set up the second factor, half an hour ago; its recovery codes."""
    then = at or clock.now() - timedelta(minutes=30)
    factors.begin(user, now=then)
    return factors.confirm(user, code_of(user, then), now=then)


def code_of(user: User, now: Any = None) -> str:
    secret = unseal(bytes(SecondFactor.objects.get(user=user).sealed))
    return totp.code_at(secret, totp.step_of(now or clock.now()))


def enter(user: User, code: str = "", password: str = people.PASSWORD) -> Any:
    client = Client()
    sent = {"username": user.email, "password": password, "code": code, "next": "/staff/"}
    answer = client.post(DOOR, sent)
    answer.browser = client
    return answer


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def boss() -> User:
    return people.administrator()


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


# --- the standard ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, expected: str) -> None:
    assert totp.code_at(b"12345678901234567890", seconds // 30) == expected


# --- invitation -----------------------------------------------------------------------------


def test_an_administrator_adds_a_colleague_who_chooses_the_own_password(
    browser_of: Callable[[User], Client], boss: User
) -> None:
    office = people.office()
    client = browser_of(boss)
    sent = {"full_name": "New One", "email": "New.One@example.org", "role": "officer",
            "offices": [office.pk]}  # fmt: skip
    page = client.get("/staff/staff/user/add/").content.decode()
    assert 'type="password"' not in page
    added = client.post("/staff/staff/user/add/", sent)
    new = User.objects.get(full_name="New One")
    assert added["Location"] == reverse("accounts:colleague", args=[new.public_id])
    assert not new.has_usable_password()
    client.post(added["Location"], {"act": "invite"})
    (sent_mail,) = mail.outbox
    assert sent_mail.to == ["new.one@example.org"]
    link = re.search(r"/staff/welcome/[^\s]+", sent_mail.body).group()  # type: ignore[union-attr]
    assert link not in client.get(added["Location"]).content.decode()
    guest = Client()
    assert "New One" in guest.get(link).content.decode()
    for bad, again in ((NEW, "other"), ("short", "short"), ("new.one@example.org",) * 2):
        assert guest.post(link, {"password": bad, "again": again}).status_code == 422
    assert guest.post(link, {"password": NEW, "again": NEW})["Location"] == DOOR
    assert guest.get(link).status_code == 404, "once"
    assert enter(new, password=NEW).status_code == 302


def test_the_demo_shows_the_link_and_sends_nothing(
    browser_of: Callable[[User], Client], boss: User, officer: User, settings: Any
) -> None:
    settings.DEMO = True
    page = reverse("accounts:colleague", args=[officer.public_id])
    assert "/staff/welcome/" in browser_of(boss).post(page).content.decode()
    assert mail.outbox == []


def test_an_invite_runs_out_is_replaced_and_dies_with_the_account(
    boss: User, officer: User
) -> None:
    first = accounts.invite(officer, by=boss, now=NOW)
    second = accounts.invite(officer, by=boss, now=NOW)
    for code, at in ((first, NOW), (second, NOW + timedelta(days=3)), ("NONE-SUCH", NOW)):
        with pytest.raises(NotRecognised):
            accounts.open_invite(code, now=at)
    assert accounts.open_invite(second.lower(), now=NOW).user == officer
    User.objects.update(is_active=False)
    with pytest.raises(NotRecognised):
        accounts.open_invite(second, now=NOW)
    assert second not in str(StaffInvite.objects.values())


def test_only_administrators_invite(officer: User) -> None:
    with pytest.raises(NotPermitted):
        accounts.invite(officer, by=people.supervisor(officer.offices.get()), now=NOW)


def test_a_new_password_ends_what_was_open(boss: User, officer: User) -> None:
    browser, token = enter(officer).browser, give_token(officer, now=NOW)
    code = accounts.invite(officer, by=boss, now=NOW)
    accounts.accept_invite(code, NEW, now=NOW)
    assert browser.get("/staff/").status_code == 302
    assert user_of_token(token, now=NOW) is None


def test_nobody_types_somebody_elses_password(
    browser_of: Callable[[User], Client], boss: User, officer: User
) -> None:
    page = f"/staff/staff/user/{officer.public_id}/password/"
    assert browser_of(boss).get(page).status_code == 404
    change = browser_of(boss).get(f"/staff/staff/user/{officer.public_id}/change/")
    assert "password" not in change.content.decode().lower().split("<main")[-1]


# --- second factor --------------------------------------------------------------------------


def test_setting_it_up_takes_a_right_code_and_shows_the_recovery_codes_once(
    browser_of: Callable[[User], Client], officer: User
) -> None:
    client, page = browser_of(officer), reverse("accounts:second_factor")
    shown = client.get(page).content.decode()
    assert "<svg" in shown
    assert totp.readable(unseal(bytes(SecondFactor.objects.get().sealed))) in shown
    assert client.post(page, {"code": "000000"}).status_code == 422
    assert not factors.is_enrolled(officer)
    codes = client.post(page, {"code": code_of(officer)}).content.decode()
    assert len(re.findall(r"<code>[2-9A-Z]{4}-[2-9A-Z]{4}</code>", codes)) == 10
    assert client.get(page)["Location"] == reverse("accounts:account")
    assert Entry.objects.filter(verb="set up a second factor").count() == 1


def test_with_it_the_password_alone_opens_nothing(officer: User) -> None:
    enrolled(officer)
    for code in ("", "123456", "ABCD-2345"):
        refused = enter(officer, code)
        assert refused.status_code == 200
        assert refused.browser.get("/staff/").status_code == 302
    assert enter(officer, code_of(officer)).status_code == 302


def test_the_code_is_not_asked_of_who_does_not_know_the_password(officer: User) -> None:
    enrolled(officer)
    page = enter(officer, "", "wrong").content.decode()
    assert "not right" in page
    assert "Type the code" not in page


def test_no_code_opens_twice_nor_much_later(officer: User) -> None:
    enrolled(officer)
    code = code_of(officer, NOW)
    assert not factors.opens(officer, code, now=NOW + timedelta(minutes=2))
    assert factors.opens(officer, f" {code[:3]} {code[3:]} ", now=NOW)
    assert not factors.opens(officer, code, now=NOW)
    assert not factors.opens(officer, code_of(officer, NOW - timedelta(seconds=30)), now=NOW)


def test_a_recovery_code_opens_once(officer: User) -> None:
    codes = enrolled(officer)
    assert enter(officer, codes[0].lower()).status_code == 302
    assert enter(officer, codes[0]).status_code == 200
    assert len(SecondFactor.objects.get().recovery) == 9


def test_guessing_codes_locks_the_sign_in(officer: User, settings: Any) -> None:
    enrolled(officer)
    for _guess in range(settings.AXES_FAILURE_LIMIT):
        enter(officer, "000000")
    assert enter(officer, code_of(officer)).status_code == 429


def test_the_secret_is_not_in_the_database_as_such(officer: User) -> None:
    factors.begin(officer, now=NOW)
    row = SecondFactor.objects.get()
    assert unseal(bytes(row.sealed)) not in bytes(row.sealed)


def test_only_another_administrator_takes_a_second_factor_away(
    browser_of: Callable[[User], Client], boss: User, officer: User
) -> None:
    enrolled(officer)
    for by in (officer, people.supervisor(officer.offices.get())):
        with pytest.raises(NotPermitted):
            factors.remove(officer, by=by, now=NOW)
    with pytest.raises(NotPermitted):
        factors.remove(boss, by=boss, now=NOW)
    page = reverse("accounts:colleague", args=[officer.public_id])
    browser_of(boss).post(page, {"act": "remove_factor"})
    assert not factors.is_enrolled(officer)
    assert Entry.objects.filter(verb="removed a second factor", actor_id=boss.public_id).exists()
    with pytest.raises(RuleError):
        factors.confirm(officer, "123456", now=NOW)


def test_outside_the_demo_nobody_works_without_one(
    browser_of: Callable[[User], Client], officer: User, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    client, setup = browser_of(officer), reverse("accounts:second_factor")
    for page in ("/staff/", "/staff/participants/participant/", "/staff/account/"):
        assert client.get(page)["Location"] == setup, page
    assert client.get("/api/v1/participants/").status_code == 403
    client.get(setup)
    client.post(setup, {"code": code_of(officer)})
    assert client.get("/staff/").status_code == 200
    assert client.get("/api/v1/participants/").status_code == 200
    assert enter(officer, code_of(officer, clock.now() + timedelta(seconds=30))).status_code == 302


def test_the_api_asks_for_the_code_too(client: Client, officer: User, settings: Any) -> None:
    def ask(**more: str) -> Any:
        sent = {"email": officer.email, "password": people.PASSWORD} | more
        return client.post("/api/v1/auth/token/", sent, "application/json")

    settings.STAFF_SECOND_FACTOR = True
    assert ask().status_code == 403, "set it up first"
    codes = enrolled(officer)
    assert ask().status_code == 401
    assert ask(code="000000").status_code == 401
    assert ask(code=code_of(officer)).status_code == 200
    assert ask(code=codes[3]).status_code == 200


def test_production_wants_one_and_the_demo_does_not(settings: Any) -> None:
    assert settings.STAFF_SECOND_FACTOR is settings.PRODUCTION is False


# --- sessions -------------------------------------------------------------------------------


def test_a_session_ends_by_hand_and_the_browser_is_out(officer: User) -> None:
    one, two = enter(officer).browser, enter(officer).browser
    page = one.get("/staff/account/").content.decode()
    assert page.count("End this session") == 2
    assert "this one" in page
    other = StaffSession.objects.filter(user=officer).earliest("-pk")
    one.post(reverse("accounts:end_session", args=[other.public_id]))
    assert two.get("/staff/").status_code == 302
    assert one.get("/staff/").status_code == 200
    again = one.post(reverse("accounts:end_session", args=[other.public_id]))
    assert again.status_code == 404


def test_somebody_elses_session_does_not_exist_but_for_administrators(
    browser_of: Callable[[User], Client], officer: User, boss: User
) -> None:
    browser = enter(officer).browser
    address = reverse("accounts:end_session", args=[StaffSession.objects.get().public_id])
    colleague = people.supervisor(officer.offices.get())
    assert browser_of(colleague).post(address).status_code == 404
    assert browser.get("/staff/").status_code == 200
    assert browser_of(boss).post(address).status_code == 302
    assert browser.get("/staff/").status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 302)])
def test_a_session_left_alone_for_an_hour_is_over(officer: User, minutes: int, status: int) -> None:
    browser = enter(officer).browser
    with clock.shifted(timedelta(minutes=minutes)):
        assert browser.get("/staff/").status_code == status
    assert StaffSession.objects.filter(ended_at=None).exists() == (status == 200)


def test_no_session_lasts_longer_than_twelve_hours(officer: User) -> None:
    browser = enter(officer).browser
    for half_hours in range(1, 24):
        with clock.shifted(timedelta(minutes=30 * half_hours)):
            assert browser.get("/staff/account/").status_code == 200
    with clock.shifted(timedelta(hours=12, minutes=1)):
        answer = browser.get("/staff/account/")
        assert answer["Location"] == f"{DOOR}?next=%2Fstaff%2Faccount%2F"


def test_a_changed_password_keeps_this_session_in_the_list(officer: User) -> None:
    browser = enter(officer).browser
    sent = {"old_password": people.PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert browser.post("/staff/password_change/", sent).status_code == 302
    assert browser.get("/staff/").status_code == 200
    session = StaffSession.objects.get()
    assert session.session_key == browser.session.session_key


def test_closing_an_account_ends_sessions_and_tokens_at_once(
    browser_of: Callable[[User], Client], boss: User, officer: User
) -> None:
    browser, token = enter(officer).browser, give_token(officer, now=NOW)
    page = f"/staff/staff/user/{officer.public_id}/change/"
    sent = {"full_name": officer.full_name, "email": officer.email, "role": "officer",
            "offices": [officer.offices.get().pk]}  # fmt: skip
    assert browser_of(boss).post(page, sent).status_code == 302
    assert browser.get("/staff/").status_code == 302
    assert not officer.sessions.filter(ended_at=None).exists()
    User.objects.update(is_active=True)
    assert browser.get("/staff/").status_code == 302, "also when it is opened again"
    assert user_of_token(token, now=NOW) is None


def test_a_change_of_role_or_offices_is_written_down_before_and_after(
    browser_of: Callable[[User], Client], boss: User, officer: User
) -> None:
    old, new = officer.offices.get(), people.office()
    page = f"/staff/staff/user/{officer.public_id}/change/"
    sent = {"full_name": officer.full_name, "email": officer.email, "role": "supervisor",
            "offices": [new.pk], "is_active": "on"}  # fmt: skip
    assert browser_of(boss).post(page, sent).status_code == 302
    facts = Entry.objects.get(verb="changed what staff may see").facts
    assert facts == {
        "before": {"role": "officer", "offices": [str(old.public_id)]},
        "after": {"role": "supervisor", "offices": [str(new.public_id)]},
    }


# --- history --------------------------------------------------------------------------------


def test_ones_own_sign_ins_are_shown_refused_ones_too(officer: User) -> None:
    enter(officer, password="wrong")
    page = enter(officer).browser.get("/staff/account/").content.decode()
    assert page.count("refused") == 1
    assert page.count("signed in") >= 1
    outcomes = SignIn.objects.filter(user=officer).values_list("outcome", flat=True)
    assert sorted(outcomes) == ["entered", "refused"]


def test_of_an_unknown_address_only_that_somebody_tried() -> None:
    Client().post(DOOR, {"username": "nobody@example.org", "password": "x"})
    row = SignIn.objects.get()
    assert row.user is None
    assert "nobody" not in str(SignIn.objects.values())


def test_the_history_of_everyone_is_for_administrators(
    browser_of: Callable[[User], Client], boss: User, officer: User
) -> None:
    enter(officer)
    listed = browser_of(boss).get("/staff/staff/signin/").content.decode()
    assert officer.full_name in listed
    colleague = reverse("accounts:colleague", args=[officer.public_id])
    assert "signed in" in browser_of(boss).get(colleague).content.decode()
    for user in (officer, people.supervisor(officer.offices.get())):
        assert browser_of(user).get("/staff/staff/signin/").status_code == 403
        assert browser_of(user).get(colleague).status_code == 404


def test_a_new_password_of_ones_own_ends_everything_but_this_browser(officer: User) -> None:
    here, elsewhere = enter(officer).browser, enter(officer).browser
    token = give_token(officer, now=NOW)
    sent = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    assert here.post("/staff/password_change/", sent).status_code == 200
    assert user_of_token(token, now=NOW) == officer
    sent["old_password"] = people.PASSWORD
    assert here.post("/staff/password_change/", sent).status_code == 302
    assert here.get("/staff/").status_code == 200
    assert elsewhere.get("/staff/").status_code == 302
    assert user_of_token(token, now=NOW) is None
    assert officer.sessions.filter(ended_at=None).count() == 1
    assert Entry.objects.filter(verb="changed the own password").count() == 1


def test_a_second_factor_taken_away_ends_what_was_open_with_it(boss: User, officer: User) -> None:
    enrolled(officer)
    browser = enter(officer, code_of(officer)).browser
    token = give_token(officer, now=NOW)
    factors.remove(officer, by=boss, now=NOW)
    assert browser.get("/staff/").status_code == 302
    assert user_of_token(token, now=NOW) is None


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
     "https:///evil.example", " https://evil.example"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(officer: User, wanted: str) -> None:
    sent = {"username": officer.email, "password": people.PASSWORD, "next": wanted}
    assert Client().post(DOOR, sent)["Location"] == "/staff/"


def test_a_demotion_holds_with_the_next_request(officer: User) -> None:
    chief = people.supervisor(officer.offices.get())
    browser, token = enter(chief).browser, give_token(chief, now=NOW)
    assert browser.get("/staff/faults/enter/").status_code == 200
    User.objects.filter(pk=chief.pk).update(role="officer")
    assert browser.get("/staff/faults/enter/").status_code == 404
    reports = Client().get("/api/v1/reports/", headers={"Authorization": f"Bearer {token}"})
    assert reports.status_code == 404
