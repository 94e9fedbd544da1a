"""Plans: read, replaced and changed, and what makes no sense refused by name."""

from typing import Any

import pytest

from tests.api.conftest import World

pytestmark = pytest.mark.django_db
WITHOUT_LIVENESS = {"liveness": "none", "liveness_reason": "a tremor"}


def test_a_plan_is_read_replaced_and_changed(world: World) -> None:
    at = f"{world.alice_at}plan/"
    assert world.officer.get(at).json()["window_minutes"] == 120
    put = world.officer.put(at, {"rate_per_week": 3, "window_minutes": 60, "from_hour": "09:00"})
    assert put.status_code == 200
    assert put.json()["from_hour"] == "09:00:00"
    patched = world.officer.patch(at, {"method": "choice", "day_hours": {"6": None}}).json()
    assert (patched["method"], patched["window_minutes"], patched["rate_per_week"]) == (
        "choice", 60, "3.00",
    )  # fmt: skip
    again = world.officer.put(at, {"rate_per_week": 3}).json()
    assert (again["method"], again["window_minutes"], again["day_hours"]) == ("selfie", 120, {})


def test_only_a_supervisor_lets_one_photo_be_enough_and_says_why(world: World) -> None:
    at = f"{world.alice_at}plan/"
    assert world.officer.patch(at, WITHOUT_LIVENESS).status_code == 403
    unexplained = world.supervisor.patch(at, {"liveness": "none"})
    assert unexplained.json()["errors"][0]["field"] == "liveness_reason"
    assert world.supervisor.patch(at, WITHOUT_LIVENESS).json()["liveness"] == "none"
    assert world.officer.patch(at, {"window_minutes": 45}).json()["liveness"] == "none"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate_per_week", 22), ("rate_per_week", -1), ("rate_per_week", "many"),
        ("window_minutes", 14), ("window_minutes", 10**12), ("method", "pigeon"),
        ("liveness", "maybe"), ("from_hour", "25:00"), ("until_hour", "07:00"),
        ("day_hours", {"9": None}),
        ("day_hours", [1]), ("day_hours", {"1": ["0" * 5000 + ":00", "10:00"]}),
        ("exclusions", {"a": 1}), ("exclusions", [{"days": [0], "from": [], "until": {}}]),
        ("questions", ["shoe size"]), ("questions", "all"), ("questions", ["work", "work"]),
        ("gap_minutes", -5), ("silence_days", 1), ("starts_on", "tomorrow"),
    ],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused_naming_the_field(
    world: World, field: str, value: Any
) -> None:
    refused = world.officer.patch(f"{world.alice_at}plan/", {field: value})
    assert refused.status_code == 400, refused.json()
    assert refused.json()["errors"][0]["field"].split(".")[0] == field


def test_every_mistake_is_named_in_one_answer(world: World) -> None:
    wrong = {"until_hour": "07:00", "silence_days": 1, "location": True}
    refused = world.officer.put(f"{world.alice_at}plan/", wrong)
    assert refused.status_code == 400
    assert {error["field"] for error in refused.json()["errors"]} == set(wrong)


def test_a_location_needs_a_supervisor_and_a_reason(world: World) -> None:
    at = f"{world.alice_at}plan/"
    ordered = {"location": True, "location_reason": "Ordered by the court."}
    assert world.officer.get(at).json()["location"] is False
    assert world.officer.patch(at, ordered).status_code == 403
    unexplained = world.supervisor.patch(at, {"location": True})
    assert unexplained.json()["errors"][0]["field"] == "location_reason"
    assert world.supervisor.patch(at, ordered).json()["location"] is True
    assert world.officer.patch(at, {"window_minutes": 45}).json()["location"] is True
    off = world.officer.patch(at, {"location": False}).json()
    assert (off["location"], off["location_reason"]) == (False, "")


def test_the_questions_are_chosen_in_the_plan(world: World) -> None:
    at = f"{world.alice_at}plan/"
    assert "call_back" in world.officer.get(at).json()["questions"]
    assert world.officer.patch(at, {"questions": ["address"]}).json()["questions"] == ["address"]
    assert world.officer.patch(at, {"questions": []}).json()["questions"] == []


def test_only_a_supervisor_lets_the_pin_alone_be_enough_and_says_why(world: World) -> None:
    at = f"{world.alice_at}plan/pin-alone/"
    allowed = {"alone": True, "reason": "Cannot speak."}
    assert world.officer.get(at).json() == {"alone": False, "reason": ""}
    assert world.officer.put(at, allowed).status_code == 403
    unexplained = world.supervisor.put(at, {"alone": True})
    assert unexplained.status_code == 400
    assert unexplained.json()["errors"][0]["field"] == "reason"
    assert world.supervisor.put(at, allowed).json() == allowed
    assert world.officer.put(f"{world.alice_at}plan/", {"rate_per_week": 3}).status_code == 200
    assert world.officer.get(at).json() == allowed, "a new plan leaves it as it is"
    assert world.supervisor.put(at, {"alone": False}).json() == {"alone": False, "reason": ""}
