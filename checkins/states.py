"""The words for a check-in's state and the one table of allowed moves (DESIGN §4). Pure."""

from enum import StrEnum


class State(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    VERIFYING = "verifying"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    MISSED = "missed"
    LAPSED = "lapsed"
    EXCUSED = "excused"
    CANCELLED = "cancelled"


MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.OPEN, State.CANCELLED}),
    State.OPEN: frozenset({State.VERIFYING, State.MISSED, State.LAPSED, State.CANCELLED}),
    State.VERIFYING: frozenset({State.ACCEPTED, State.OPEN, State.IN_REVIEW}),
    State.IN_REVIEW: frozenset({State.ACCEPTED, State.NOT_ACCEPTED}),
    State.MISSED: frozenset({State.IN_REVIEW, State.EXCUSED}),
    State.ACCEPTED: frozenset({State.IN_REVIEW}),  # only its reviewer, within a minute
    State.NOT_ACCEPTED: frozenset(),
    State.LAPSED: frozenset(),
    State.EXCUSED: frozenset(),
    State.CANCELLED: frozenset(),
}

# A participant has at most one of these at a time: one thing to do.
WAITING_FOR_PARTICIPANT = frozenset({State.OPEN, State.VERIFYING})
# States in which a photo may be sent.
TAKES_ATTEMPTS = frozenset({State.OPEN, State.MISSED})
# States in which what has partly arrived may still become an answer.
AWAITS_THE_REST = TAKES_ATTEMPTS | {State.VERIFYING}
# Over, and counting for nothing. A photo that comes now is not kept, but its sender gets a receipt.
NEEDS_NO_ANSWER = frozenset({State.CANCELLED, State.EXCUSED, State.LAPSED})


def may_move(from_: State, to: State) -> bool:
    return to in MOVES[from_]


def after_verification(
    *, result: str, accepts: bool, unusable: bool, time_left: bool, tries_left: bool
) -> State:
    """Where a verifying check-in goes: a machine accepts or asks again; the rest is a person's."""
    if accepts and result == "match" and not unusable:
        return State.ACCEPTED
    if unusable and time_left and tries_left:
        return State.OPEN
    return State.IN_REVIEW
