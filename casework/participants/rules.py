"""Rules about participants that need no database."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

A_NUMBER_DIGITS = 9
PIN_DIGITS = range(4, 9)
FREE_PIN_TRIES = 5
LONGEST_BLOCK = timedelta(minutes=15)
EARLIEST = date(1900, 1, 1)
AHEAD = timedelta(days=366)
# A name begins with a letter; with what a spreadsheet computes no name begins.
_NAME = re.compile(r"[('’ʻʼ]?[^\W\d_]")
# Signs that turn the text around them: a name with one is read as another.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Technologies from the lightest to the heaviest, and the levels within each.
LADDER = ("telephonic", "smartphone", "gps")
LEVELS = range(1, 4)


class Step(StrEnum):
    """What a supervision term is beside the one before it."""

    FIRST = "first"
    UP = "up"
    DOWN = "down"

    @property
    def words(self) -> str:
        return {"first": "Set at first", "up": "Step-up", "down": "Step-down"}[self.value]


def step_between(before: tuple[str, int] | None, after: tuple[str, int]) -> Step | None:
    """(technology, level) before and after; None where nothing changes.

    The technology weighs more than the level: a telephone at level 3 is lighter than a
    smartphone at level 1.
    """
    if before is None:
        return Step.FIRST
    was, will = (LADDER.index(t) * len(LEVELS) + level for t, level in (before, after))
    if was == will:
        return None
    return Step.UP if will > was else Step.DOWN


def step_needs_supervisor(step: Step, technology: str) -> bool:
    """Heavier supervision is a supervisor's to order; so is a monitor from the first day."""
    return step is Step.UP or (step is Step.FIRST and technology == "gps")


def is_name(written: str) -> bool:
    return bool(_NAME.match(written.strip())) and not _TURNS.search(written)


def latest_of(fact: str, now: datetime) -> date:
    """Until when it may lie: nobody is born ahead, a paper of the court may be for later."""
    return now.date() if fact == "date_of_birth" else (now + AHEAD).date()


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
