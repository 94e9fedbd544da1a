"""Trials with one and more enrolment photos, against counts and distances made by hand."""

import numpy as np
import pytest

from checkins.verification.decision import combine, distance
from checkins.verification.trials import People, split, try_all
from tests.fake_engine import embedding_of


def crowd(*photos: int, noise: float = 0.02) -> People:
    """People with so many photos each; two photos of one are about 2 × `noise` apart."""
    return {
        f"p{number}": {
            f"p{number}/{n}": embedding_of(f"p{number}", noise + n / 1e4) for n in range(many)
        }
        for number, many in enumerate(photos)
    }


def test_each_photo_is_tried_once_and_each_two_people_once() -> None:
    people = crowd(3, 2, 1)
    trials = try_all(people, 1, "x")
    assert (trials.people, len(trials.same)) == (2, 3 + 2)
    assert len(trials.other) == 2 + 1 + 1, "p0 against p1's and p2's photos, p1 against p2's"
    assert trials.same.max() < 0.1 < 0.5 < trials.other.min()


def test_with_more_enrolment_photos_only_those_who_have_them_are_enrolled() -> None:
    trials = try_all(crowd(1, 4, 3, 2), 3, "x")
    assert (trials.people, len(trials.same)) == (1, 4)
    enrolled_four, enrolled_three = 3 + 2 + 1, 2 + 1
    assert len(trials.other) == enrolled_four + enrolled_three


def test_an_average_is_what_the_decision_makes_of_the_same_photos() -> None:
    people = crowd(3)
    photos = list(people["p0"].values())
    by_hand = sorted(
        distance(photos[n], combine([one for m, one in enumerate(photos) if m != n]))
        for n in range(3)
    )
    assert try_all(people, 2, "x").same == pytest.approx(by_hand, abs=1e-6)


def test_the_averaged_reference_lies_nearer() -> None:
    people = crowd(6, 6, 6, noise=0.2)
    one, three = (np.median(try_all(people, n, "x").same) for n in (1, 3))
    assert three < one * 0.8


def test_limits_count_what_lies_at_them() -> None:
    trials = try_all(crowd(3, 3), 1, "x")
    limit = float(trials.same[3])
    assert trials.false_non_matches(limit).wrong == 2
    assert trials.false_matches(limit).wrong == 0
    assert trials.false_matches(2.0).share == 1.0


def test_halves_share_nobody_and_both_have_people_with_many_photos() -> None:
    people = crowd(*[1] * 20, *[5] * 6)
    one, other = split(people, "x")
    assert not set(one) & set(other)
    assert set(one) | set(other) == set(people)
    for half in (one, other):
        assert sum(len(photos) == 5 for photos in half.values()) == 3
    assert split(people, "x") == (one, other), "the same seed, the same halves"
    assert split(people, "y") != (one, other)


def test_nobody_to_compare_with_is_no_failure() -> None:
    trials = try_all(crowd(1), 1, "x")
    assert (trials.people, len(trials.same), len(trials.other)) == (0, 0, 0)
    assert trials.false_matches(0.5).share is None
    assert trials.false_matches(0.5).interval == (0.0, 1.0)
