"""Passkeys in a real browser, with Chromium's own virtual device: staff."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from casework.staff.models import SignIn
from tests import people
from tests.journeys.conftest import assert_accessible

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
