"""Periods, rates and small groups: pure rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartlink.reports.figures import Counts, Figures, too_small
from smartlink.reports.periods import Period, month_before, usual


def test_what_never_counts_against_anyone_is_in_no_rate() -> None:
    counts = Counts(requests=20, on_time=6, late=1, missed=2, not_accepted=1, excused=4, lapsed=3,
                    cancelled=1, in_review=1, open=1)  # fmt: skip
    figures = Figures(counts)
    assert figures.counted == 10
    assert (figures.compliance_rate, figures.answered_rate) == (0.6, 0.7)
    forgiven = Figures(Counts(requests=20, on_time=6, late=1, missed=2, not_accepted=1))
    assert forgiven.compliance_rate == figures.compliance_rate


def test_of_nothing_there_is_no_rate() -> None:
    assert Figures(Counts(requests=3, lapsed=3)).compliance_rate is None


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ([50, 9, 40, 8], {1, 3}),
        ([50, 9, 40], {1, 2}),  # one alone is found by subtraction: the next goes too
        ([50, 2, 3, 40], {1, 2, 3}),  # five together are still few
        ([50, 0, 40], set()),
        ([10, 11], set()),
        ([9], {0}),
    ],
)
def test_small_groups_are_hidden_so_that_no_total_gives_them_away(
    sizes: list[int], hidden: set[int]
) -> None:
    assert too_small(sizes) == hidden


@given(st.lists(st.integers(0, 60), max_size=12))
def test_what_is_hidden_is_never_one_small_group_and_nothing_small_is_shown(
    sizes: list[int],
) -> None:
    hidden = too_small(sizes)
    shown = [size for place, size in enumerate(sizes) if place not in hidden]
    assert all(size == 0 or size >= 10 for size in shown)
    if hidden and any(size for size in shown):
        assert len(hidden) > 1
        assert sum(sizes[place] for place in hidden) >= 10


def test_a_month_is_compared_with_the_month_before_and_other_spans_with_as_many_days() -> None:
    march = Period(date(2028, 3, 1), date(2028, 3, 31))
    assert march.before == Period(date(2028, 2, 1), date(2028, 2, 29))
    quarter = Period(date(2027, 1, 1), date(2027, 3, 31))
    assert quarter.before == Period(date(2026, 10, 1), date(2026, 12, 31))
    week = Period(date(2026, 3, 5), date(2026, 3, 11))
    assert week.before == Period(date(2026, 2, 26), date(2026, 3, 4))
    assert month_before(date(2026, 1, 15)) == Period(date(2025, 12, 1), date(2025, 12, 31))
    with pytest.raises(ValueError, match="before the first"):
        Period(date(2026, 3, 5), date(2026, 3, 4))


def test_usual_periods_are_whole_months_or_run_to_today() -> None:
    days = {name: str(period) for name, (_words, period) in usual(date(2026, 2, 10)).items()}
    assert days == {
        "this_month": "2026-02-01 to 2026-02-10",
        "last_month": "2026-01-01 to 2026-01-31",
        "three_months": "2025-11-01 to 2026-01-31",
        "year_to_date": "2026-01-01 to 2026-02-10",
        "twelve_months": "2025-02-01 to 2026-01-31",
        "last_year": "2025-01-01 to 2025-12-31",
    }
