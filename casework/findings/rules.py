"""What a finding may become, when it may be decided, and how long there is to answer. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from casework.faults.rules import Span, moved_deadline


class Kind(StrEnum):
    """What is said of a person. Nothing else in the system speaks of anybody's conduct."""

    LATE = "late"
    MISSED = "missed"
    NOT_ACCEPTED = "not_accepted"
    ABSENT = "absent"


class State(StrEnum):
    PROPOSED = "proposed"
    TOLD = "told"
    ANSWERED = "answered"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"
    EXPUNGED = "expunged"


# One that was upheld can still be overturned, and is taken back when what it is about turns out
# to count for nothing: a fault of ours may become known later.
MOVES: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.TOLD, State.WITHDRAWN}),
    State.TOLD: frozenset({State.ANSWERED, State.UPHELD, State.OVERTURNED, State.WITHDRAWN}),
    State.ANSWERED: frozenset({State.UPHELD, State.OVERTURNED, State.WITHDRAWN}),
    State.UPHELD: frozenset({State.OVERTURNED, State.WITHDRAWN}),
    State.OVERTURNED: frozenset({State.EXPUNGED}),
    State.WITHDRAWN: frozenset(),
    State.EXPUNGED: frozenset(),
}
LIVE = frozenset({State.PROPOSED, State.TOLD, State.ANSWERED})
AWAITS_ANSWER = frozenset({State.PROPOSED, State.TOLD})
# At most one of these about the same thing.
STANDING = LIVE | {State.UPHELD}
# No member of staff sees these: not in lists, files, reports or exports.
OUT_OF_SIGHT = frozenset({State.OVERTURNED, State.EXPUNGED})

LONGEST_REASON = 2000
LONGEST_ANSWER = 5000
LONGEST_MORE_TIME = timedelta(days=90)
REMIND_BEFORE = timedelta(days=3)
NEAR = timedelta(days=3)
# Nobody could be told for so long: the officer should call.
TELL_WITHIN = timedelta(days=3)


def may_move(from_: State, to: State) -> bool:
    return to in MOVES[from_]


def answer_deadline(told_at: datetime, given_until: datetime, spans: Iterable[Span]) -> datetime:
    """When the time to answer is over: our faults, while they are on, take nothing of it."""
    return moved_deadline(told_at, given_until - told_at, spans)


def is_due(*, answered: bool, answer_by: datetime, now: datetime) -> bool:
    """Whether it may be decided: the person has answered, or has had the time to."""
    return answered or now >= answer_by
