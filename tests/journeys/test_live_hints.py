"""The hints beside the live camera follow the server's rules: same limits, same pictures.

Still frames go through `static/portal/hints.js` in a browser and through the server's `quality`
and `subject`, with eyes and nose where the portrait has them: no network, no camera, no clock.
"""

import base64
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter
from playwright.sync_api import Page

from checkins.verification import quality, subject
from checkins.verification.codes import Reason
from checkins.verification.decode import decode
from checkins.verification.geometry import Face
from tests.verification.heads import Portrait, portrait_of
from tests.verification.portraits import encoded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HINTS = {Reason.TOO_DARK: "dark", Reason.TOO_BRIGHT: "bright", Reason.BLURRED: "blurred"}
"""What the page says for what the server finds in the light; the others need a detector."""
FRAME = (480, 640)
CLEAR = (
    0.35  # of a limit: nearer to it the two may differ, because the page guesses where a face is
)


def face_at(x: float, y: float, eye_distance: float) -> Face:
    """A face whose eyes have their middle there."""
    eyes = np.array([[x - eye_distance / 2, y], [x + eye_distance / 2, y]])
    nose = np.array([x, y + 0.6 * eye_distance])
    mouth = eyes + [[0, 1.1 * eye_distance]] * 2
    box = (x - 1.1 * eye_distance, y - 0.9 * eye_distance, 2.2 * eye_distance, 2.6 * eye_distance)
    return Face(box, 1.0, eyes, nose, np.vstack([eyes, nose[None], mouth]))


def frames() -> dict[str, tuple[Portrait, Image.Image]]:
    """Two people under good, poor and impossible light, sharp and blurred."""
    made = {}
    for who in ("astronaut", "hopper"):
        portrait = portrait_of(who)
        picture = portrait.picture
        for factor in (1.0, 0.5, 0.3, 0.08, 0.04, 3.0, 12.0):
            made[f"{who} light {factor}"] = (
                portrait,
                ImageEnhance.Brightness(picture).enhance(factor),
            )
        for radius in (1, 4, 20, 40):
            made[f"{who} blur {radius}"] = (
                portrait,
                picture.filter(ImageFilter.GaussianBlur(radius)),
            )
    return made


def server_says(portrait: Portrait, frame: Image.Image) -> str | None:
    """The hint for the server's first reason about light; None where it is a close call."""
    measures = quality.measure(
        decode(encoded(frame, "PNG")).pixels, face_at(*portrait.middle, portrait.eye_distance)
    )
    limits = {
        "highlight": quality.MIN_HIGHLIGHT, "clipped": quality.MAX_CLIPPED,
        "sharpness": quality.MIN_SHARPNESS,
    }  # fmt: skip
    if any(abs(measures[name] - limit) < CLEAR * limit for name, limit in limits.items()):
        return None
    found = [HINTS[reason] for reason in quality.judge(measures) if reason in HINTS]
    return found[0] if found else ""


@pytest.fixture
def page(phone: Page) -> Page:
    phone.goto("/privacy/")
    return phone


LOOK = """async (frames) => {
  const { grey, light } = await import("/static/portal/hints.js");
  const said = {};
  for (const [name, encoded] of Object.entries(frames)) {
    const bytes = Uint8Array.from(atob(encoded), (sign) => sign.codePointAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    said[name] = light(grey(picture, picture.width, picture.height));
  }
  return said;
}"""


def test_light_and_sharpness_are_judged_as_the_server_judges_them(page: Page) -> None:
    made = frames()
    sent = {
        name: base64.b64encode(encoded(frame, "PNG")).decode()
        for name, (_who, frame) in made.items()
    }
    said: dict[str, str] = page.evaluate(LOOK, sent)
    expected = {name: server_says(*both) for name, both in made.items()}
    clear = {name: hint for name, hint in expected.items() if hint is not None}
    assert set(clear.values()) == {"", "dark", "bright", "blurred"}
    assert len(clear) >= 16, expected
    assert {name: said[name] for name in clear} == clear


def test_the_limits_are_the_server_s(page: Page) -> None:
    limits = page.evaluate('() => import("/static/portal/hints.js").then((one) => one.LIMITS)')
    assert limits == {
        "highlight": quality.MIN_HIGHLIGHT,
        "clipped": quality.MAX_CLIPPED,
        "sharpness": quality.MIN_SHARPNESS,
        "eyeDistance": quality.MIN_EYE_DISTANCE,
        "inside": quality.MIN_INSIDE,
        "comparable": subject.COMPARABLE,
        "equal": subject.EQUAL,
        "aside": subject.ASIDE,
    }


def test_several_people_and_faces_far_away_are_told_as_the_server_tells_them(page: Page) -> None:
    chance = np.random.default_rng(11)
    width, height = FRAME
    cases = [
        [face_at(*chance.uniform((60, 80), (width - 60, height - 120)), chance.uniform(12, 90))
         for _ in range(chance.integers(1, 4))]
        for _ in range(60)
    ]  # fmt: skip
    told = page.evaluate(
        """async ([cases, width, height]) => {
             const { place } = await import("/static/portal/hints.js");
             return cases.map((faces) => place(faces, width, height));
           }""",
        [[[_as_browser(face) for face in faces] for faces in cases], width, height],
    )
    expected = []
    for faces in cases:
        chosen = subject.choose(faces, FRAME, 0.5)
        assert chosen is not None
        small = chosen.face.eye_distance < quality.MIN_EYE_DISTANCE
        expected.append("several" if chosen.rival else "far" if small else "")
    assert {"several", "far", ""} <= set(expected)
    # "near" stands beside what is here: the edge of the picture is judged by the box alone.
    assert ["" if hint == "near" else hint for hint in told] == expected


def _as_browser(face: Face) -> dict[str, Any]:
    left, top, width, height = face.box
    return {"x": left, "y": top, "width": width, "height": height, "eyes": face.eye_distance}
