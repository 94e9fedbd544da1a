"""The head-turn challenge: which turns are asked for, and what shows that they were made."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from checkins.verification.codes import Liveness, Reason
from checkins.verification.engine import Engine, Glance
from checkins.verification.liveness import (
    FRAMES,
    LONGEST_MS,
    TURN_LIMITS,
    Shown,
    Turn,
    draw_turns,
    in_time,
    judge,
)
from tests.fake_engine import embedding_of
from tests.verification.heads import flat, portrait_of, turned
from tests.verification.portraits import encoded

ALICE = embedding_of("alice")
LIMITS = TURN_LIMITS["sface"]
ASKED = (Turn.LEFT, Turn.RIGHT, Turn.AHEAD, Turn.RIGHT)
TIMES = [1000, 2000, 3000, 4000]


def glance(turn: float, who: str = "alice", roll: float = 0.0) -> Glance:
    return Glance(turn, roll, embedding_of(who, noise=0.1))


def judged(*turns: float, at_ms: list[int] = TIMES, photo: float = 0.0) -> Shown:
    frames = [glance(turn) for turn in turns]
    return judge(ASKED, Glance(photo, 0, ALICE), frames, at_ms, LIMITS)


# --- which turns ---------------------------------------------------------------------------------


def test_all_fourteen_sequences_are_drawn_and_none_much_more_often() -> None:
    numbers = np.random.default_rng(7)
    drawn = Counter(draw_turns(lambda below: int(numbers.integers(below))) for _ in range(2800))
    assert len(drawn) == 14
    for turns in drawn:
        assert len(turns) == FRAMES
        assert {Turn.LEFT, Turn.RIGHT} <= set(turns)
        assert turns[0] is not Turn.AHEAD
        assert all(one is not other for one, other in pairwise(turns))
    assert all(140 < many < 260 for many in drawn.values())


# --- what shows them -----------------------------------------------------------------------------


def test_the_turns_asked_for_pass() -> None:
    assert judged(0.4, -0.4, 0.05, -0.3).liveness is Liveness.PASSED
    assert judged(0.30, -0.2, 0.1, -0.2, photo=0.1).liveness is Liveness.NOT_SHOWN
    assert judged(0.45, -0.2, 0.1, -0.2, photo=0.1).liveness is Liveness.PASSED


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ((-0.4, 0.4, 0.0, 0.4), Reason.TURNED_OTHER_WAY),
        ((0.4, 0.4, 0.0, -0.4), Reason.TURNED_OTHER_WAY),
        ((0.22, -0.4, 0.0, -0.4), Reason.TURN_TOO_SMALL),
        ((0.4, 0.0, 0.0, -0.4), Reason.TURN_TOO_SMALL),
        ((0.4, -0.4, 0.3, -0.4), Reason.TURNED_AWAY),
    ],
)
def test_other_turns_are_asked_for_once_more(turns: tuple[float, ...], reason: Reason) -> None:
    shown = judged(*turns)
    assert (shown.liveness, shown.reasons, shown.again) == (Liveness.NOT_SHOWN, (reason,), True)


def test_a_head_that_never_turns_fails_as_a_print_would() -> None:
    shown = judged(0.13, -0.13, 0.0, -0.1)
    assert (shown.liveness, shown.again) == (Liveness.FAILED, False)
    assert shown.reasons == (Reason.HEAD_NOT_TURNED,)


def test_somebody_else_in_one_frame_fails() -> None:
    frames = [glance(0.4), glance(-0.4), glance(0.0, who="mallory"), glance(-0.4)]
    shown = judge(ASKED, Glance(0, 0, ALICE), frames, TIMES, LIMITS)
    assert (shown.liveness, shown.reasons) == (Liveness.FAILED, (Reason.ANOTHER_FACE,))
    assert [frame.distance is not None for frame in shown.frames] == [True] * 4


@pytest.mark.parametrize(
    "odd",
    [
        Glance(reason=Reason.NO_FACE),
        Glance(0.4, 0.0, None, Reason.TOO_DARK),
        Glance(0.4, 26.0, ALICE),
    ],
)
def test_a_frame_that_cannot_be_used_is_asked_for_again(odd: Glance) -> None:
    frames = [odd, glance(-0.4), glance(0.0), glance(-0.4)]
    shown = judge(ASKED, Glance(0, 0, ALICE), frames, TIMES, LIMITS)
    assert (shown.liveness, shown.reasons, shown.again) == (
        Liveness.NOT_SHOWN, (Reason.FACE_LOST,), True,
    )  # fmt: skip
    few = judge(ASKED, Glance(0, 0, ALICE), frames[1:], TIMES[1:], LIMITS)
    assert few.reasons == (Reason.FACE_LOST,)


def test_the_photo_itself_must_look_ahead() -> None:
    assert judged(0.6, -0.2, 0.25, -0.2, photo=0.25).reasons == (Reason.TURNED_AWAY,)


def test_frames_follow_one_another_as_a_head_can() -> None:
    assert in_time(TIMES)
    assert in_time([])
    for times in ([0, 1000], [1000, 1000], [2000, 1000], [1000, LONGEST_MS + 1]):
        assert not in_time(times)
    slow = judged(0.4, -0.4, 0.0, -0.4, at_ms=[1000, 2000, 3000, LONGEST_MS + 1])
    assert (slow.reasons, slow.again) == ((Reason.TURNS_TOO_SLOW,), True)


# --- with faces ----------------------------------------------------------------------------------

# A solid head made from a flat portrait shows the detectors less of a turn than a real one does;
# the portraits and angles are those that both sides of both can show.
HEADS = {"dlib": ("hopper", 35), "sface": ("astronaut", 40)}


def _filmed(engine: Engine, who: str, degrees: list[int], act) -> Shown:
    analysis = engine.analyse(encoded(act(portrait_of(who), 0)))
    assert analysis.embedding is not None, analysis.reasons
    photo = Glance(analysis.measures["turn"], analysis.measures["roll"], analysis.embedding)
    frames = [engine.glance(encoded(act(portrait_of(who), angle))) for angle in degrees]
    limits = TURN_LIMITS[engine.weights_name]
    return judge((Turn.LEFT, Turn.RIGHT, Turn.AHEAD), photo, frames, TIMES[:3], limits)


@pytest.mark.engine
def test_a_head_that_turns_as_asked_passes(engine: Engine) -> None:
    who, angle = HEADS[engine.weights_name]
    shown = _filmed(engine, who, [angle, -angle, 0], turned)
    assert shown.liveness is Liveness.PASSED, shown


@pytest.mark.engine
def test_a_head_that_turns_the_other_way_does_not(engine: Engine) -> None:
    who, angle = HEADS[engine.weights_name]
    assert _filmed(engine, who, [-angle, angle, 0], turned).liveness is Liveness.NOT_SHOWN


@pytest.mark.engine
@pytest.mark.parametrize("who", ["astronaut", "hopper"])
@pytest.mark.parametrize("angle", [20, 45])
def test_a_print_turned_before_the_camera_fails(engine: Engine, who: str, angle: int) -> None:
    shown = _filmed(engine, who, [angle, -angle, 0], flat)
    assert shown.liveness is Liveness.FAILED
    assert shown.reasons == (Reason.HEAD_NOT_TURNED,)


@pytest.mark.engine
def test_another_persons_turned_head_fails(engine: Engine) -> None:
    who, angle = HEADS[engine.weights_name]
    other = "astronaut" if who == "hopper" else "hopper"
    photo = engine.analyse(encoded(portrait_of(who).picture))
    frames = [engine.glance(encoded(turned(portrait_of(other), at))) for at in (angle, -angle, 0)]
    shown = judge(
        (Turn.LEFT, Turn.RIGHT, Turn.AHEAD),
        Glance(photo.measures["turn"], 0, photo.embedding),
        frames,
        TIMES[:3],
        TURN_LIMITS[engine.weights_name],
    )
    assert shown.liveness is not Liveness.PASSED
    assert Reason.ANOTHER_FACE in shown.reasons or Reason.FACE_LOST in shown.reasons
