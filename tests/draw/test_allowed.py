"""Allowed time: local hours are local hours, also when the clocks change."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from checkins.draw import Exclusion, Week, week_of
from checkins.draw.allowed import AllowedDay, allowed_day, local_clock, local_day, local_ordinal
from tests.draw.strategies import HOUR, days, in_hours, local, weeks, zones

ALL_DAY = week_of([(0, 24 * HOUR)] * 7)
USUAL = week_of([(8 * HOUR, 20 * HOUR)] * 7)
NIGHT = week_of([(HOUR, 4 * HOUR)] * 7)


def day(*ymd: int) -> int:
    return date(*ymd).toordinal()


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@settings(max_examples=150)
@given(zones, weeks(), days, st.integers(-20 * HOUR, 44 * HOUR))
def test_a_second_is_allowed_exactly_when_the_wall_clock_says_so(
    zone: str, week: Week, ordinal: int, offset: int
) -> None:
    instant = utc(*date.fromordinal(ordinal).timetuple()[:3]) + offset
    at = local(zone, instant)
    expected = at.date().toordinal() == ordinal and in_hours(week, at)
    assert allowed_day(zone, week, ordinal).holds(instant) == expected


@settings(max_examples=100)
@given(zones, days)
def test_the_days_of_a_zone_follow_each_other_without_hole_or_overlap(
    zone: str, ordinal: int
) -> None:
    pieces = [piece for d in range(ordinal, ordinal + 4) for piece in local_day(zone, d)]
    assert all(
        left[1] == right[0] or local(zone, left[1]).date() != local(zone, left[1] - 1).date()
        for left, right in zip(sorted(pieces), sorted(pieces)[1:], strict=False)
    )
    for start, end, _offset in pieces:
        assert local_ordinal(zone, start) == local_ordinal(zone, end - 1)


@given(zones, weeks(), days)
def test_position_and_instant_are_each_others_inverse(zone: str, week: Week, ordinal: int) -> None:
    allowed = allowed_day(zone, week, ordinal)
    for position in {0, allowed.total // 3, allowed.total - 1}:
        if 0 <= position < allowed.total:
            assert allowed.before(allowed.instant(position)) == position


def test_in_spring_a_day_is_an_hour_shorter_and_in_autumn_longer() -> None:
    assert allowed_day("America/New_York", ALL_DAY, day(2026, 3, 8)).total == 23 * HOUR
    assert allowed_day("America/New_York", ALL_DAY, day(2026, 11, 1)).total == 25 * HOUR
    assert allowed_day("Australia/Lord_Howe", ALL_DAY, day(2026, 4, 5)).total == 24.5 * HOUR


def test_the_skipped_hour_is_gone_and_the_repeated_one_counts_twice() -> None:
    assert allowed_day("America/New_York", NIGHT, day(2026, 3, 8)).total == 2 * HOUR
    assert allowed_day("America/New_York", NIGHT, day(2026, 11, 1)).total == 4 * HOUR


def test_usual_hours_keep_their_length_and_their_place_on_the_wall_clock() -> None:
    for ordinal in (day(2026, 3, 8), day(2026, 11, 1), day(2028, 2, 29)):
        allowed = allowed_day("America/New_York", USUAL, ordinal)
        assert allowed.total == 12 * HOUR
        assert local_clock("America/New_York", allowed.instant(0)) == (ordinal, 8 * HOUR)


def test_a_date_that_a_zone_skipped_has_no_time() -> None:
    assert allowed_day("Pacific/Apia", ALL_DAY, day(2011, 12, 30)).total == 0
    assert allowed_day("Pacific/Apia", ALL_DAY, day(2011, 12, 29)).total == 24 * HOUR


def test_a_night_shift_is_taken_out_of_both_its_days() -> None:
    week = week_of([(0, 24 * HOUR)] * 7, [Exclusion((6,), 22 * HOUR, 6 * HOUR)])
    assert week[6] == ((0, 22 * HOUR),)
    assert week[0] == ((6 * HOUR, 24 * HOUR),)
    assert week[1] == ((0, 24 * HOUR),)


def test_blackouts_are_holes_in_utc() -> None:
    allowed = AllowedDay.of([(100, 200), (300, 400)]).without([(150, 350)])
    assert allowed.pieces == ((100, 150), (350, 400))
    assert (allowed.total, allowed.instant(50), allowed.before(320)) == (100, 350, 50)
