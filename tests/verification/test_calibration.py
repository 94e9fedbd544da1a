"""Choosing limits: the target is kept, a ceiling holds, too little evidence loosens nothing."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from checkins.verification import calibration as rules
from checkins.verification.calibration import Calibration, Limits, Measured, TooLoose
from checkins.verification.decision import STARTING_THRESHOLDS, Embedding, Thresholds
from checkins.verification.trials import People, try_all


def near(towards: Embedding, apart: float, chance: np.random.Generator) -> Embedding:
    """A unit vector at exactly that cosine distance."""
    away = chance.standard_normal(towards.size)
    away -= (away @ towards) * towards
    away /= np.linalg.norm(away)
    cosine = 1 - apart
    return np.asarray(cosine * towards + np.sqrt(1 - cosine**2) * away, np.float32)


def alike(people: int, photos: int, *, strangers: float, own: float, seed: int = 1) -> People:
    """A crowd around one face: strangers' photos lie `strangers` apart at the least, about."""
    chance = np.random.default_rng(seed)
    middle = chance.standard_normal(128)
    middle = np.asarray(middle / np.linalg.norm(middle), np.float32)
    crowd = {}
    for number in range(people):
        face = near(middle, strangers * chance.uniform(0.5, 1.5), chance)
        face = face / np.linalg.norm(face)
        crowd[f"p{number}"] = {
            f"p{number}/{n}": near(face, own * chance.uniform(0, 1), chance) for n in range(photos)
        }
    return crowd


def test_the_limit_gives_the_target_where_it_was_chosen_and_one_step_more_does_not() -> None:
    people = alike(80, 4, strangers=0.045, own=0.02)
    limits = rules.choose("dlib", people, 0.001, "x")
    one, three = try_all(people, 1, "x"), try_all(people, 3, "x")
    assert len(one.other) * 0.001 > 3
    for trials, limit in ((one, limits.single), (three, limits.averaged)):
        assert trials.false_matches(limit).share <= 0.001
        assert trials.false_matches(limit + 0.0002).share > 0.001
    assert limits.single < rules.CEILINGS["dlib"].single


def test_strangers_far_apart_do_not_lift_a_limit_past_its_ceiling() -> None:
    people = alike(80, 4, strangers=0.4, own=0.02)
    limits = rules.choose("dlib", people, 0.001, "x")
    assert (limits.single, limits.averaged) == (0.074, 0.065)
    assert sum("held at the ceiling" in note for note in limits.notes) == 2


def test_too_few_comparisons_make_a_limit_stricter_but_never_looser() -> None:
    far = rules.choose("sface", alike(10, 4, strangers=0.9, own=0.2), 0.001, "x")
    assert far.single == STARTING_THRESHOLDS["sface"].match_at_single
    assert far.averaged == STARTING_THRESHOLDS["sface"].match_at_averaged
    assert any("are needed to loosen" in note for note in far.notes)
    close = rules.choose("sface", alike(10, 4, strangers=0.1, own=0.02), 0.001, "x")
    assert close.single < 0.3


def test_the_review_limit_holds_nearly_everybodys_own_photos_and_few_strangers() -> None:
    people = alike(80, 4, strangers=0.08, own=0.03)
    limits = rules.choose("dlib", people, 0.001, "x")
    one = try_all(people, 1, "x")
    assert limits.review_to >= limits.single
    own = one.false_non_matches(limits.review_to).share
    assert own <= 0.01 or one.false_matches(limits.review_to).share == pytest.approx(0.02, abs=0.01)


def test_too_few_photos_of_one_person_leave_the_review_limit_as_it_was() -> None:
    limits = rules.choose("dlib", alike(20, 3, strangers=0.1, own=0.02), 0.001, "x")
    assert limits.review_to == STARTING_THRESHOLDS["dlib"].review_to


@pytest.mark.parametrize("target", [0.0, -0.1, 0.0011, 0.5, 1.0])
def test_no_looser_target_than_one_in_a_thousand(target: float) -> None:
    with pytest.raises(ValueError, match="target"):
        rules.choose("dlib", alike(10, 4, strangers=0.1, own=0.02), target, "x")


def test_one_photo_of_each_is_nothing_to_choose_with() -> None:
    with pytest.raises(ValueError, match="several of some"):
        rules.choose("dlib", alike(10, 1, strangers=0.1, own=0.02), 0.001, "x")


def test_the_report_is_about_other_people_than_the_choice() -> None:
    to_choose, to_report = rules.halves(alike(40, 4, strangers=0.1, own=0.02), "x")
    assert not set(to_choose) & set(to_report)
    figures = rules.report(to_report, Limits(0.07, 0.06, 0.09, ()), "x")
    assert [(one.references, one.limit) for one in figures] == [(1, 0.07), (2, 0.06), (3, 0.06)]
    assert {one.people for one in figures} == {20}
    assert [one.false_non_matches.of for one in figures] == [80, 80, 80]


def test_figures_survive_being_written_down() -> None:
    figures = rules.report(alike(12, 4, strangers=0.1, own=0.02), Limits(0.07, 0.06, 0.09, ()), "x")
    facts = rules.as_facts(figures)
    assert rules.from_facts(facts) == figures
    low, high = facts[0]["fmr"]["low"], facts[0]["fmr"]["high"]
    assert low <= facts[0]["fmr"]["share"] <= high


def made(**changes: Any) -> Calibration:
    facts: dict[str, Any] = {
        "weights_name": "dlib",
        "weights_version": "fake.1",
        "match_at_single": 0.07,
        "match_at_averaged": 0.06,
        "review_to": 0.09,
        "target_fmr": 0.001,
        "measured": Measured("made up", "0" * 64, 10, 8, 1, "x"),
        "figures": (),
        "beside": (),
        "beside_version": "lfw-start-1",
        "notes": (),
        "made_at": datetime(2026, 11, 24, tzinfo=UTC),
        "made_by": "Ada",
    }
    return Calibration(**facts | changes)


def test_the_decision_gets_the_limits_with_their_version() -> None:
    limits = made().thresholds("dlib-3", "an id")
    assert limits == Thresholds("dlib", 0.07, 0.06, 0.09, "dlib-3", "an id")
    assert limits.match_at(1) == 0.07
    assert made().measured.failure_to_acquire.share == pytest.approx(1 / 8)


@pytest.mark.parametrize(
    ("weights", "single", "averaged"),
    [("dlib", 0.0741, 0.06), ("dlib", 0.07, 0.0651), ("sface", 0.642, 0.6), ("sface", 0.64, 0.621),
     ("another", 0.01, 0.01)],
)  # fmt: skip
def test_nothing_past_the_ceiling_reaches_the_decision(
    weights: str, single: float, averaged: float
) -> None:
    loose = made(
        weights_name=weights, match_at_single=single, match_at_averaged=averaged, review_to=0.8
    )
    with pytest.raises(TooLoose):
        loose.thresholds("v", "id")


def test_the_shipped_limits_are_under_their_ceilings() -> None:
    for limits in STARTING_THRESHOLDS.values():
        rules.refuse_loose(limits)
