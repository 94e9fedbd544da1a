"""Questions and places over the API."""

import pytest

from checkins.models import Attempt, Told
from checkins.rules import LONGEST_TOLD
from tests import people
from tests.api.conftest import V1, World, photo

pytestmark = pytest.mark.django_db
HERE = {"latitude": "40.712776", "longitude": "-74.005974"}


def opened(world: World) -> str:
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    return f"{V1}check-ins/{check_in.public_id}/"


def test_a_participant_tells_and_an_officer_sees_to_it(world: World) -> None:
    at = opened(world)
    asked = world.alice.get(f"{at}questions/").json()
    assert "address" in asked["asked"]
    assert (asked["answers"], asked["told_at"]) == (None, None)
    told = {"answers": {"address": "12 Elm Street", "call_back": ""}}
    assert world.alice.put(f"{at}questions/", told).json()["answers"] == told["answers"]
    assert world.officer.get(f"{at}questions/").json()["handled_at"] is None
    done = world.officer.post(f"{at}questions/handled/", {"note": "Called."})
    assert done.json()["handled_at"]
    assert world.officer.post(f"{at}questions/handled/", {}).status_code == 409


@pytest.mark.parametrize(
    "answers",
    [{"shoe_size": "44"}, {"address": "x" * (LONGEST_TOLD + 1)}, [], {"address": {"a": 1}}, None],
)
def test_what_is_not_asked_is_refused(world: World, answers: object) -> None:
    refused = world.alice.put(f"{opened(world)}questions/", {"answers": answers})
    assert refused.status_code == 400, refused.json()
    assert not Told.objects.exists()


def test_a_place_nobody_asked_for_is_not_kept(world: World) -> None:
    at = opened(world)
    assert world.alice.get(at).json()["asks_location"] is False
    sent = world.alice.post(f"{at}attempts/", data=photo() | HERE, format="multipart")
    assert sent.status_code == 202
    assert Attempt.objects.get().latitude is None


def test_an_authorised_place_comes_coarse_and_only_staff_read_it(world: World) -> None:
    order = {"location": True, "location_reason": "Ordered by the court."}
    assert world.supervisor.patch(f"{world.alice_at}plan/", order).status_code == 200
    at = opened(world)
    assert world.alice.get(at).json()["asks_location"] is True
    sent = world.alice.post(f"{at}attempts/", data=photo() | HERE, format="multipart")
    assert sent.status_code == 202
    assert "latitude" not in sent.json()
    shown = world.officer.get(f"{at}attempts/").json()["results"][0]
    assert (shown["latitude"], shown["longitude"]) == (40.71, -74.01)
    assert world.alice.get(at).json()["asks_location"] is False
