"""An officer's day at the desk: enrol somebody, ask for a check-in, clear the queue by keyboard."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import Page, expect

from casework.common import clock
from casework.documents.services import add
from casework.messages.services import send
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn, Review
from checkins.submissions import Sent, submit_attempt
from checkins.verification.codes import Reason, Result
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.documents.conftest import PDF, paper
from tests.documents.conftest import page as picture
from tests.journeys.conftest import NewContext, choose_files, press
from tests.verification import portraits as faces

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.django_db(transaction=True)]


def sign_in(desk: Page, user: User) -> None:
    desk.goto("/staff/")
    desk.get_by_label("E-mail").fill(user.email)
    desk.get_by_label("Password").fill(people.PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_role("heading", name="Today").first).to_be_visible()


def enrol(desk: Page, photos: list[Path]) -> Participant:
    """Through all four steps; ends with the card of the invite."""
    desk.get_by_role("link", name="Enrol").first.click()
    desk.get_by_label("Given name").fill("Eileen")
    desk.get_by_label("Family name").fill("Marsh")
    desk.get_by_label("A-number").fill("A 12-345-678")
    desk.get_by_label("Language").select_option("es")
    desk.get_by_role("button", name="Next: photos").click()

    choose_files(desk, photos)
    expect(desk.locator(".follow .state", has_text="Usable")).to_have_count(3)
    desk.get_by_role("link", name="Next: plan").click()

    desk.get_by_role("button", name="Next: invite").click()
    desk.get_by_role("button", name="Make an invite").click()
    expect(desk.get_by_role("heading", name="Hola, Eileen")).to_be_visible()
    return Participant.objects.get(a_number="012345678")


def ask_for_a_check_in(desk: Page, person: Participant) -> CheckIn:
    desk.get_by_role("link", name=person.full_name).first.click()
    desk.get_by_role("link", name="Request check-in").click()
    desk.get_by_role("textbox", name="Reason").fill("missed the office visit")
    desk.get_by_role("button", name="Request now").click()
    expect(desk.get_by_text("Requested.").first).to_be_visible()
    return CheckIn.objects.get(participant=person)


def answer(check_in: CheckIn, face: Image.Image) -> None:
    """A photo arrives, and the worker leaves it to a person."""
    photo = SimpleUploadedFile("selfie.jpg", faces.encoded(face), "image/jpeg")
    submit_attempt(check_in, photo, Sent(), now=clock.now())
    until = time.monotonic() + 60
    while not Review.objects.filter(check_in=check_in).exists():
        assert time.monotonic() < until, "the worker did not verify the photo"
        time.sleep(0.1)


@pytest.mark.usefixtures("worker")
def test_enrol_ask_and_clear_the_queue_by_keyboard(desk: Page, portraits: list[Path]) -> None:
    officer = people.officer(people.office())
    complaints: list[str] = []
    desk.on("console", lambda line: complaints.append(line.text))
    desk.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(desk, officer)

    person = enrol(desk, portraits)
    mine = ask_for_a_check_in(desk, person)
    answer(mine, faces.hopper())
    other = people.open_check_in(people.participant(officer), officer)
    answer(other, faces.astronaut())

    desk.get_by_role("link", name=re.compile("Review queue")).first.click()
    expect(desk.locator(".queue-row")).to_have_count(2)
    assert_accessible(desk)
    desk.get_by_role("link", name="Start with the first").click()
    expect(desk.get_by_role("heading", name="Eileen Marsh", exact=True)).to_be_visible()
    expect(desk.locator(".review-found .state", has_text="No match")).to_be_visible()
    _photos_are_equally_high(desk, 4)
    assert_accessible(desk)

    press(desk, "z")
    expect(desk.get_by_role("dialog")).to_be_visible()
    press(desk, "Escape")
    press(desk, "j")
    expect(
        desk.get_by_role("heading", name=other.participant.full_name, exact=True)
    ).to_be_visible()
    press(desk, "k")
    expect(desk.get_by_role("heading", name="Eileen Marsh", exact=True)).to_be_visible()
    expect(desk.get_by_text("Yours until")).to_be_visible()
    press(desk, "r")
    expect(desk.get_by_text("Released: somebody else can look at it now.")).to_be_visible()
    assert not Review.objects.filter(claimed_by__isnull=False).exists()
    desk.get_by_role("link", name="Start with the first").click()
    expect(desk.get_by_role("heading", name="Eileen Marsh", exact=True)).to_be_visible()

    began = time.monotonic()
    press(desk, "n")
    press(desk, "1")
    press(desk, "Enter")
    expect(desk.get_by_text("Proposed not to accept: Eileen Marsh")).to_be_visible()
    expect(
        desk.get_by_role("heading", name=other.participant.full_name, exact=True)
    ).to_be_visible()
    press(desk, "a")
    expect(desk.get_by_text("Nothing is waiting for a review")).to_be_visible()
    print(f"{(time.monotonic() - began) / 2:.2f} s for each by keyboard")  # noqa: T201 - `-s` shows it

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == ("in_review", "accepted")
    assert mine.review.proposed_reason == "The photo shows another person."
    assert mine.review.proposed_by == officer
    _several_by_keyboard_alone(desk, officer)
    assert [line for line in complaints if "Password forms" not in line] == []


def _several_by_keyboard_alone(desk: Page, officer: User, number: int = 4) -> None:
    """Opens the head of the queue, reads the keys, accepts, takes one back, clears the rest."""
    photo = faces.encoded(faces.astronaut())
    rows = [people.open_check_in(people.participant(officer), officer) for _ in range(number)]
    for row in rows:
        new = lifecycle.NewAttempt(photo=photo + str(row.pk).encode(), suffix=".jpg")
        attempt = lifecycle.receive_attempt(row, new, now=clock.now())
        found = lifecycle.Finding(Result.INCONCLUSIVE, (Reason.CLOSE_CALL,))
        lifecycle.record_verification(attempt, found, now=clock.now())
    desk.goto("/staff/reviews/")
    press(desk, "j")
    names = [row.participant.full_name for row in rows]
    expect(desk.get_by_role("heading", name=names[0], exact=True)).to_be_visible()
    press(desk, "?")
    expect(desk.get_by_role("dialog", name="Keys on this page")).to_be_visible()
    press(desk, "a")
    assert_accessible(desk)
    press(desk, "Escape")
    press(desk, "ArrowRight")
    expect(desk.get_by_role("heading", name=names[1], exact=True)).to_be_visible()
    press(desk, "ArrowLeft")
    expect(desk.get_by_role("heading", name=names[0], exact=True)).to_be_visible()

    began = time.monotonic()
    press(desk, "a")
    expect(desk.get_by_text(f"You accepted {names[0]}.")).to_be_visible()
    press(desk, "u")
    expect(desk.get_by_text(f"Taken back: {names[0]} waits")).to_be_visible()
    for name in [*names[1:], None]:
        press(desk, "a")
        if name is not None:
            expect(desk.get_by_role("heading", name=name, exact=True)).to_be_visible()
    expect(desk.get_by_text("Nothing is waiting for a review")).to_be_visible()
    print(f"{(time.monotonic() - began) / (number + 2):.2f} s for each by keyboard")  # noqa: T201 - `-s` shows it
    assert {CheckIn.objects.get(pk=row.pk).state for row in rows} == {"accepted"}


@pytest.mark.usefixtures("worker")
def test_letters_typed_into_the_reason_decide_nothing(desk: Page) -> None:
    officer = people.officer(people.office())
    check_in = people.open_check_in(people.participant(officer), officer)
    answer(check_in, faces.astronaut())
    sign_in(desk, officer)
    desk.goto(f"/staff/reviews/{check_in.public_id}/")
    press(desk, "n")
    desk.get_by_label("Other, or more:").fill("")
    desk.get_by_label("Other, or more:").press_sequentially("a jolly name, 1 to 4")
    expect(desk.get_by_label("Other, or more:")).to_have_value("a jolly name, 1 to 4")
    desk.get_by_role("button", name="Not accept", exact=False).last.click()
    expect(desk.get_by_text("Proposed not to accept:")).to_be_visible()
    check_in.refresh_from_db()
    assert check_in.review.proposed_reason == "a jolly name, 1 to 4"


def test_a_finding_from_the_letter_to_the_second_persons_decision(
    desk: Page, new_context: NewContext, live_server: Any
) -> None:
    office = people.office()
    officer, boss = people.officer(office), people.supervisor(office)
    person = people.participant(officer)
    before = clock.now() - timedelta(days=2)
    missed = people.open_check_in(person, officer, now=before)
    lifecycle.mark_delivered(missed, now=before)
    lifecycle.close_overdue(missed, now=clock.now())
    sign_in(desk, officer)
    desk.goto(f"/staff/check-ins/{missed.public_id}/")
    desk.get_by_role("link", name="Propose a finding").click()
    assert_accessible(desk)
    desk.get_by_label("Reason").fill("Nobody picked up the phone.")
    desk.get_by_role("button", name="Propose and tell the participant").click()
    expect(desk.get_by_text("Not told yet.")).to_be_visible()

    phone = new_context(java_script_enabled=False)
    token = people.accepted_invite(person, officer).token
    phone.add_cookies([{"name": COOKIE, "value": token, "url": live_server.url}])
    page = phone.new_page()
    page.goto("/home/")
    page.get_by_role("link", name="Read and answer").click()
    expect(page.get_by_text("Nobody picked up the phone.")).to_be_visible()
    page.get_by_label("Say what happened").fill("I was in hospital.")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="We have your answer")).to_be_visible()

    desk.context.clear_cookies()
    sign_in(desk, boss)
    desk.locator(".card", has_text="Findings to decide").get_by_role("link").last.click()
    expect(desk.get_by_text("I was in hospital.")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_label("Why? The participant reads it.").fill("The paper is good.")
    desk.get_by_role("button", name="Overturn and erase").click()
    expect(desk.get_by_text("Overturned. It is out of the file")).to_be_visible()
    assert_accessible(desk)
    page.reload()
    expect(page.get_by_role("heading", name="It does not stand")).to_be_visible()
    expect(page.get_by_text("The paper is good.")).to_be_visible()
    expect(page.get_by_text("I was in hospital.")).to_have_count(0)
    _papers_can_be_read_by_all(desk, person, officer)


def _papers_can_be_read_by_all(desk: Page, person: Participant, officer: User) -> None:
    """What came alone, with a message, and from the office, also on a narrow screen."""
    now = clock.now()
    lease = add(person, person, paper(picture(), PDF, note="My lease"), now=now)
    add(officer, person, paper(PDF, shared=False, why_hidden="Names a witness."), now=now)
    send(person, person, "Here it is.", now=now, files=[picture("red"), PDF])
    send(officer, person, "Please sign this.", now=now, files=[PDF])
    of_person = f"/staff/people/{person.public_id}"
    desk.set_viewport_size({"width": 390, "height": 844})
    for address in (
        f"/staff/documents/{lease.public_id}/", "/staff/documents/", f"{of_person}/documents/",
        "/staff/messages/?show=all", f"{of_person}/messages/",
    ):  # fmt: skip
        answer = desk.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert desk.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        assert_accessible(desk)


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA (the admin's own frame fails some of axe's best practices)."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": tags})
    assert found.violations_count == 0, found.generate_report()


def _photos_are_equally_high(desk: Page, number: int) -> None:
    """Whole and at the same height: nothing is cut off to make them fit."""
    photos = desk.locator(".compare img")
    expect(photos).to_have_count(number)
    for each in range(number):
        expect(photos.nth(each)).to_have_js_property("complete", True)
    shown = photos.evaluate_all(
        "all => all.map((one) => [one.clientHeight, one.clientWidth / one.clientHeight"
        " - one.naturalWidth / one.naturalHeight])"
    )
    assert len({height for height, _stretch in shown}) == 1
    assert all(abs(stretch) < 0.02 for _height, stretch in shown)
