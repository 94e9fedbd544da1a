"""Reviews over the API: who looks at which, and taking an acceptance back, as on the staff site."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from casework.common import clock
from checkins import lifecycle
from checkins.models import Attempt, Review
from checkins.reviews.rules import CLAIM_LASTS, UNDO_FOR
from checkins.verification.codes import Result
from tests import people
from tests.api.conftest import V1, World
from tests.fake_engine import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(world: World) -> str:
    """A check-in of Alice's in review."""
    return _in_review(world)


def _in_review(world: World, **kw: Any) -> str:
    person = kw.get("person", world.alice_person)
    check_in = people.open_check_in(person, world.officer_user)
    new = lifecycle.NewAttempt(picture("bob"), ".jpg")
    attempt: Attempt = lifecycle.receive_attempt(check_in, new, now=clock.now())
    found = lifecycle.Finding(Result.NO_MATCH, (), distance=0.9)
    lifecycle.record_verification(attempt, found, now=clock.now())
    return f"{V1}check-ins/{check_in.public_id}/review/"


def test_a_claim_is_seen_holds_others_off_and_is_let_go(world: World, at: str) -> None:
    mine = world.officer.post(f"{at}claim/").json()
    assert mine["claimed_by"] == world.officer_user.full_name
    assert mine["claimed_until"] is not None
    assert world.supervisor.get(at).json()["claimed_by"] == world.officer_user.full_name
    for act, body in (("claim/", {}), ("", {"verdict": "accepted"})):
        refused = world.supervisor.post(f"{at}{act}", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "held_by_another")
    assert world.supervisor.post(f"{at}release/").json()["claimed_by"] is not None, "not theirs"
    assert world.officer.post(f"{at}release/").json()["claimed_by"] is None
    assert world.supervisor.post(f"{at}claim/").status_code == 200


def test_a_claim_that_ran_out_is_as_good_as_none(world: World, at: str) -> None:
    world.officer.post(f"{at}claim/")
    with time_machine.travel(clock.now() + CLAIM_LASTS + timedelta(seconds=1), tick=False):
        shown = world.supervisor.get(at).json()
        assert (shown["claimed_by"], shown["claimed_until"]) == (None, None)
        taken = world.supervisor.post(f"{at}claim/").json()
        assert taken["claimed_by"] == world.supervisor_user.full_name


def test_only_a_supervisor_takes_over(world: World, at: str) -> None:
    world.supervisor.post(f"{at}claim/")
    assert world.officer.post(f"{at}claim/", {"take_over": True}).status_code == 403
    world.officer.post(f"{at}release/")
    world.supervisor.post(f"{at}release/")
    world.officer.post(f"{at}claim/")
    taken = world.supervisor.post(f"{at}claim/", {"take_over": True}).json()
    assert taken["claimed_by"] == world.supervisor_user.full_name


def test_claiming_one_lets_go_of_the_other(world: World, at: str) -> None:
    other = _in_review(world, person=people.participant(world.officer_user))
    world.officer.post(f"{at}claim/")
    world.officer.post(f"{other}claim/")
    assert world.supervisor.get(at).json()["claimed_by"] is None


def test_a_proposal_waits_for_a_second_person(world: World, at: str) -> None:
    world.officer.post(at, {"verdict": "not_accepted", "reason": "another person"})
    assert world.officer.post(f"{at}claim/").status_code == 409
    assert Review.objects.get().claimed_by is None
    assert world.supervisor.post(f"{at}claim/").status_code == 200


def test_an_acceptance_is_taken_back_within_its_minute_by_its_reviewer(
    world: World, at: str
) -> None:
    assert world.officer.post(f"{at}undo/").status_code == 409, "nothing was accepted"
    world.officer.post(at, {"verdict": "accepted"})
    assert world.supervisor.post(f"{at}undo/").status_code == 409
    back = world.officer.post(f"{at}undo/").json()
    assert (back["state"], back["verdict"], back["decided_by"]) == ("in_review", "", None)
    assert back["claimed_by"] == world.officer_user.full_name
    world.officer.post(at, {"verdict": "accepted"})
    assert world.officer.post(f"{at}claim/").status_code == 409, "it is decided"
    with time_machine.travel(clock.now() + UNDO_FOR, tick=False):
        assert world.officer.post(f"{at}undo/").status_code == 409
    assert world.officer.get(at).json()["state"] == "accepted"


def test_a_copy_of_an_earlier_photo_is_advice(world: World, at: str) -> None:
    assert world.officer.get(at).json()["advice"] == []
    first = Attempt.objects.get()
    world.officer.post(at, {"verdict": "accepted"})
    again = _in_review(world)
    [advice] = world.officer.get(again).json()["advice"]
    assert advice["code"] == "same_file"
    assert "the very same file as the photo of" in advice["text"]
    assert advice["earlier"]["kind"] == "attempt"
    assert advice["earlier"]["id"] == str(first.public_id)
    assert advice["earlier"]["check_in"] == str(first.check_in.public_id)
    assert advice["more"] == 0
    assert world.officer.post(again, {"verdict": "accepted"}).json()["state"] == "accepted"
