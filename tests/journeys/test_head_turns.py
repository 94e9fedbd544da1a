"""The head-turn challenge in a real browser: a head that obeys the arrows, and one that does not.

The camera is a canvas that shows a portrait as `tests.verification.heads` turns it.
"""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from casework.common import clock
from casework.participants import sign_in
from checkins.models import Attempt, CheckIn, Frame
from checkins.plans import PlanTerms, set_plan
from checkins.references import add_reference_photo
from tests import people
from tests.journeys.conftest import assert_accessible, assert_whole
from tests.verification.heads import flat, portrait_of, turned
from tests.verification.portraits import encoded

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.django_db(transaction=True)]

PIN = "274913"
CAMERA = (Path(__file__).parent / "obeying_camera.js").read_text()


def _enter(phone: Page, act, turn: int) -> CheckIn:
    """Hopper is enrolled and signed in, and the camera sees a head that `act` turns."""
    officer = people.officer(people.office())
    now = clock.now()
    person = people.participant(officer, given_name="Grace")
    set_plan(person, PlanTerms(), by=officer, now=now)
    head = portrait_of("hopper")
    add_reference_photo(person, encoded(head.picture, quality=90), ".jpg", by=officer, now=now)
    check_in = people.open_check_in(person, officer)
    code = sign_in.invite(person, by=officer, now=now)
    signed_in = sign_in.accept_invite(code, PIN, consent=True, now=now)
    looks = {"ahead": 0, "left": turn, "right": -turn}
    pictures = {
        name: base64.b64encode(encoded(act(head, angle), quality=90)).decode()
        for name, angle in looks.items()
    }
    phone.add_init_script(CAMERA.replace("PICTURES", str(pictures)))
    phone.goto("/")
    phone.get_by_label("Login code or A-number").fill(signed_in.login)
    phone.get_by_label("PIN", exact=True).fill(PIN)
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_role("link", name="Start check-in").click()
    return check_in


@pytest.mark.usefixtures("worker")
def test_a_head_that_follows_the_arrows_is_accepted(phone: Page) -> None:
    complaints: list[str] = []
    phone.on("console", lambda line: complaints.append(line.text))
    _enter(phone, turned, 35)
    expect(phone.get_by_text("then turn your head as the arrows show")).to_be_visible()
    phone.get_by_role("button", name="Open the camera").click()
    assert_accessible(phone)
    assert_whole(phone)
    phone.get_by_role("button", name="Start", exact=True).click()
    expect(phone.get_by_text("Step 1 of 4")).to_be_visible()
    expect(phone.get_by_text("Step 4 of 4")).to_be_visible()
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_role("heading", name="Check-in accepted")).to_be_visible()
    attempt = Attempt.objects.get()
    assert (attempt.verification.result, attempt.verification.liveness) == ("match", "passed")
    sizes = [frame.photo.size for frame in Frame.objects.filter(attempt=attempt)]
    assert len(sizes) == 4
    assert max(sizes) < 120_000
    assert [line for line in complaints if "Password forms" not in line] == []


@pytest.mark.usefixtures("worker")
def test_a_print_turned_before_the_camera_is_not(phone: Page) -> None:
    check_in = _enter(phone, flat, 35)
    phone.get_by_role("button", name="Open the camera").click()
    phone.get_by_text("Turning my head is difficult").click()
    phone.get_by_label("Go at my own pace").check()
    phone.get_by_role("button", name="Start", exact=True).click()
    for step in range(1, 5):
        expect(phone.get_by_text(f"Step {step} of 4")).to_be_visible()
        phone.wait_for_timeout(400)
        phone.get_by_role("button", name="I have turned: next").click()
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_role("heading", name="An officer is looking")).to_be_visible()
    check_in.refresh_from_db()
    assert check_in.state == "in_review"
    assert Attempt.objects.get().verification.result == "spoof_suspected"
    assert "head_not_turned" in Attempt.objects.get().verification.reasons


@pytest.mark.usefixtures("worker")
def test_who_cannot_turn_sends_one_photo_to_an_officer(phone: Page) -> None:
    check_in = _enter(phone, turned, 35)
    phone.get_by_text("Turning my head is difficult").click()
    phone.get_by_label("I cannot turn my head").check()
    phone.get_by_role("button", name="Open the camera").click()
    phone.get_by_role("button", name="Take the photo").click()
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_role("heading", name="An officer is looking")).to_be_visible()
    check_in.refresh_from_db()
    assert check_in.state == "in_review"
    assert Attempt.objects.get().verification.reasons == ["cannot_turn_head"]
