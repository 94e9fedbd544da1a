"""Whose photo it is."""

from typing import Any

import numpy as np
import pytest

from checkins.verification.geometry import ARCFACE_POINTS, Face
from checkins.verification.subject import choose, is_plausible

SIZE = (1000, 800)
SURE = 0.5


def face(x: float = 500, y: float = 400, width: float = 200, score: float = 1.0, **kw: Any) -> Face:
    """A frontal face around a point."""
    points = kw.get("points", (ARCFACE_POINTS - 56) / 100 * width + [x, y])
    box = (x - width / 2, y - width / 2, width, width)
    return Face(box, score, points[:2], points[2], points)


def test_nobody_is_nobody() -> None:
    assert choose([], SIZE, SURE) is None


def test_one_face_is_the_subject() -> None:
    one = face()
    found = choose([one], SIZE, SURE)
    assert found is not None
    assert found.face is one
    assert found.rival is None


@pytest.mark.parametrize(
    ("x", "width", "counts"),
    [
        (695, 139, False),  # near the middle: from seven tenths of the subject's width
        (695, 141, True),
        (305, 141, True),
        (705, 179, False),  # aside: from nine tenths
        (850, 179, False),
        (850, 181, True),
        (150, 181, True),
        (850, 230, True),
    ],
)
def test_another_face_counts_when_it_is_comparable(x: float, width: float, counts: bool) -> None:
    subject, other = face(), face(x=x, width=width)
    for order in ([subject, other], [other, subject]):
        found = choose(order, SIZE, SURE)
        assert found is not None
        assert found.face is subject
        assert (found.rival is other) == counts


@pytest.mark.parametrize("size", [SIZE, (720, 960), (960, 720)])
@pytest.mark.parametrize("apart", [0.2, 0.3, 0.45])
@pytest.mark.parametrize("ratio", [0.72, 0.85, 1.0])
def test_two_people_side_by_side_are_refused(
    size: tuple[int, int], apart: float, ratio: float
) -> None:
    """Posing together, each about as far from the middle as the other, give or take a tenth."""
    for shift in (-0.05, 0.0, 0.05):
        left, right = (
            face(x=size[0] * (0.5 + shift + sign * apart / 2), y=size[1] / 2, width=width)
            for sign, width in ((-1, 150.0), (1, 150.0 * ratio))
        )
        found = choose([left, right], size, SURE)
        assert found is not None
        assert found.rival is not None


def test_of_comparable_faces_the_central_one_is_the_subject() -> None:
    central, larger = face(x=510, width=180), face(x=150, width=220)
    found = choose([larger, central], SIZE, SURE)
    assert found is not None
    assert found.face is central
    assert found.rival is larger


def test_a_far_larger_face_beats_a_central_one() -> None:
    central, larger = face(width=100), face(x=250, width=300)
    found = choose([central, larger], SIZE, SURE)
    assert found is not None
    assert found.face is larger
    assert found.rival is None


@pytest.mark.parametrize(("score", "counts"), [(0.49, False), (0.51, True)])
def test_a_larger_but_unsure_face_is_neither_subject_nor_rival(score: float, counts: bool) -> None:
    true, false = face(width=100, score=1.2), face(x=300, width=140, score=score)
    found = choose([false, true], SIZE, SURE)
    assert found is not None
    assert found.face is true
    assert (found.rival is false) == counts


def test_of_unsure_faces_the_surest_is_taken_alone() -> None:
    weak, weaker = face(x=100, score=0.4), face(width=220, score=0.3)
    found = choose([weaker, weak], SIZE, SURE)
    assert found is not None
    assert found.face is weak
    assert found.rival is None


def test_of_two_rivals_the_larger_one_is_named() -> None:
    subject, left, right = face(), face(x=100, width=180), face(x=900, width=190)
    found = choose([left, right, subject], SIZE, SURE)
    assert found is not None
    assert found.rival is right


def test_somebody_in_profile_is_no_subject_and_counts_as_another_face() -> None:
    """Else the photo would be compared as whoever faces the camera beside them."""
    frontal = face(x=420, width=180)
    eyes_seen_from_aside = np.array([[560, 380], [594, 380], [552, 420], [565, 450], [590, 450]])
    aside = face(x=600, width=185, points=eyes_seen_from_aside.astype(np.float64))
    assert not is_plausible(aside)
    for order in ([frontal, aside], [aside, frontal]):
        found = choose(order, SIZE, SURE)
        assert found is not None
        assert (found.face, found.rival) == (frontal, aside)
    assert choose([aside], SIZE, SURE) is None


def points(**moved: tuple[float, float]) -> np.ndarray:
    where = (ARCFACE_POINTS - 56) * 2 + [500, 400]
    for name, place in moved.items():
        where[{"left": 0, "right": 1, "nose": 2}[name]] = place
    return where


@pytest.mark.parametrize(
    ("points", "plausible"),
    [
        (points(), True),
        (points(nose=(500, 300)), False),  # above the eyes
        (points(nose=(500, 395)), False),  # between the eyes
        (points(left=(495, 390), right=(505, 390)), False),  # one eye
        (points(left=(400, 390), right=(600, 390)), False),  # as wide as the face
        (points(left=(480, 440), right=(520, 340), nose=(540, 400)), False),  # lying
    ],
)
def test_points_that_no_face_has_are_not_believed(points: np.ndarray, plausible: bool) -> None:
    assert is_plausible(face(points=points)) == plausible
    assert (choose([face(points=points)], SIZE, SURE) is not None) == plausible
