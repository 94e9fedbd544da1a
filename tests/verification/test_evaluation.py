"""Error rates over labelled pairs, against figures worked out by hand."""

import pytest

from checkins.verification.evaluation import Compared, evaluate, wilson

PAIRS = [
    Compared(same=True, distance=0.1),
    Compared(same=True, distance=0.2),
    Compared(same=True, distance=0.6),
    Compared(same=True, distance=None),
    Compared(same=False, distance=0.5),
    Compared(same=False, distance=0.7),
    Compared(same=False, distance=0.8),
    Compared(same=False, distance=0.9),
]


def test_rates_are_shares_of_the_pairs_that_could_be_compared() -> None:
    outcome = evaluate(PAIRS, [0.55])
    point = outcome.points[0]
    assert (point.fmr, point.fnmr) == (pytest.approx(1 / 4), pytest.approx(1 / 3))
    assert outcome.failure_to_acquire == pytest.approx(1 / 8)


def test_accuracy_is_the_best_there_is_and_unusable_photos_are_mistakes_of_the_whole() -> None:
    outcome = evaluate(PAIRS, [])
    assert outcome.accuracy == pytest.approx(6 / 7)
    assert outcome.accuracy_of_all == pytest.approx(6 / 8)
    assert 0.2 <= outcome.best_threshold < 0.5 or outcome.best_threshold == pytest.approx(0.6)


def test_a_distance_at_the_threshold_matches() -> None:
    assert evaluate(PAIRS, [0.5]).points[0].fmr == pytest.approx(1 / 4)


def test_wilsons_interval_is_the_textbooks() -> None:
    low, high = wilson(10, 100)
    assert (low, high) == (pytest.approx(0.0552, abs=1e-4), pytest.approx(0.1744, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 50)[0] == 0.0


def test_pairs_of_one_kind_only_say_nothing() -> None:
    with pytest.raises(ValueError, match="usable pairs"):
        evaluate([Compared(same=True, distance=0.1)], [0.5])
