"""Rules about participants that need no database."""

import re
from datetime import timedelta
from itertools import pairwise

A_NUMBER_DIGITS = 9
PIN_DIGITS = range(4, 9)
FREE_PIN_TRIES = 5
LONGEST_BLOCK = timedelta(minutes=15)


def normal_a_number(typed: str) -> str | None:
    """Nine digits, left-padded ("A 12-345-678" → "012345678"); None when it cannot be one."""
    digits = re.sub(r"\D", "", typed)
    if not 7 <= len(digits) <= A_NUMBER_DIGITS or re.search(r"[^0-9aA\s#.\-–]", typed):
        return None
    return digits.zfill(A_NUMBER_DIGITS)


def pin_is_well_formed(pin: str) -> bool:
    return len(pin) in PIN_DIGITS and pin.isascii() and pin.isdigit()


def pin_is_easy(pin: str) -> bool:
    """All the same digit, or a run up or down: what a stranger tries first."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def block_after(wrong_pins: int) -> timedelta | None:
    """How long to wait after that many wrong PINs in a row: none, then 30 s doubling to 15 min."""
    if wrong_pins < FREE_PIN_TRIES:
        return None
    seconds = 30 * 2 ** min(wrong_pins - FREE_PIN_TRIES, 10)
    return min(timedelta(seconds=seconds), LONGEST_BLOCK)
