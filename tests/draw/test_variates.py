"""Variates that anyone can recompute: the byte format never changes."""

import hashlib
import hmac
from datetime import date
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from checkins.draw import Before, Terms, commitment, draw_day, new_key, uniform, week_of
from tests.draw.strategies import HOUR, keys, people

KEY = bytes(range(32))
WHO = UUID("00000000-0000-4000-8000-000000000001")


def test_golden_vectors() -> None:
    assert commitment(KEY) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    assert {number: uniform(KEY, WHO, number) for number in (0, 1000, 1001, 4294967295)} == {
        0: 0.7786842863133471,
        1000: 0.6413347391168348,
        1001: 0.31392888135844477,
        4294967295: 0.40622649485456297,
    }


@given(keys, people, st.integers(0, 10**9))
def test_the_format_is_as_the_docstring_says(key: bytes, who: UUID, sequence: int) -> None:
    digest = hmac.new(key, str(who).encode() + b":" + str(sequence).encode(), hashlib.sha256)
    first_52_bits = int(digest.hexdigest()[:13], 16)
    exact = (Fraction(first_52_bits) + Fraction(1, 2)) / 2**52
    assert Fraction(uniform(key, who, sequence)) == exact
    assert 0 < exact < 1


def test_a_day_drawn_before_is_drawn_the_same_forever() -> None:
    terms = Terms("America/New_York", week_of([(8 * HOUR, 20 * HOUR)] * 7), 20_000, 7200, 2, 17)
    monday = date(2026, 3, 2).toordinal()
    found = draw_day(KEY, WHO, monday, terms, Before(monday - 1))
    opens = 1772456400  # 08:00 in New York
    first = opens + 8884  # -20,000 ln 0.641334…
    second = first + 7200 + 23171  # after the gap, -20,000 ln 0.313928…
    assert [(draw.sequence, draw.at) for draw in found] == [(1000, first), (1001, second)]


def test_keys_are_fresh() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert {len(new_key()) for _ in range(10)} == {32}
