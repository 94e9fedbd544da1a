"""Hearings: entered and changed by staff, read by whom they concern."""

from datetime import timedelta
from typing import Any

import pytest

from casework.common import clock
from casework.hearings.models import Court, Hearing
from tests.api.conftest import V1, World

pytestmark = pytest.mark.django_db
HEARINGS = f"{V1}hearings/"


@pytest.fixture
def court(db: None) -> Court:
    return Court.objects.create(name="Chicago Immigration Court", timezone="America/Chicago")


def _terms(world: World, court: Court, **kw: Any) -> dict[str, Any]:
    return {
        "participant": str(world.alice_person.public_id),
        "court": str(court.public_id),
        "starts_at": (clock.now() + timedelta(days=30)).isoformat(),
    } | kw


def test_a_hearing_is_entered_read_changed_and_taken_back(world: World, court: Court) -> None:
    link = {"mode": "video", "video_url": "https://court.example.org/7"}
    made = world.officer.post(HEARINGS, _terms(world, court, **link))
    assert made.status_code == 201
    at = f"{HEARINGS}{made.json()['id']}/"
    assert made.json()["court"]["timezone"] == "America/Chicago"
    assert world.alice.get(at).json() == made.json()
    refused = world.officer.patch(at, {"mode": "in_person"})
    assert refused.json()["errors"][0]["field"] == "video_url"
    changed = world.officer.patch(at, {"mode": "in_person", "video_url": "", "room": "12"})
    assert (changed.json()["room"], changed.json()["cancelled_at"]) == ("12", None)
    assert changed.json()["verified_at"] > made.json()["verified_at"]
    gone = world.officer.patch(at, {"cancelled": True}).json()
    assert gone["cancelled_at"]
    assert (
        world.officer.patch(at, {"cancelled": True}).json()["cancelled_at"] == gone["cancelled_at"]
    )
    assert world.alice.get(f"{HEARINGS}?to_come=true").json()["count"] == 0
    assert world.officer.patch(at, {"cancelled": False}).json()["cancelled_at"] is None


def test_lists_are_filtered(world: World, court: Court) -> None:
    past = (clock.now() - timedelta(days=1)).isoformat()
    for terms in ({}, {"starts_at": past}, {"participant": str(world.bob_person.public_id)}):
        assert world.officer.post(HEARINGS, _terms(world, court, **terms)).status_code == 201

    def count(query: str) -> int:
        return int(world.officer.get(f"{HEARINGS}?{query}").json()["count"])

    assert (count(""), count("to_come=1")) == (3, 2)
    assert count(f"participant={world.bob_person.public_id}") == 1
    assert world.alice.get(HEARINGS).json()["count"] == 2


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("participant", "11111111-1111-4111-8111-111111111111", 404),
        ("participant", "Alice", 400),
        ("court", "nowhere", 400),
        ("kind", "party", 400),
        ("starts_at", "soon", 400),
        ("video_url", "javascript:alert(1)", 400),
        ("video_url", "https://court.example.org/7", 400),
    ],
)
def test_what_does_not_fit_is_refused(
    world: World, court: Court, field: str, value: str, status: int
) -> None:
    refused = world.officer.post(HEARINGS, _terms(world, court) | {field: value})
    assert refused.status_code == status
    assert not Hearing.objects.exists()
    if status == 400:
        assert refused.json()["errors"][0]["field"] == field


def test_a_strangers_participant_gets_no_hearing(world: World, court: Court) -> None:
    assert world.colleague.post(HEARINGS, _terms(world, court)).status_code == 404


def test_courts_are_listed(world: World, court: Court) -> None:
    (only,) = world.officer.get(f"{V1}courts/").json()["results"]
    assert (only["id"], only["name"]) == (str(court.public_id), court.name)
