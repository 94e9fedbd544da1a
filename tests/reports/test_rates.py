"""Error rates: intervals, hidden groups, and groups that stand apart. No database."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartlink.reports.rates import (
    SMALLEST,
    Cell,
    apart,
    shown,
    two_proportions,
    wilson,
)


def cell(group: str, number: int, overturned: int = 0) -> Cell:
    return Cell("doubted", "language", group, number, overturned)


@pytest.mark.parametrize(
    ("hits", "number", "low", "high"),
    # As R's prop.test(correct = FALSE) gives them.
    [
        (8, 20, 0.2188, 0.6134),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_the_interval_is_wilsons(hits: int, number: int, low: float, high: float) -> None:
    found = wilson(hits, number)
    assert isclose(found[0], low, abs_tol=1e-4)
    assert isclose(found[1], high, abs_tol=1e-4)


def test_where_nothing_was_seen_everything_is_possible() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_probability_is_that_of_two_proportions() -> None:
    # As R's prop.test(c(15, 30), c(50, 50), correct = FALSE): chi-squared 9.0909 on 1 degree.
    assert isclose(two_proportions(cell("a", 50, 15), cell("b", 50, 30)), 0.002569, abs_tol=1e-5)
    assert two_proportions(cell("a", 20, 20), cell("b", 30, 30)) == 1.0


def test_small_groups_are_hidden_and_never_one_alone() -> None:
    names = [one.group for one in shown([cell("en", 90), cell("es", 40), cell("ht", 9)])]
    assert names == ["en"], "es less would give ht away"
    names = [one.group for one in shown([cell("en", 90), cell("ht", 9), cell("vi", 8)])]
    assert names == ["en"]
    names = [one.group for one in shown([cell("en", 90), cell("es", 10)])]
    assert names == ["en", "es"]


@given(st.lists(st.integers(0, 40), max_size=8))
def test_what_is_hidden_cannot_be_worked_out_from_the_total(numbers: list[int]) -> None:
    cells = [cell(f"g{place}", number) for place, number in enumerate(numbers)]
    seen = shown(cells)
    hidden = [one for one in cells if one.number and one not in seen]
    assert all(one.number >= SMALLEST for one in seen)
    if hidden and seen:
        assert len(hidden) >= 2
        assert sum(one.number for one in hidden) >= SMALLEST


def test_a_group_that_is_overturned_far_more_often_stands_apart() -> None:
    groups = [cell("en", 4000, 800), cell("es", 3000, 610), cell("ht", 100, 60)]
    total = cell("", 7100, 1470)
    [found] = apart(groups, {"doubted": total})
    assert found.cell.group == "ht"
    assert (found.rest.number, found.rest.overturned) == (7000, 1410)


def test_equal_groups_and_mere_chance_stand_nowhere() -> None:
    equal = [cell(name, 200, 50) for name in ("en", "es", "fr", "ht")]
    assert apart(equal, {"doubted": cell("", 800, 200)}) == []
    # One in twenty by itself would be called out; among many it is not.
    chance = [cell(f"g{n}", 100, 25) for n in range(19)] + [cell("odd", 100, 36)]
    assert two_proportions(chance[-1], cell("rest", 1900, 475)) < 0.05
    assert apart(chance, {"doubted": cell("", 2000, 511)}) == []


def test_a_group_with_too_few_others_is_compared_with_nobody() -> None:
    assert apart([cell("en", 400, 0)], {"doubted": cell("", 409, 9)}) == []
