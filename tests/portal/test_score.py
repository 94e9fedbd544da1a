"""The score that `make bench-portal` computes, at the points that Lighthouse publishes."""

import pytest

from smartlink.measuring.portal import CURVES, Visit, score

AT_ONCE = {"fcp": 0.0, "lcp": 0.0, "tbt": 0.0, "cls": 0.0}


def test_the_weights_are_one_together() -> None:
    assert sum(weight for weight, _p10, _median in CURVES.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("tbt", 200, 97), ("tbt", 600, 85), ("cls", 0.1, 98), ("cls", 0.25, 88), ("fcp", 1800, 99),
        ("fcp", 3000, 95),
    ],
)  # fmt: skip
def test_a_measure_at_its_tenth_percentile_loses_a_tenth_of_its_weight_at_its_median_half(
    name: str, value: float, points: int
) -> None:
    assert score({**AT_ONCE, name: value}) == pytest.approx(points, abs=0.51)


def test_a_page_that_is_there_at_once_has_a_hundred_and_a_slow_one_little() -> None:
    assert score({"fcp": 500, "lcp": 600, "tbt": 0, "cls": 0}) == 100
    assert score({"fcp": 9000, "lcp": 12000, "tbt": 3000, "cls": 1}) < 5


def test_a_page_is_usable_when_it_is_painted_and_its_scripts_have_run() -> None:
    assert Visit(1, {"fcp": 900, "dcl": 1200}).usable_ms == 1200
    assert Visit(1, {"fcp": 1500, "dcl": 1200}).usable_ms == 1500
