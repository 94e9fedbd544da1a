"""The head-turn challenge: which turns to ask for, and whether the frames show them. Pure.

What it stops is one flat photo held before the camera, however it is moved: the nose of a print
keeps its place between the eyes. What it does not stop is a film of the right person turning the
right way, or a mask; so a plan may ask for it, and a person still looks at whatever is odd.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from checkins.verification.codes import Liveness, Reason
from checkins.verification.decision import distance

if TYPE_CHECKING:
    from checkins.verification.engine import Glance

FRAMES: Final = 4
FRONTAL: Final = 0.20
"""What the photo itself must stay below (`geometry.Pose.turn`): the turns are measured from it."""

MAX_ROLL: Final = 25.0
SHORTEST_STEP_MS: Final = 250
LONGEST_MS: Final = 90_000
"""For all frames, as the phone tells it. What the phone cannot bend is the challenge's expiry."""


class Turn(StrEnum):
    """Where to look, in the person's own directions."""

    AHEAD = "ahead"
    LEFT = "left"
    RIGHT = "right"


_SIGN: Final = {Turn.LEFT: 1, Turn.RIGHT: -1}  # of Pose.turn: own left is the picture's right


@dataclass(frozen=True)
class TurnLimits:
    """For one weight set, since detectors place the nose of a turned head differently.

    In eye distances by which the nose moved from where it is in the photo: `turned` or more is a
    half turn, below `still` there was none. `identity`: cosine distance between a frame and the
    person's own photo of the same moment.
    """

    turned: float
    still: float
    identity: float

    @property
    def ahead(self) -> float:
        """What a frame that looks ahead again stays below."""
        return self.turned * 2 / 3


TURN_LIMITS: Final[Mapping[str, TurnLimits]] = {
    "sface": TurnLimits(turned=0.25, still=0.20, identity=0.65),
    "dlib": TurnLimits(turned=0.18, still=0.15, identity=0.093),
}
"""Measured on 123 portraits made into prints turned by up to 45° and into simple solid heads. Of
the prints 99 % move the nose by less than 0.22 (sface) and 0.15 (dlib); heads turned by 38° move it
by 0.35 and 0.22 in the middle. dlib's landmarks lag behind a turn, and its detector loses a head
turned much further: there more people are asked twice."""


@dataclass(frozen=True)
class FrameFound:
    """One frame as judged: `turn` from the photo's, `distance` to the photo; None if no face."""

    turn: float | None = None
    distance: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True)
class Shown:
    """`again`: nothing speaks against the person, and another go may well show it."""

    liveness: Liveness
    reasons: tuple[Reason, ...] = ()
    again: bool = False
    frames: tuple[FrameFound, ...] = ()


def draw_turns(below: Callable[[int], int], frames: int = FRAMES) -> tuple[Turn, ...]:
    """A sequence in which no direction follows itself and both sides occur (14 for four frames).

    `below(n)` gives a random number from 0 to n - 1.
    """
    while True:
        turns = [Turn.AHEAD]
        for _ in range(frames):
            others = [turn for turn in Turn if turn is not turns[-1]]
            turns.append(others[below(len(others))])
        if Turn.LEFT in turns and Turn.RIGHT in turns:
            return tuple(turns[1:])


def judge(
    asked: Sequence[Turn],
    photo: Glance,
    frames: Sequence[Glance],
    at_ms: Sequence[int],
    limits: TurnLimits,
) -> Shown:
    """Whether the frames show the person of the photo making the turns that were asked for.

    `at_ms` are the frames' times after the photo; empty when the phone told none.
    """
    if not in_time(at_ms):
        return _not_shown(Reason.TURNS_TOO_SLOW)
    if abs(photo.turn) >= FRONTAL or photo.embedding is None:
        return _not_shown(Reason.TURNED_AWAY)
    found = []
    for frame in frames:
        reason = frame.reason or (Reason.TILTED if abs(frame.roll) >= MAX_ROLL else None)
        if frame.embedding is None:
            found.append(FrameFound(reason=reason or Reason.NO_FACE))
        else:
            apart = distance(photo.embedding, frame.embedding)
            found.append(FrameFound(frame.turn - photo.turn, apart, reason))
    if len(found) != len(asked) or any(one.reason for one in found):
        return _not_shown(Reason.FACE_LOST, found)
    return _judge_turns(asked, found, limits)


def _judge_turns(asked: Sequence[Turn], found: Sequence[FrameFound], limits: TurnLimits) -> Shown:
    if any(one.distance is None or one.distance > limits.identity for one in found):
        return Shown(Liveness.FAILED, (Reason.ANOTHER_FACE,), frames=tuple(found))
    moved = [(turn, one.turn or 0.0) for turn, one in zip(asked, found, strict=True)]
    if max(abs(by) for turn, by in moved if turn is not Turn.AHEAD) < limits.still:
        return Shown(Liveness.FAILED, (Reason.HEAD_NOT_TURNED,), frames=tuple(found))
    faults = [fault for turn, by in moved if (fault := _fault(turn, by, limits)) is not None]
    if faults:
        return _not_shown(faults[0], found)
    return Shown(Liveness.PASSED, frames=tuple(found))


def _fault(turn: Turn, by: float, limits: TurnLimits) -> Reason | None:
    if turn is Turn.AHEAD:
        return None if abs(by) < limits.ahead else Reason.TURNED_AWAY
    if by * _SIGN[turn] >= limits.turned:
        return None
    other_way = by * _SIGN[turn] <= -limits.still
    return Reason.TURNED_OTHER_WAY if other_way else Reason.TURN_TOO_SMALL


def in_time(at_ms: Sequence[int]) -> bool:
    """Whether the times rise by a step that a head can make, and end soon enough."""
    steps = [late - early for early, late in zip([0, *at_ms], at_ms, strict=False)]
    return all(step >= SHORTEST_STEP_MS for step in steps) and sum(steps) <= LONGEST_MS


def _not_shown(reason: Reason, found: Sequence[FrameFound] = ()) -> Shown:
    return Shown(Liveness.NOT_SHOWN, (reason,), again=True, frames=tuple(found))
