"""What may be reported and asked for, how often, and what a whole answer is. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum


class ChangeKind(StrEnum):
    ADDRESS = "address"
    PHONE = "phone"
    WORK = "work"


class ChangeState(StrEnum):
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    WITHDRAWN = "withdrawn"


class HelpKind(StrEnum):
    CALL = "call"
    TECHNICAL = "technical"
    TRANSPORT = "transport"
    HEALTH = "health"
    OTHER = "other"


class HelpState(StrEnum):
    ASKED = "asked"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


# Every allowed move; who makes it, the verbs say.
CHANGE_MOVES: Mapping[ChangeState, frozenset[ChangeState]] = {
    ChangeState.REPORTED: frozenset(
        {ChangeState.CONFIRMED, ChangeState.NOT_CONFIRMED, ChangeState.WITHDRAWN}
    ),
    ChangeState.CONFIRMED: frozenset(),
    ChangeState.NOT_CONFIRMED: frozenset(),
    ChangeState.WITHDRAWN: frozenset(),
}
HELP_MOVES: Mapping[HelpState, frozenset[HelpState]] = {
    HelpState.ASKED: frozenset({HelpState.ACKNOWLEDGED, HelpState.CLOSED, HelpState.WITHDRAWN}),
    HelpState.ACKNOWLEDGED: frozenset({HelpState.CLOSED, HelpState.WITHDRAWN}),
    HelpState.CLOSED: frozenset(),
    HelpState.WITHDRAWN: frozenset(),
}
HELP_WAITING = frozenset({HelpState.ASKED, HelpState.ACKNOWLEDGED})

ADDRESS_FIELDS = ("street", "unit", "city", "region", "postal_code")
WORK_FIELDS = ("employer", "workplace", "hours")
FIELDS: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.ADDRESS: ADDRESS_FIELDS,
    ChangeKind.PHONE: ("phone",),
    ChangeKind.WORK: WORK_FIELDS,
}
# Without these a change cannot be written into the record. Work may have ended: any one will do.
NEEDED: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.ADDRESS: ("street", "city"),
    ChangeKind.PHONE: ("phone",),
    ChangeKind.WORK: (),
}

LONGEST_WORDS = 1000
# A day's worth for somebody in need; more is a machine, or somebody who should be called.
MOST_A_DAY = 10
DAY = timedelta(days=1)
FURTHEST_BACK = timedelta(days=5 * 365)
FURTHEST_AHEAD = timedelta(days=365)

# Form EOIR-33 (8 CFR 1003.15(d)(2)) and form AR-11 (8 CFR 265.1).
COURT_WITHIN_DAYS = 5
USCIS_WITHIN_DAYS = 10

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=30)
CODE_TRIES = 5
MOST_CODES_A_DAY = 5

_ZIP = re.compile(r"\d{5}(-\d{4})?")


def missing(kind: ChangeKind, value: Mapping[str, str]) -> str | None:
    """The first field that has to be filled before this can be in the record; None: whole."""
    for name in NEEDED[kind]:
        if not value.get(name):
            return name
    if kind is ChangeKind.WORK and not any(value.get(name) for name in WORK_FIELDS):
        return WORK_FIELDS[0]
    return None


def is_zip(text: str) -> bool:
    """Five digits, or nine with a dash; nothing at all will do."""
    return not text or bool(_ZIP.fullmatch(text))


def day_makes_sense(day: date, today: date) -> bool:
    """Not years back and not years ahead: a slip in the year."""
    return today - FURTHEST_BACK <= day <= today + FURTHEST_AHEAD
