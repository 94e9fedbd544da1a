"""What is asked again, and what is not."""

from typing import Any

import numpy as np
import pytest

from checkins.verification import quality
from checkins.verification.codes import Reason
from checkins.verification.decode import Photo
from checkins.verification.geometry import ARCFACE_POINTS, Face, apply

GOOD = {
    "face_px": 200.0,
    "eye_distance_px": 80.0,
    "brightness": 130.0,
    "highlight": 190.0,
    "contrast": 40.0,
    "clipped": 0.0,
    "sharpness": 0.1,
    "eye_light": 0.8,
    "turn": 0.05,
    "roll": 2.0,
    "inside": 1.0,
}


@pytest.mark.parametrize(
    ("measure", "passes", "fails", "reason"),
    [
        ("eye_distance_px", 20.0, 19.9, Reason.FACE_TOO_SMALL),
        ("inside", 0.85, 0.84, Reason.FACE_CUT_OFF),
        ("highlight", 50.0, 49.0, Reason.TOO_DARK),
        ("clipped", 0.45, 0.46, Reason.TOO_BRIGHT),
        ("roll", 25.0, 25.1, Reason.TILTED),
        ("roll", -25.0, -25.1, Reason.TILTED),
        ("turn", 0.40, 0.41, Reason.TURNED_AWAY),
        ("turn", -0.40, -0.41, Reason.TURNED_AWAY),
        ("turn", 0.0, float("inf"), Reason.TURNED_AWAY),
        ("eye_light", 0.40, 0.39, Reason.EYES_COVERED),
        ("sharpness", 0.006, 0.0059, Reason.BLURRED),
    ],
)
def test_each_limit_has_its_reason(
    measure: str, passes: float, fails: float, reason: Reason
) -> None:
    assert quality.judge(GOOD | {measure: passes}) == ()
    assert quality.judge(GOOD | {measure: fails}) == (reason,)


def test_several_faults_are_told_the_most_telling_first() -> None:
    bad = GOOD | {"eye_distance_px": 5.0, "highlight": 5.0, "sharpness": 0.0}
    assert quality.judge(bad) == (Reason.FACE_TOO_SMALL, Reason.TOO_DARK, Reason.BLURRED)


def drawn(
    scale: float = 2.0, at: tuple[float, float] = (150, 120), size: tuple[int, int] = (500, 400)
) -> tuple[Photo, Face]:
    """A wavy sheet on which a face is claimed: 112 template pixels wide times `scale`."""
    rows, columns = np.mgrid[: size[1], : size[0]] * (0.8 / scale)
    shade = 40 * np.sin(rows / 10) * np.cos(columns / 10)
    waves = np.round(125 + shade + 30 * np.sin(rows) * np.sin(columns)).astype(np.uint8)
    points = apply(np.array([[scale, 0, at[0]], [0, scale, at[1]]]), ARCFACE_POINTS)
    face = Face((*at, 112 * scale, 112 * scale), 1.0, points[:2], points[2], points)
    return Photo(np.dstack([waves] * 3), *size, "jpeg"), face


def test_measures_are_the_same_near_and_far() -> None:
    near, far = (
        quality.measure(photo.pixels, face)
        for photo, face in (drawn(4.0, (100, 100), (1280, 960)), drawn(1.0, (50, 40), (320, 240)))
    )
    assert near["eye_distance_px"] == pytest.approx(4 * far["eye_distance_px"])
    assert near["face_px"] == pytest.approx(448)
    for same in ("brightness", "highlight", "contrast", "turn", "roll", "inside"):
        assert near[same] == pytest.approx(far[same], rel=0.1, abs=0.02)
    assert near["sharpness"] == pytest.approx(far["sharpness"], rel=0.5)


def test_a_good_face_passes_with_its_measures() -> None:
    reasons, measures = quality.assess(*drawn())
    assert reasons == ()
    assert set(measures) == set(GOOD)
    assert measures["brightness"] == pytest.approx(125, abs=5)
    assert measures["highlight"] == pytest.approx(165, abs=10)


def changed(how: Any) -> tuple[Reason, ...]:
    photo, face = drawn()
    pixels = np.clip(how(photo.pixels.astype(float)), 0, 255).astype(np.uint8)
    return quality.assess(Photo(pixels, photo.width, photo.height, "jpeg"), face)[0]


def test_dark_bright_and_blurred_are_told_apart() -> None:
    assert changed(lambda pixels: pixels * 0.7) == ()
    assert changed(lambda pixels: pixels * 0.25) == (Reason.TOO_DARK,)
    assert changed(lambda pixels: pixels * 1.4) == ()
    assert changed(lambda pixels: pixels * 3) == (Reason.TOO_BRIGHT,)

    def smeared(pixels: np.ndarray) -> np.ndarray:
        for axis in (0, 1):
            for _ in range(3):
                pixels = sum(np.roll(pixels, by, axis) for by in range(-6, 7)) / 13
        return pixels

    assert changed(smeared) == (Reason.BLURRED,)


def test_dim_skin_in_ordinary_light_is_not_called_dark() -> None:
    """Mean 50 of 255 with highlights near 90, as the darkest of ordinary portraits."""
    assert changed(lambda pixels: (pixels - 70) * 0.6 + 20) == ()


@pytest.mark.parametrize(
    ("at", "inside"), [((0, 0), True), ((-60, 50), False), ((50, 260), False), ((420, 50), False)]
)
def test_a_face_cut_by_the_edge_is_noticed(at: tuple[float, float], inside: bool) -> None:
    reasons, measures = quality.assess(*drawn(at=at))
    assert (Reason.FACE_CUT_OFF not in reasons) == inside
    assert (measures["inside"] >= quality.MIN_INSIDE) == inside


@pytest.mark.parametrize("at", [(-2000, -2000), (5000, 100), (100, 5000)])
def test_a_face_wholly_outside_is_cut_off_not_an_error(at: tuple[float, float]) -> None:
    reasons, measures = quality.assess(*drawn(at=at))
    assert Reason.FACE_CUT_OFF in reasons
    assert measures["inside"] == 0


def test_colours_weigh_as_the_eye_weighs_them() -> None:
    photo, face = drawn()
    for band, weight in ((0, 0.114), (1, 0.587), (2, 0.299)):
        pixels = np.zeros_like(photo.pixels)
        pixels[..., band] = 200
        measured = quality.measure(pixels, face)["brightness"]
        assert measured == pytest.approx(200 * weight, abs=1)


def test_a_whole_picture_is_dark_or_bright() -> None:
    sheet = np.full((60, 80, 3), 30, np.uint8)
    assert quality.is_dark(sheet)
    assert not quality.is_dark(sheet + 100)
    assert quality.is_bright(sheet + 215)
    assert not quality.is_bright(sheet + 100)
    half = sheet.copy()
    half[:30] = 255
    assert not quality.is_dark(half)
    assert not quality.is_bright(half)
