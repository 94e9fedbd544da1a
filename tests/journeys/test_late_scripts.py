"""A script that comes late moves nothing on the camera page; one that never comes costs nobody."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from casework.common import clock
from checkins.plans import PlanTerms, set_plan
from smartlink.portal.sessions import COOKIE
from tests import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCRIPT = "**/portal/selfie*.js"
PLACES = """() => [...document.querySelectorAll('h1, .viewfinder, [data-open], .tips, .bottom')]
  .map((one) => Math.round(one.getBoundingClientRect().top))"""


def camera_page(phone: Page, base_url: str) -> str:
    """Of somebody who is asked for head turns and, once, for the area."""
    office = people.office()
    officer = people.officer(office)
    person = people.participant(officer)
    terms = PlanTerms(location=True, location_reason="a journey")
    set_plan(person, terms, by=people.supervisor(office), now=clock.now())
    check_in = people.open_check_in(person, officer)
    token = people.accepted_invite(person, officer).token
    phone.context.add_cookies([{"name": COOKIE, "value": token, "url": base_url}])
    return f"{base_url}/check-in/{check_in.public_id}/"


def test_nothing_moves_when_the_script_of_the_camera_comes_late(
    phone: Page, live_server: Any
) -> None:
    address = camera_page(phone, live_server.url)
    held: list[Route] = []
    phone.route(SCRIPT, lambda route: held.append(route))
    phone.goto(address, wait_until="commit")
    button = phone.get_by_role("button", name="Open the camera")
    expect(button).to_be_disabled()
    expect(phone.get_by_role("contentinfo")).to_be_visible()
    expect(phone.get_by_label("Photo", exact=False).first).to_be_hidden()
    before = phone.evaluate(PLACES)
    while not held:
        phone.wait_for_timeout(20)
    held[0].continue_()
    expect(button).to_be_enabled()
    assert phone.evaluate(PLACES) == before


def test_without_the_script_the_plain_form_takes_its_place(phone: Page, live_server: Any) -> None:
    address = camera_page(phone, live_server.url)
    phone.route(SCRIPT, lambda route: route.abort())
    phone.goto(address)
    expect(phone.get_by_role("button", name="Send photo")).to_be_hidden()
    phone.evaluate("document.getAnimations().forEach((one) => one.finish())")  # ten seconds later
    expect(phone.get_by_role("button", name="Send photo")).to_be_visible()
    expect(phone.get_by_role("button", name="Open the camera")).to_be_hidden()
