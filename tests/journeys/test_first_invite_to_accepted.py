"""From the invite link to an accepted check-in: real browser, worker, broker, engine and face."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import Participant
from checkins.models import Attempt, CheckIn
from checkins.plans import PlanTerms, set_plan
from checkins.references import add_reference_photo
from tests import people
from tests.journeys.conftest import NewContext, assert_accessible, assert_whole

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.django_db(transaction=True)]

PIN = "274913"


class Alice:
    """Enrolled with three photos, invited, and asked to check in."""

    def __init__(self, portraits: list[Path], language: str = "en") -> None:
        office = people.office(phone="+1 202 555 0100")
        officer = people.officer(office)
        now = clock.now()
        self.person = people.participant(officer, given_name="Alice", language=language)
        terms = PlanTerms(liveness="none", liveness_reason="a journey through the pages")
        set_plan(self.person, terms, by=people.supervisor(office), now=now)
        for path in portraits:
            add_reference_photo(self.person, path.read_bytes(), ".jpg", by=officer, now=now)
        self.check_in = people.open_check_in(self.person, officer)
        self.invite = sign_in.invite(self.person, by=officer, now=now)


def inspected(page: Page) -> None:
    assert_accessible(page)
    assert_whole(page)


@pytest.mark.usefixtures("worker")
def test_from_invite_to_accepted_with_the_camera(phone: Page, portraits: list[Path]) -> None:
    alice = Alice(portraits)
    complaints: list[str] = []
    phone.on("console", lambda line: complaints.append(line.text))

    phone.goto(f"/invite/{alice.invite}/")
    expect(phone.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    inspected(phone)
    phone.get_by_label("I have read this and I agree").check()
    phone.get_by_label("Choose a PIN").fill(PIN)
    phone.get_by_label("Type the PIN again").fill(PIN)
    phone.get_by_role("button", name="Agree and sign in").click()

    expect(phone.get_by_role("heading", name="You are signed in")).to_be_visible()
    login = Participant.objects.get().credential.login
    expect(phone.get_by_text(login)).to_be_visible()
    inspected(phone)
    phone.get_by_role("link", name="Continue").click()

    expect(phone.get_by_role("heading", name="Check in with a selfie")).to_be_visible()
    inspected(phone)
    phone.get_by_role("link", name="Start check-in").click()

    expect(phone.get_by_role("heading", name="Take a selfie")).to_be_visible()
    inspected(phone)
    phone.get_by_role("button", name="Open the camera").click()
    phone.get_by_role("button", name="Take the photo").click()
    expect(phone.get_by_role("img", name="The photo you are about to send")).to_be_visible()
    inspected(phone)
    phone.get_by_role("button", name="Take it again").click()
    phone.get_by_role("button", name="Take the photo").click()
    phone.get_by_role("button", name="Send this photo").dblclick()

    expect(phone.get_by_role("heading", name="Check-in accepted")).to_be_visible()
    inspected(phone)
    attempt = Attempt.objects.get()
    assert attempt.captured_at is not None
    assert attempt.verification.result == "match"
    assert CheckIn.objects.get().state == "accepted"
    assert [line for line in complaints if "Password forms" not in line] == []

    phone.get_by_role("link", name="To my page").click()
    expect(phone.get_by_role("heading", name="Nothing to do now")).to_be_visible()
    expect(phone.get_by_text("Accepted")).to_be_visible()


@pytest.mark.usefixtures("worker")
def test_the_same_without_javascript(new_context: NewContext, portraits: list[Path]) -> None:
    alice = Alice(portraits)
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"/invite/{alice.invite}/")
    page.get_by_label("I have read this and I agree").check()
    page.get_by_label("Choose a PIN").fill(PIN)
    page.get_by_label("Type the PIN again").fill("999111")
    page.get_by_role("button", name="Agree and sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The two PINs are not the same")
    page.get_by_label("Choose a PIN").fill(PIN)
    page.get_by_label("Type the PIN again").fill(PIN)
    page.get_by_role("button", name="Agree and sign in").click()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("link", name="Start check-in").click()
    expect(page.get_by_role("button", name="Open the camera")).to_be_hidden()
    page.get_by_label("Take or choose a photo of your face").set_input_files(portraits[1])
    page.get_by_role("button", name="Send photo").click()
    # The waiting page refreshes itself.
    expect(page.get_by_role("heading", name="Check-in accepted")).to_be_visible(timeout=40_000)


@pytest.mark.usefixtures("worker")
def test_a_photo_without_a_face_asks_again_and_the_next_one_is_accepted(
    phone: Page, portraits: list[Path], tmp_path: Path
) -> None:
    alice = Alice(portraits, language="es")
    signed_in = sign_in.accept_invite(alice.invite, PIN, consent=True, now=clock.now())
    phone.goto("/")
    expect(phone.get_by_role("heading", name="Welcome")).to_be_visible()
    inspected(phone)
    phone.get_by_label("Login code or A-number").fill(signed_in.login.lower())
    phone.get_by_label("PIN", exact=True).fill(PIN)
    phone.get_by_role("button", name="Sign in").click()

    phone.get_by_role("link", name="Empezar el reporte").click()
    phone.get_by_role("button", name="Elegir una foto guardada").click()
    phone.get_by_label("Tome o elija una foto de su cara").set_input_files(_wall(tmp_path))
    phone.get_by_role("button", name="Enviar esta foto").click()
    expect(phone.get_by_text("No encontramos ninguna cara")).to_be_visible()
    inspected(phone)
    phone.get_by_role("button", name="Abrir la cámara").click()
    phone.get_by_role("button", name="Tomar la foto").click()
    phone.get_by_role("button", name="Enviar esta foto").click()
    expect(phone.get_by_role("heading", name="Reporte aceptado")).to_be_visible()
    assert Attempt.objects.count() == 2


def _wall(folder: Path) -> Path:
    """A photo of a wall."""
    path = folder / "wall.jpg"
    from PIL import Image

    Image.effect_noise((800, 600), 40).convert("RGB").save(path)
    return path
