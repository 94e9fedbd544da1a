"""The promised rate holds among the guarantees, and guarantees that betray it are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.draw import Exclusion, TooPredictable, Week, agree, week_of
from checkins.draw.rate import Guarantees, expected_in_day, outcome
from checkins.draw.terms import MOST_BENT, MOST_CERTAIN, unbent
from checkins.draw.week import seconds_in
from tests.draw.strategies import HOUR, weeks

USUAL = week_of([(8 * HOUR, 20 * HOUR)] * 7)


@settings(max_examples=40, deadline=None)
@given(weeks(), st.sampled_from([0.25, 0.5, 1, 2, 3, 5, 7]))
def test_terms_agreed_keep_the_rate_and_stay_hard_to_foresee(week: Week, rate: float) -> None:
    try:
        agreed = agree(week, rate)
    except TooPredictable:
        return
    bent = Guarantees(agreed.gap, agreed.max_per_day, agreed.silence_days)
    found = outcome(week, agreed.mean_seconds, bent)
    assert found.rate_per_week == pytest.approx(rate, rel=2e-3)
    assert found.certain_share <= MOST_CERTAIN
    assert seconds_in(week) / rate / agreed.mean_seconds <= MOST_BENT * 1.001


@pytest.mark.parametrize("rate", [0.25, 0.5, 1, 2, 3, 5, 7, 14, 21])
def test_every_rate_that_a_plan_may_have_fits_into_the_usual_hours(rate: float) -> None:
    agreed = agree(USUAL, rate)
    assert agreed.gap <= 4 * HOUR
    assert agreed.silence_days is not None
    assert agreed.silence_days >= 7


def test_twice_a_week_keeps_four_hours_apart_and_comes_once_a_day_at_most() -> None:
    agreed = agree(USUAL, 2)
    assert (agreed.gap, agreed.max_per_day, agreed.silence_days) == (4 * HOUR, 1, 17)


@pytest.mark.parametrize(
    ("rate", "wishes", "field"),
    [
        (7, {"max_per_day": 1}, "max_per_day"),
        (14, {"gap": 12 * HOUR}, "gap"),
        (2, {"silence_days": 7}, "silence_days"),
    ],
)
def test_guarantees_that_give_requests_away_are_refused(
    rate: float, wishes: dict[str, int], field: str
) -> None:
    with pytest.raises(TooPredictable) as refused:
        agree(USUAL, rate, **wishes)
    assert refused.value.field == field
    if field == "silence_days":
        assert refused.value.least is not None
        agree(USUAL, rate, silence_days=refused.value.least)


def test_a_week_without_hours_is_refused() -> None:
    week = week_of([(8 * HOUR, 20 * HOUR)] * 7, [Exclusion(tuple(range(7)), 0, 24 * HOUR)])
    with pytest.raises(TooPredictable):
        agree(week, 2)


def test_no_rate_no_draws() -> None:
    assert agree(USUAL, 0).mean_seconds == 0


def test_without_guarantees_the_mean_is_the_plain_one() -> None:
    assert unbent(USUAL, 2).mean_seconds == 7 * 12 * HOUR / 2
    assert expected_in_day(USUAL[0], 36_000, Guarantees(0, None, None)) == 1.2
