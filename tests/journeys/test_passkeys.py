"""Passkeys in a real browser, with Chromium's own virtual device: staff and a participant."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from casework.staff.models import SignIn
from tests import people
from tests.journeys.conftest import assert_accessible, assert_whole

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def give_device(page: Page) -> None:
    """A phone or laptop that knows its owner and answers without anybody's finger."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_staff_add_a_passkey_and_sign_in_with_it(
    desk: Page, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    officer = people.officer(people.office())
    give_device(desk)
    desk.goto("/staff/login/")
    desk.get_by_label("E-mail").fill(officer.email)
    desk.get_by_label("Password").fill(people.PASSWORD)
    desk.get_by_role("button", name="Sign in", exact=True).click()
    desk.goto("/staff/account/passkeys/add/")
    assert_accessible(desk)
    desk.get_by_label("Name of this passkey").fill("test laptop")
    desk.get_by_label("Your password").fill("wrong")
    desk.get_by_role("button", name="Go on").click()
    expect(desk.get_by_role("status")).to_have_text("The password is not right.")
    desk.get_by_label("Your password").fill(people.PASSWORD)
    desk.get_by_role("button", name="Go on").click()
    expect(desk.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    desk.goto("/staff/account/")
    expect(desk.get_by_text("test laptop")).to_be_visible()
    assert_accessible(desk)

    desk.context.clear_cookies()
    desk.goto("/staff/login/?next=/staff/account/")
    assert_accessible(desk)
    desk.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.get_by_text("test laptop")).to_be_visible()

    desk.context.clear_cookies()
    desk.goto("/staff/login/?next=/staff/account/")
    desk.get_by_label("E-mail").fill(officer.email)
    desk.get_by_label("Password").fill(people.PASSWORD)
    desk.get_by_role("button", name="Use a passkey instead of the code").click()
    expect(desk.get_by_text("test laptop")).to_be_visible()
    assert SignIn.objects.filter(user=officer, means="passkey", outcome="entered").count() == 2


def test_a_participant_turns_it_on_after_the_pin_and_comes_back_without(
    phone: Page, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    officer = people.officer(people.office())
    person = people.participant(officer, language="ar")
    login = people.accepted_invite(person, officer).login
    give_device(phone)
    phone.goto("/")
    phone.locator("[name=login]").fill(login)
    phone.locator("[name=pin]").fill(people.PIN)
    phone.locator("form.card button[type=submit]").click()
    phone.wait_for_url("**/my-data/passkeys/?offer=1")
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    assert_accessible(phone)
    assert_whole(phone)
    phone.get_by_role("button", name="تفعيله على هذا الهاتف").click()
    phone.wait_for_url("**/my-data/passkeys/")
    expect(phone.locator("#keys-title")).to_be_visible()
    assert_accessible(phone)

    phone.context.clear_cookies()
    phone.goto("/")
    assert_whole(phone)
    phone.get_by_role("button", name="Sign in with face or finger").click()
    phone.wait_for_url("**/home/")
    assert person.passkeys.get().last_used_at is not None
