"""Through the API alone, with the real face engine: DESIGN §14's journey."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageEnhance
from rest_framework.test import APIClient

from checkins import worker
from checkins.models import Attempt
from checkins.verification.engine import Engine, load_engine
from checkins.verify import verify_attempt
from tests import people
from tests.api.conftest import client_with

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return load_engine(None, tmp_path_factory.mktemp("deepface"))


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    from skimage import data

    return Image.fromarray(data.astronaut())


@pytest.fixture(scope="module")
def hopper() -> Image.Image:
    import matplotlib

    sample = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return Image.open(sample).convert("RGB")


def jpeg(image: Image.Image, **kw: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **{"quality": 90} | kw)
    return file.getvalue()


def upload(content: bytes, name: str = "selfie.jpg") -> dict[str, Any]:
    return {"photo": SimpleUploadedFile(name, content, "image/jpeg")}


class Portal:
    """A Spanish-speaking participant who was enrolled, invited and signed in over the API."""

    def __init__(self, staff: Callable[..., APIClient], references: list[bytes]) -> None:
        office = people.office()
        self.officer = staff(people.officer(office))
        boss = staff(people.supervisor(office))
        made = self.officer.post(
            "/api/v1/participants/",
            {"given_name": "Ana", "family_name": "Ruiz", "a_number": "A12345678"}
            | {"language": "es", "timezone": "America/Chicago"},
        )
        assert made.status_code == 201, made.json()
        self.at = f"/api/v1/participants/{made.json()['id']}/"
        for photo in references:
            kept = self.officer.post(
                f"{self.at}reference-photos/", upload(photo), format="multipart"
            )
            assert (kept.status_code, kept.json()["state"]) == (201, "waiting"), kept.json()
        plan = boss.put(
            f"{self.at}plan/",
            {"rate_per_week": 2, "method": "selfie", "window_minutes": 60, "liveness": "none"}
            | {"liveness_reason": "a medical condition"},
        )
        assert plan.status_code == 200, plan.json()
        invite = self.officer.post(f"{self.at}invite/")
        assert invite.json()["code"] in invite.json()["url"]
        entered = APIClient().post(
            "/api/v1/portal/sign-in",
            {"invite": invite.json()["code"], "pin": "274913", "consent": True},
        )
        assert entered.status_code == 200, entered.json()
        self.phone = client_with(entered.json()["token"])
        asked = self.officer.post(f"{self.at}check-ins/", {"reason": "moved house"})
        assert (asked.status_code, asked.json()["state"]) == (201, "open"), asked.json()
        self.check_in = f"/api/v1/check-ins/{asked.json()['id']}/"

    def send(self, photo: bytes, name: str = "selfie.jpg") -> Any:
        return self.phone.post(f"{self.check_in}attempts/", upload(photo, name), format="multipart")

    def answer(self, photo: bytes, engine: Engine) -> dict[str, Any]:
        sent = self.send(photo)
        assert (sent.status_code, sent.json()["state"]) == (202, "verifying"), sent.json()
        verify_attempt(Attempt.objects.get(public_id=sent.json()["id"]).pk, engine)
        read: dict[str, Any] = self.phone.get(self.check_in).json()
        return read


@pytest.fixture
def portal(as_staff: Callable[..., APIClient], astronaut: Image.Image) -> Portal:
    lighter = ImageEnhance.Brightness(astronaut).enhance(1.2)
    tilted = astronaut.rotate(4, resample=Image.Resampling.BICUBIC)
    return Portal(as_staff, [jpeg(astronaut), jpeg(lighter), jpeg(tilted, quality=70)])


def test_the_same_person_is_accepted(
    portal: Portal, astronaut: Image.Image, engine: Engine
) -> None:
    darker = ImageEnhance.Brightness(astronaut.crop((60, 0, 420, 460))).enhance(0.85)
    check_in = portal.answer(jpeg(darker, quality=75), engine)
    assert check_in["state"] == "accepted"
    assert check_in["attempts"][0]["result"] == "match"
    seen = portal.officer.get(portal.check_in).json()
    assert seen["attempts"][0]["similarity"] > 50
    assert [event["to_state"] for event in seen["events"]] == ["open", "verifying", "accepted"]
    assert "similarity" not in check_in["attempts"][0]


def test_another_person_waits_for_an_officer_with_the_reason(
    portal: Portal, hopper: Image.Image, engine: Engine
) -> None:
    check_in = portal.answer(jpeg(hopper), engine)
    assert check_in["state"] == "in_review"
    seen = portal.officer.get(portal.check_in).json()["attempts"][0]
    assert (seen["result"], seen["reasons"][0]["code"]) == ("no_match", "does_not_match")
    verdict = {"verdict": "not_accepted", "reason": "a different person"}
    decided = portal.officer.post(f"{portal.check_in}review/", verdict)
    assert decided.status_code == 200, decided.json()
    assert portal.phone.get(portal.check_in).json()["state"] == "not_accepted"
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
    portal: Portal, astronaut: Image.Image, engine: Engine, what: str
) -> None:
    make, expected = UNUSABLE[what]
    check_in = portal.answer(jpeg(make(astronaut)), engine)
    assert check_in["state"] == "open"
    reasons = check_in["attempts"][0]["reasons"]
    assert {reason["code"] for reason in reasons} & expected
    english = portal.officer.get(portal.check_in).json()["attempts"][0]["reasons"]
    assert all(reason["text"] not in {e["text"] for e in english} for reason in reasons)
    assert portal.answer(jpeg(astronaut), engine)["state"] == "accepted"


def test_the_engine_of_a_worker_is_the_one_the_heartbeat_names() -> None:
    assert worker.engine_in_use() is None
