"""Points, turns and squares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.verification import geometry
from checkins.verification.geometry import ARCFACE_POINTS, Face, pose, similarity


def matrix(scale: float, degrees: float, shift: tuple[float, float]) -> np.ndarray:
    turn = np.deg2rad(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.column_stack([scale * rotation, shift])


@settings(derandomize=True, deadline=None, database=None)
@given(
    scale=st.floats(0.05, 20),
    degrees=st.floats(-180, 180),
    x=st.floats(-500, 500),
    y=st.floats(-500, 500),
)
def test_the_similarity_is_found_again(scale: float, degrees: float, x: float, y: float) -> None:
    known = matrix(scale, degrees, (x, y))
    moved = geometry.apply(known, ARCFACE_POINTS)
    found = similarity(ARCFACE_POINTS, moved)
    np.testing.assert_allclose(found, known, atol=1e-6 * max(1, scale, abs(x), abs(y)))
    np.testing.assert_allclose(geometry.apply(geometry.inverse(known), moved), ARCFACE_POINTS)
    assert geometry.scale_of(found) == pytest.approx(scale)


def test_it_is_the_best_in_the_least_squares_sense() -> None:
    noisy = ARCFACE_POINTS + np.random.default_rng(3).normal(0, 4, (5, 2))
    best = similarity(noisy, ARCFACE_POINTS)

    def error(candidate: np.ndarray) -> float:
        return float(((geometry.apply(candidate, noisy) - ARCFACE_POINTS) ** 2).sum())

    for scale, degrees, shift in (
        (1.02, 0, (0, 0)),
        (1, 2, (0, 0)),
        (1, 0, (1, 0)),
        (1, 0, (0, 1)),
    ):
        nudge = matrix(scale, degrees, shift)
        nudged = np.column_stack(
            [nudge[:, :2] @ best[:, :2], nudge[:, :2] @ best[:, 2] + nudge[:, 2]]
        )
        assert error(nudged) > error(best)


def test_a_mirrored_face_is_not_mirrored_back() -> None:
    mirrored = ARCFACE_POINTS * [-1, 1]
    assert np.linalg.det(similarity(mirrored, ARCFACE_POINTS)[:, :2]) > 0


@pytest.mark.parametrize("bad", [0.0, np.inf, np.nan])
def test_points_that_coincide_have_no_similarity(bad: float) -> None:
    with pytest.raises(ValueError, match="coincide"):
        similarity(np.full((5, 2), bad), ARCFACE_POINTS)


@pytest.mark.parametrize("roll", [-40, 0, 25])
@pytest.mark.parametrize("scale", [0.3, 4])
@pytest.mark.parametrize("offset", [-0.5, 0, 0.3])
def test_the_turn_does_not_depend_on_size_or_roll(scale: float, roll: float, offset: float) -> None:
    eyes = np.array([[-0.5, 0.0], [0.5, 0.0]])
    place = matrix(100 * scale, roll, (300, 200))
    held = pose(geometry.apply(place, eyes), geometry.apply(place, np.array([[offset, 0.6]]))[0])
    assert held.turn == pytest.approx(offset)
    assert held.roll == pytest.approx(roll)


def test_eyes_in_one_place_are_turned_beyond_measure() -> None:
    assert pose(np.zeros((2, 2)), np.ones(2)).turn == float("inf")


def test_the_template_itself_faces_the_camera() -> None:
    eyes, nose = ARCFACE_POINTS[:2], ARCFACE_POINTS[2]
    face = Face((0, 0, 112, 112), 1.0, eyes, nose, ARCFACE_POINTS)
    assert abs(pose(eyes, nose).turn) < 0.01
    assert face.eye_distance == pytest.approx(35.24, abs=0.01)
    np.testing.assert_allclose(geometry.to_template(face), [[1, 0, 0], [0, 1, 0]], atol=1e-9)


def test_sampling_follows_the_matrix_between_the_pixels() -> None:
    slope = np.add.outer(np.arange(60) * 2, np.arange(80)).astype(np.float32)  # 2y + x
    place = matrix(2.0, 30, (-20.0, 10.0))
    square = geometry.sample(slope, place, 50)
    back = geometry.inverse(place)
    for row, column in ((0, 49), (20, 20), (30, 44)):
        x, y = geometry.apply(back, np.array([[column, row]], float))[0]
        expected = 2 * np.clip(y, 0, 59) + np.clip(x, 0, 79)
        assert square[row, column] == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1)])
def test_the_edge_is_repeated_outwards(shape: tuple[int, int]) -> None:
    square = geometry.sample(np.full(shape, 7, np.float32), matrix(1, 0, (50, 50)), 112)
    assert (square == 7).all()
