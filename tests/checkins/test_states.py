"""The table of moves, restated: what DESIGN §4 draws, and nothing else."""

from itertools import product

import pytest

from checkins.states import MOVES, State, after_verification, may_move
from checkins.verification.codes import Result

DRAWN = {
    ("planned", "open"),
    ("planned", "cancelled"),
    ("open", "verifying"),
    ("open", "missed"),
    ("open", "lapsed"),
    ("open", "cancelled"),
    ("verifying", "accepted"),
    ("verifying", "open"),
    ("verifying", "in_review"),
    ("in_review", "accepted"),
    ("in_review", "not_accepted"),
    ("accepted", "in_review"),
    ("missed", "in_review"),
    ("missed", "excused"),
}


@pytest.mark.parametrize(("from_", "to"), list(product(State, State)))
def test_a_move_is_allowed_exactly_when_the_design_draws_it(from_: State, to: State) -> None:
    assert may_move(from_, to) is ((from_.value, to.value) in DRAWN)


def test_every_state_is_in_the_table() -> None:
    assert set(MOVES) == set(State)


@pytest.mark.parametrize(
    ("result", "accepts", "unusable", "time_left", "tries_left"),
    list(product(Result, *[[True, False]] * 4)),
)
def test_a_machine_never_decides_against_anyone(
    result: Result, accepts: bool, unusable: bool, time_left: bool, tries_left: bool
) -> None:
    to = after_verification(
        result=result.value,
        accepts=accepts,
        unusable=unusable,
        time_left=time_left,
        tries_left=tries_left,
    )
    assert to in {State.ACCEPTED, State.OPEN, State.IN_REVIEW}
    assert (to is State.ACCEPTED) == (result is Result.MATCH and accepts and not unusable)


@pytest.mark.parametrize(("time_left", "tries_left"), list(product([True, False], repeat=2)))
def test_an_unusable_photo_asks_again_only_while_there_is_time_and_a_try(
    time_left: bool, tries_left: bool
) -> None:
    to = after_verification(
        result="no_face", accepts=False, unusable=True, time_left=time_left, tries_left=tries_left
    )
    assert to is (State.OPEN if time_left and tries_left else State.IN_REVIEW)
