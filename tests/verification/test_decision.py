"""Every way from distances and liveness to a result."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.verification import decision
from checkins.verification.codes import Liveness, Reason, Result
from checkins.verification.decision import (
    FAILED,
    STARTING_THRESHOLDS,
    Decision,
    Thresholds,
    accepts,
    combine,
    decide,
    distance,
    similarity,
)
from checkins.verification.engine import Analysis

LIMITS = Thresholds("dlib", 0.30, 0.20, 0.50, "test-1")
AXIS = np.array([1, 0, 0], np.float32)


def at(apart: float) -> np.ndarray:
    """A unit vector at that cosine distance from AXIS."""
    return np.array([1 - apart, np.sqrt(1 - (1 - apart) ** 2), 0], np.float32)


def usable(apart: float) -> Analysis:
    return Analysis(None, embedding=at(apart))


MATCH, UNSURE, OTHER = "match", "unsure", "other"
EXPECTED = {
    (MATCH, Liveness.PASSED): (Result.MATCH, (), True),
    (MATCH, Liveness.NOT_REQUIRED): (Result.MATCH, (), True),
    (MATCH, Liveness.NOT_SHOWN): (Result.MATCH, (Reason.LIVENESS_NOT_SHOWN,), False),
    (MATCH, Liveness.FAILED): (Result.SPOOF_SUSPECTED, (Reason.LIVENESS_NOT_SHOWN,), False),
    **{(UNSURE, any_): (Result.INCONCLUSIVE, (Reason.CLOSE_CALL,), False) for any_ in Liveness},
    **{(OTHER, any_): (Result.NO_MATCH, (Reason.DOES_NOT_MATCH,), False) for any_ in Liveness},
}
DISTANCES = {
    1: {0.0: MATCH, 0.1: MATCH, 0.299: MATCH, 0.301: UNSURE, 0.499: UNSURE, 0.501: OTHER, 2: OTHER},
    2: {0.0: MATCH, 0.199: MATCH, 0.201: UNSURE, 0.299: UNSURE, 0.499: UNSURE, 0.501: OTHER},
    3: {0.0: MATCH, 0.199: MATCH, 0.201: UNSURE, 0.299: UNSURE, 0.499: UNSURE, 0.501: OTHER},
}
CASES = [
    (count, apart, liveness, *EXPECTED[kind, liveness])
    for count, kinds in DISTANCES.items()
    for (apart, kind), liveness in product(kinds.items(), Liveness)
]


@pytest.mark.parametrize(("count", "apart", "liveness", "result", "reasons", "accepted"), CASES)
def test_every_distance_and_liveness(
    count: int,
    apart: float,
    liveness: Liveness,
    result: Result,
    reasons: tuple[Reason, ...],
    accepted: bool,
) -> None:
    found = decide(usable(apart), [AXIS] * count, LIMITS, liveness)
    assert (found.result, found.reasons) == (result, reasons)
    assert found.distance == pytest.approx(apart, abs=1e-6)
    assert found.similarity == similarity(found.distance or 0, LIMITS.match_at(count), 0.50)
    assert accepts(found, liveness) == accepted


@pytest.mark.parametrize("liveness", Liveness)
@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Result.NO_FACE, Reason.NO_FACE),
        (Result.SEVERAL_FACES, Reason.SEVERAL_FACES),
        (Result.POOR_PHOTO, Reason.BLURRED),
    ],
)
@pytest.mark.parametrize("templates", [[], [AXIS]])
def test_an_unusable_photo_keeps_its_own_result(
    result: Result, reason: Reason, liveness: Liveness, templates: list[np.ndarray]
) -> None:
    analysis = Analysis(result, (reason, Reason.TILTED))
    found = decide(analysis, templates, LIMITS, liveness)
    assert found == Decision(result, (reason, Reason.TILTED))
    assert not accepts(found, liveness)


@pytest.mark.parametrize("liveness", Liveness)
def test_without_reference_photo_nobody_is_judged(liveness: Liveness) -> None:
    found = decide(usable(0.0), [], LIMITS, liveness)
    assert found == Decision(Result.INCONCLUSIVE, (Reason.NO_REFERENCE_PHOTO,))
    assert not accepts(found, liveness)


def test_an_analysis_without_embedding_is_our_failure() -> None:
    assert decide(Analysis(None), [AXIS], LIMITS, Liveness.PASSED) is FAILED
    assert Decision(Result.ERROR, (Reason.ENGINE_FAILED,)) == FAILED


@pytest.mark.parametrize("liveness", Liveness)
@pytest.mark.parametrize("result", Result)
def test_only_a_match_with_liveness_is_accepted(result: Result, liveness: Liveness) -> None:
    expected = result == "match" and liveness in ("passed", "not_required")
    assert accepts(Decision(result), liveness) == expected


def test_several_templates_are_averaged() -> None:
    left, right = at(0.2), at(0.2) * [1, -1, 1]
    np.testing.assert_allclose(combine([left, right]), AXIS, atol=1e-6)
    np.testing.assert_allclose(combine([left * 5, right]), AXIS, atol=1e-6)  # each counts once
    assert np.linalg.norm(combine([at(0.1), at(0.4), AXIS])) == pytest.approx(1)
    found = decide(usable(0.0), [left, right], LIMITS, Liveness.PASSED)
    assert found.distance == pytest.approx(0, abs=1e-6)


def test_what_is_no_embedding_raises() -> None:
    for bad in ([], [np.zeros(3)], [np.full(3, np.nan)], [AXIS, -AXIS]):
        with pytest.raises(ValueError, match=r"templates|embedding"):
            combine(bad)
    with pytest.raises(ValueError, match="different networks"):
        distance(AXIS, np.ones(128, np.float32))


@given(st.lists(st.floats(-1, 1, width=32), min_size=6, max_size=6))
@settings(derandomize=True, deadline=None, database=None)
def test_the_distance_is_symmetric_and_within_bounds(numbers: list[float]) -> None:
    a, b = np.array(numbers[:3], np.float32), np.array(numbers[3:], np.float32)
    if min(np.linalg.norm(a), np.linalg.norm(b)) < 1e-3:
        return
    assert 0 <= distance(a, b) <= 2
    assert distance(a, b) == pytest.approx(distance(b, a), abs=1e-6)
    assert distance(a, a) == pytest.approx(0, abs=1e-6)
    assert distance(a, -a) == pytest.approx(2, abs=1e-6)
    assert distance(3 * a, b) == pytest.approx(distance(a, b), abs=1e-5)


@pytest.mark.parametrize("limits", STARTING_THRESHOLDS.values(), ids=STARTING_THRESHOLDS)
def test_similarity_falls_and_means_the_same_for_every_weight_set(limits: Thresholds) -> None:
    match_at, review_to = limits.match_at_single, limits.review_to
    figures = [similarity(d, match_at, review_to) for d in np.linspace(0, 2, 500)]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] == 100
    assert similarity(match_at, match_at, review_to) == 75
    assert similarity(review_to, match_at, review_to) == 50
    assert similarity(3 * review_to, match_at, review_to) == 0
    assert similarity(2, match_at, review_to) >= 0


def test_the_starting_thresholds_are_the_measured_ones() -> None:
    figures = {
        name: (t.match_at_single, t.match_at_averaged, t.review_to)
        for name, t in STARTING_THRESHOLDS.items()
    }
    assert figures == {"sface": (0.585, 0.57, 0.7), "dlib": (0.074, 0.065, 0.093)}
    assert all(name == t.weights_name for name, t in STARTING_THRESHOLDS.items())
    assert all(t.version for t in STARTING_THRESHOLDS.values())


@pytest.mark.parametrize(
    "wrong", [(0.1, 0.2, 0.3), (0.4, 0.2, 0.3), (0.2, 0.0, 0.3), (0.2, 0.1, 2.1)]
)
def test_thresholds_out_of_order_are_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="averaged"):
        Thresholds("dlib", *wrong, "wrong")


def test_identical_review_and_match_limits_leave_no_close_call() -> None:
    limits = Thresholds("dlib", 0.3, 0.3, 0.3, "test")
    assert decide(usable(0.299), [AXIS], limits, Liveness.PASSED).result is Result.MATCH
    assert decide(usable(0.301), [AXIS], limits, Liveness.PASSED).result is Result.NO_MATCH
    assert decision.similarity(0.301, 0.3, 0.3) < 75
