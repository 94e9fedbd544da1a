"""Every page of the portal as its readers find it: languages, keyboard, a call instead."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from playwright.sync_api import Page, expect

from casework.common import clock
from casework.documents.models import Document
from casework.documents.services import add
from casework.findings.models import Finding
from casework.findings.services import Proposal, propose
from casework.hearings.models import Court
from casework.hearings.services import enter
from casework.messages.models import Message
from casework.messages.services import send
from casework.participants.models import Participant
from casework.resources import services as resources
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn
from checkins.plans import PlanTerms, set_plan
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.documents.conftest import PDF, paper
from tests.documents.conftest import page as picture
from tests.journeys.conftest import NewContext, assert_accessible, assert_whole

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 360, "height": 740}
PAGES = (
    "home/", "findings/{finding}/", "tell/", "tell/address/", "tell/phone/", "tell/work/",
    "tell/help/", "messages/", "documents/", "documents/{document}/", "documents/send/",
    "help-near-you/", "check-in/{id}/", "check-in/{id}/phone/", "check-in/{id}/questions/",
    "hearings/", "receipts/", "reach/", "my-data/",
    "my-data/looks/", "my-data/devices/", "login-code/", "privacy/", "verify/",
    "offline/{language}/",
)  # fmt: skip


def asked(context: Any, base_url: str, *, language: str = "en", name: str = "Alice") -> CheckIn:
    """Somebody with a hearing who is signed in here, twice elsewhere, and asked to check in."""
    office = people.office(phone="+1 202 555 0100")
    officer = people.officer(office)
    person = people.participant(officer, given_name=name, language=language)
    terms = PlanTerms(liveness="none", liveness_reason="a journey through the pages")
    set_plan(person, terms, by=people.supervisor(office), now=clock.now())
    hearing = {
        "court": Court.objects.create(name="26 Federal Plaza"),
        "kind": "master",
        "starts_at": clock.now() + timedelta(days=9),
    }
    enter(person, hearing, by=officer, now=clock.now())
    a_letter(person, officer)
    send(officer, person, "Room 204.", now=clock.now(), files=[picture(), PDF])
    add(person, person, paper(picture(), PDF, note="My lease"), now=clock.now())
    food = resources.Entry(
        name="Open Pantry", kinds=["food"], address="7 Maple Avenue", phone="718-555-0132",
        hours="Mon-Fri 9-17", languages=["es", "ar"], website="https://pantry.example.org",
        notes={"en": "Bring a bag."},
    )  # fmt: skip
    clinic = resources.Entry(name="Riverside Clinic", kinds=["health"], phone="718-555-0133")
    for place in (food, clinic):
        resources.enter(place, [office], by=officer, now=clock.now())
    check_in = people.open_check_in(person, officer)
    token = people.accepted_invite(person, officer).token
    context.add_cookies([{"name": COOKIE, "value": token, "url": base_url}])
    return check_in


def a_letter(person: Participant, officer: User) -> Finding:
    """About a check-in of the week before that nobody answered."""
    before = clock.now() - timedelta(days=7)
    missed = people.open_check_in(person, officer, now=before)
    lifecycle.mark_delivered(missed, now=before)
    lifecycle.close_overdue(missed, now=clock.now())
    new = Proposal("check_in", missed.public_id, "missed", "Nobody picked up the phone.")
    return propose(new, by=officer, now=clock.now())


def english_of(language: str) -> list[str]:
    """Sentences that the language says otherwise."""
    folder = {"zh-hans": "zh_Hans"}.get(language, language)
    path = Path(settings.BASE_DIR) / "locale" / folder / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return [
            message.id for message in read_po(file)
            if isinstance(message.id, str) and message.string and message.string != message.id
            and len(message.id) > 14 and "%" not in message.id and "<" not in message.id
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "direction", "colours"),
    [("ar", "rtl", "light"), ("es", "ltr", "dark")],
)
def test_every_page_is_whole_in_the_readers_language(
    new_context: NewContext, live_server: Any, language: str, direction: str, colours: str
) -> None:
    context = new_context(
        viewport=SMALL, has_touch=True, is_mobile=True, color_scheme=colours, locale=language
    )
    check_in = asked(context, live_server.url, language=language)
    letter, lease = Finding.objects.get(), Document.objects.get(note="My lease")
    english = english_of(language)
    page = context.new_page()
    for pattern in PAGES:
        address = "/" + pattern.format(
            id=check_in.public_id, language=language, finding=letter.public_id,
            document=lease.public_id,
        )  # fmt: skip
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        root = page.locator("html")
        assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, direction)
        text = page.locator("body").inner_text()
        assert [words for words in english if words in text] == [], address
        assert_whole(page)
        assert_accessible(page)


def test_a_whole_check_in_by_keyboard_alone(phone: Page, live_server: Any) -> None:
    check_in = asked(phone.context, live_server.url)
    phone.goto("/home/")
    go_to(phone, "Start check-in")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Take a selfie")).to_be_visible()
    go_to(phone, "Open the camera")
    phone.keyboard.press("Enter")
    # From here on the focus is where the next step is.
    for name in ("Take the photo", "Send this photo"):
        expect(phone.get_by_role("button", name=name)).to_be_focused()
        phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Your photo is being checked")).to_be_visible()
    assert check_in.attempts.count() == 1


def test_help_near_by_and_a_message_by_keyboard_alone(phone: Page, live_server: Any) -> None:
    asked(phone.context, live_server.url)
    phone.goto("/home/")
    go_to(phone, "Find help")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Riverside Clinic")).to_be_visible()
    go_to(phone, "Food")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Riverside Clinic")).to_have_count(0)
    go_to(phone, "718-555-0132")
    phone.goto("/messages/")
    expect(phone.get_by_text("Letters left: 4,000")).to_be_visible()
    for _ in range(30):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    phone.keyboard.type("Thank you.")
    expect(phone.get_by_text("Letters left: 3,990")).to_be_visible()
    go_to(phone, "Send message")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Sent, not read yet")).to_be_visible()
    assert Message.objects.filter(author="participant").get().text == "Thank you."


def test_answering_by_phone_is_one_step_away_and_the_check_in_stays_open(
    phone: Page, live_server: Any
) -> None:
    check_in = asked(phone.context, live_server.url)
    phone.goto(f"/check-in/{check_in.public_id}/")
    phone.get_by_role("link", name="Answer by phone instead").click()
    expect(phone.get_by_role("heading", name="Check in by phone")).to_be_visible()
    expect(phone.get_by_role("main").get_by_role("link", name="202 555 0100")).to_be_visible()
    assert_accessible(phone)
    check_in.refresh_from_db()
    assert check_in.state == "open"
    phone.go_back()
    expect(phone.get_by_role("button", name="Open the camera")).to_be_visible()


def go_to(page: Page, name: str) -> None:
    """Tab until the focus is on what bears this name."""
    for _ in range(30):
        page.keyboard.press("Tab")
        # While a page loads the focus is on its body, which holds every word.
        on = page.evaluate(
            "document.activeElement.matches('a, button, summary') ? "
            "document.activeElement.textContent : ''"
        )
        if name in on:
            return
    pytest.fail(f"The keyboard does not reach {name}.")
