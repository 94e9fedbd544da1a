"""The visitors' way in: only in the demonstration, and only with a usable photo."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import CheckIn, ReferencePhoto
from tests import people
from tests.portal.conftest import photo


@pytest.fixture
def _demo(settings: Any, tmp_path: Path, officer: User) -> None:
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    people.supervisor(officer.offices.get())


def visitor(**changed: Any) -> dict[str, Any]:
    return {"given_name": "Vera", "language": "es", "consent": "on", "photo_1": photo()} | changed


@pytest.mark.parametrize(
    "where", ["/demo/", "/demo/photos/", "/demo/photos/status/", "/demo/portrait.jpg"]
)
def test_there_is_no_demo_outside_the_demo(alice_in: Client, where: str) -> None:
    assert alice_in.get(where).status_code == 404
    assert alice_in.post(where, visitor()).status_code == 404
    assert "/demo/" not in Client().get("/").content.decode()


@pytest.mark.usefixtures("_demo")
def test_a_visitor_gets_a_check_in_and_is_signed_in_at_once(client: Client) -> None:
    assert "/demo/" in client.get("/").content.decode()
    answer = client.post("/demo/", visitor(photo_2=photo("navy"), photo_3=photo("red")))
    assert answer.url == "/demo/photos/"
    vera = Participant.objects.get(given_name="Vera")
    assert vera.reference_photos.count() == 3
    assert vera.plan.liveness == "none"
    assert vera.plan.liveness_reason == "demo visitor"
    assert vera.consents.count() == 1
    assert CheckIn.objects.of(vera).to_answer().count() == 1
    assert client.get("/demo/photos/status/").json() == {"state": "waiting-waiting-waiting"}
    page = client.get("/demo/photos/").content.decode()
    assert '<html lang="es"' in page


@pytest.mark.usefixtures("_demo")
def test_the_page_says_which_photo_is_good(client: Client) -> None:
    client.post("/demo/", visitor(language="en", photo_2=photo("navy")))
    first, second = ReferencePhoto.objects.all()
    ReferencePhoto.objects.filter(pk=first.pk).update(state="usable")
    ReferencePhoto.objects.filter(pk=second.pk).update(state="refused", reasons=["too_dark"])
    page = client.get("/demo/photos/").content.decode()
    assert "Good" in page
    assert "The photo is too dark" in page
    assert f"/check-in/{CheckIn.objects.get().public_id}/" in page
    ReferencePhoto.objects.update(state="refused", reasons=["too_dark"])
    assert "These photos cannot be used" in client.get("/demo/photos/").content.decode()


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"consent": ""}, "Please agree, or leave the demonstration"),
        ({"photo_1": ""}, "Take or choose a photo first"),
        ({"given_name": ""}, "Enter a first name"),
        ({"photo_2": SimpleUploadedFile("b.jpg", b"%PDF-1.7")}, "not a photo we can read"),
        ({"photo_3": photo()}, "This very photo is already there"),
    ],
)
def test_a_refused_visitor_leaves_nothing_behind(
    client: Client, changed: dict[str, Any], sentence: str
) -> None:
    answer = client.post("/demo/", visitor(**changed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Participant.objects.exists()


@pytest.mark.usefixtures("_demo")
def test_the_persona_is_offered_by_invite_and_later_by_login(
    client: Client, alice: Participant, officer: User, tmp_path: Path
) -> None:
    code = sign_in.invite(alice, by=officer, now=clock.now())
    written = {"id": "x", "name": "Eileen", "invite": code, "pin": "274913", "login": "BCDF-2345"}
    (tmp_path / "demo.json").write_text(json.dumps({"participants": [written]}))
    before = client.get("/demo/").content.decode()
    assert f"/invite/{code}/" in before
    assert "274913" in before
    sign_in.accept_invite(code, "274913", consent=True, now=clock.now())
    after = client.get("/demo/").content.decode()
    assert f"/invite/{code}/" not in after
    assert "BCDF-2345" in after


@pytest.mark.usefixtures("_demo")
def test_the_personas_selfie_can_be_saved(client: Client) -> None:
    answer = client.get("/demo/portrait.jpg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8")
