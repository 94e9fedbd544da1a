"""The draw: inside allowed time, within every guarantee, and otherwise without memory."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.draw import FEW, Before, DayOfDraws, Draw, Terms, draw_day, week_of
from checkins.draw.allowed import local_ordinal
from checkins.draw.population import key_for
from checkins.draw.process import allowed_of, wait
from tests.draw.strategies import HOUR, days, in_hours, keys, local, people, terms

USUAL = week_of([(8 * HOUR, 20 * HOUR)] * 7)
MONDAY = date(2026, 3, 2).toordinal()


def run(key: bytes, who: UUID, first: int, some: Terms, length: int) -> list[Draw]:
    """Draw day after day, each from what went before."""
    before, found = Before(first - 1), []
    for day in range(first, first + length):
        drawn = draw_day(key, who, day, some, before)
        found += drawn
        if drawn:
            before = Before(day, drawn[-1].at)
    return found


@settings(max_examples=80, deadline=None)
@given(keys, people, days, terms())
def test_no_guarantee_is_ever_broken(key: bytes, who: UUID, first: int, some: Terms) -> None:
    found = run(key, who, first, some, 40)
    at = [draw.at for draw in found]
    assert all(in_hours(some.week, local(some.zone, instant)) for instant in at)
    assert all(right - left >= max(some.gap, 1) for left, right in itertools.pairwise(at))
    per_day = Counter(local_ordinal(some.zone, instant) for instant in at)
    if some.max_per_day is not None:
        assert max(per_day.values(), default=0) <= some.max_per_day
    if some.silence_days is not None:
        asked = [first - 1, *sorted(per_day)]
        for left, right in itertools.pairwise(asked):
            assert right - left < some.silence_days
        assert first + 40 - asked[-1] <= some.silence_days


@settings(max_examples=60, deadline=None)
@given(keys, people, days, terms(), st.integers(0, 48), st.integers(1, 24))
def test_blackouts_hold(
    key: bytes, who: UUID, first: int, some: Terms, start: int, length: int
) -> None:
    day = DayOfDraws(some, first).allowed
    begin = (day.pieces[0][0] if day.pieces else 0) + start * HOUR // 2
    dark = replace(some, blackouts=((begin, begin + length * HOUR),))
    for draw in run(key, who, first, dark, 10):
        assert not begin <= draw.at < begin + length * HOUR


@given(keys, people, days, terms())
def test_a_part_of_a_day_begins_where_it_begins(
    key: bytes, who: UUID, day: int, some: Terms
) -> None:
    allowed = allowed_of(some, day)
    if not allowed.total:
        return
    noon = allowed.instant(allowed.total // 2)
    found = draw_day(key, who, day, some, Before(day - 1), first=7 * FEW, from_at=noon)
    assert all(draw.at >= noon for draw in found)
    assert [draw.sequence for draw in found] == [7 * FEW + i for i in range(len(found))]


def test_a_day_that_has_had_its_share_gets_no_more() -> None:
    some = Terms("UTC", USUAL, 60, max_per_day=2)
    key, who = key_for(1, MONDAY), UUID(int=1)
    assert len(draw_day(key, who, MONDAY, some, Before(MONDAY, today=0))) == 2
    assert len(draw_day(key, who, MONDAY, some, Before(MONDAY, today=1))) == 1
    assert draw_day(key, who, MONDAY, some, Before(MONDAY, today=2)) == []


def test_the_last_chance_is_taken_and_no_earlier_day_is_forced() -> None:
    rare = Terms("UTC", USUAL, 10**12, silence_days=9)
    key, who = key_for(1, MONDAY), UUID(int=1)
    assert draw_day(key, who, MONDAY, rare, Before(MONDAY - 7)) == []
    assert len(draw_day(key, who, MONDAY, rare, Before(MONDAY - 8))) == 1


def test_the_last_chance_comes_earlier_where_the_last_days_are_closed() -> None:
    weekdays = week_of([(8 * HOUR, 20 * HOUR)] * 5 + [None, None])
    rare = Terms("UTC", weekdays, 10**12, silence_days=9)
    friday = MONDAY + 4
    key, who = key_for(1, friday), UUID(int=1)
    assert len(draw_day(key, who, friday, rare, Before(friday - 6))) == 1
    assert draw_day(key, who, friday, rare, Before(friday - 5)) == []


def test_a_certain_request_comes_at_any_time_of_its_day() -> None:
    rare = DayOfDraws(Terms("UTC", USUAL, 10**9, silence_days=9), MONDAY)
    places = [
        rare.allowed.before(rare.draw(key_for(1, 0), UUID(int=n), Before(MONDAY - 8))[0].at)
        for n in range(3000)
    ]
    thirds = Counter(place * 3 // rare.allowed.total for place in places)
    assert all(900 < thirds[third] < 1100 for third in range(3))


def test_what_went_before_says_nothing_about_the_next_request() -> None:
    """With no guarantee the first wait of a day has the same law whatever came before."""
    day = DayOfDraws(Terms("UTC", USUAL, 40_000), MONDAY)
    people_ = [UUID(int=n) for n in range(4000)]
    key = key_for(3, MONDAY)
    fresh = [day.draw(key, who, Before(MONDAY - 300)) for who in people_]
    after = [
        day.draw(key, who, Before(MONDAY - 1, day.allowed.pieces[0][0] - 1)) for who in people_
    ]
    assert fresh == after
    chance = sum(bool(found) for found in fresh) / len(people_)
    assert abs(chance - 0.6604) < 0.03  # 1 - exp(-43200 / 40000)


@given(st.floats(2**-53, 1 - 2**-53), st.integers(1, 10**7), st.integers(1, 10**6))
def test_a_wait_within_a_limit_is_shorter_than_it(u: float, mean: int, within: int) -> None:
    assert 0 <= wait(u, mean, within) < within
    assert wait(u, mean, within) <= wait(u, mean)
