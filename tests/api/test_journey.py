"""Through the API alone, with the real face engine: DESIGN §14's journey."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from checkins.verification.engine import Engine
from tests.api.journey import Portal, portal_of_the_astronaut
from tests.verification.portraits import astronaut, encoded, hopper

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def portal() -> Portal:
    return portal_of_the_astronaut()


def test_the_same_person_is_accepted(portal: Portal, engine: Engine) -> None:
    darker = ImageEnhance.Brightness(astronaut().crop((60, 0, 420, 460))).enhance(0.85)
    check_in = portal.answer(encoded(darker, quality=75), engine)
    assert check_in["state"] == "accepted"
    assert check_in["attempts"][0]["result"] == "match"
    seen = portal.officer.get(portal.check_in).json()
    assert seen["attempts"][0]["similarity"] > 50
    assert [event["to_state"] for event in seen["events"]] == ["open", "verifying", "accepted"]
    assert "similarity" not in check_in["attempts"][0]


def test_another_person_waits_for_an_officer_with_the_reason(
    portal: Portal, engine: Engine
) -> None:
    check_in = portal.answer(encoded(hopper()), engine)
    assert check_in["state"] == "in_review"
    seen = portal.officer.get(portal.check_in).json()["attempts"][0]
    assert (seen["result"], seen["reasons"][0]["code"]) == ("no_match", "does_not_match")
    verdict = {"verdict": "not_accepted", "reason": "a different person"}
    decided = portal.officer.post(f"{portal.check_in}review/", verdict)
    assert decided.status_code == 200, decided.json()
    assert portal.phone.get(portal.check_in).json()["state"] == "in_review"
    assert portal.officer.post(f"{portal.check_in}review/", verdict).status_code == 409


def _wall() -> Image.Image:
    noise = np.random.default_rng(1).integers(90, 150, (640, 480, 3), dtype=np.uint8)
    picture = Image.fromarray(noise)
    ImageDraw.Draw(picture).rectangle((100, 200, 300, 500), fill=(80, 120, 90))
    return picture


def _side_by_side(one: Image.Image) -> Image.Image:
    face = one.crop((120, 0, 340, 300))
    both = Image.new("RGB", (440, 300))
    both.paste(face, (0, 0))
    both.paste(face.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (220, 0))
    return both.resize((1320, 900))


def _far_away(one: Image.Image) -> Image.Image:
    scene = Image.new("RGB", (1200, 1600), (120, 130, 140))
    scene.paste(one.resize((150, 150)), (500, 700))
    return scene


UNUSABLE: dict[str, tuple[Callable[[Image.Image], Image.Image], set[str]]] = {
    "no face": (lambda _one: _wall(), {"no_face"}),
    "two faces": (_side_by_side, {"several_faces"}),
    "dark": (lambda one: ImageEnhance.Brightness(one).enhance(0.08), {"too_dark", "no_face"}),
    "far away": (_far_away, {"face_too_small", "no_face"}),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_an_unusable_photo_says_what_to_do_in_the_persons_language(
    portal: Portal, engine: Engine, what: str
) -> None:
    make, expected = UNUSABLE[what]
    check_in = portal.answer(encoded(make(astronaut())), engine)
    assert check_in["state"] == "open"
    reasons = check_in["attempts"][0]["reasons"]
    assert {reason["code"] for reason in reasons} & expected
    english = portal.officer.get(portal.check_in).json()["attempts"][0]["reasons"]
    assert all(reason["text"] not in {e["text"] for e in english} for reason in reasons)
    assert portal.answer(encoded(astronaut()), engine)["state"] == "accepted"
