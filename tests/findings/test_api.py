"""Findings over the API, each answer held against its schema."""

from datetime import timedelta

import pytest

from casework.common import clock
from casework.findings.models import Finding
from checkins import lifecycle
from tests import people
from tests.api.conftest import V1, World, world  # noqa: F401 - a fixture
from tests.findings.conftest import ANSWER, WHY

pytestmark = pytest.mark.django_db


@pytest.fixture
def missed(world: World) -> str:  # noqa: F811
    now = clock.now()
    start = now - timedelta(days=2)
    check_in = people.open_check_in(world.alice_person, world.officer_user, now=start)
    lifecycle.mark_delivered(check_in, now=start + timedelta(minutes=1))
    lifecycle.close_overdue(check_in, now=now)
    return str(check_in.public_id)


def test_from_the_proposal_to_nothing_left(world: World, missed: str) -> None:  # noqa: F811
    terms = {"about": "check_in", "subject": missed, "kind": "missed", "reason": WHY}
    made = world.officer.post(f"{V1}findings/", terms)
    assert made.status_code == 201
    assert made.json()["state"] == "proposed"
    assert any(line["text"] == "none came" for line in made.json()["evidence"])
    at = f"{V1}findings/{made.json()['id']}/"
    assert world.officer.post(f"{V1}findings/", terms).status_code == 409
    assert world.alice.get(f"{V1}findings/").json()["results"][0]["state"] == "proposed"
    assert world.officer.get(at).json()["state"] == "proposed"
    read = world.alice.get(at).json()
    assert (read["state"], read["reason"]) == ("told", WHY)
    assert read["answer_by"] is not None
    decision = {"decision": "overturned", "reason": "Good paper."}
    early = world.supervisor.post(f"{at}decision/", decision)
    assert early.status_code == 409
    assert world.alice.post(f"{at}answer/", {"answer": ""}).status_code == 400
    assert world.alice.post(f"{at}answer/", {"answer": ANSWER}).json()["state"] == "answered"
    assert world.supervisor.get(at).json()["answer"] == ANSWER
    done = world.supervisor.post(f"{at}decision/", decision)
    assert (done.status_code, done.json()["state"]) == (200, "expunged")
    assert world.supervisor.get(at).status_code == 404
    assert world.supervisor.get(f"{V1}findings/").json()["count"] == 0
    left = world.alice.get(at).json()
    assert (left["state"], left["reason"], left["answer"], left["evidence"]) == (
        "expunged", "", "", [],
    )  # fmt: skip
    assert left["decision_reason"] == "Good paper."


def test_time_is_given_and_a_proposal_taken_back(world: World, missed: str) -> None:  # noqa: F811
    terms = {"about": "check_in", "subject": missed, "kind": "missed", "reason": WHY}
    at = f"{V1}findings/{world.officer.post(f'{V1}findings/', terms).json()['id']}/"
    world.alice.get(at)
    later = (clock.now() + timedelta(days=30)).isoformat()
    given = world.supervisor.post(f"{at}more-time/", {"answer_by": later, "reason": "Ill."})
    assert given.status_code == 200
    assert world.officer.post(f"{at}withdraw/", {"reason": "Mistake."}).status_code == 200
    assert Finding.objects.get().state == "withdrawn"


def test_what_is_unknown_or_wrong_is_said_so(world: World, missed: str) -> None:  # noqa: F811
    terms = {"about": "check_in", "subject": missed, "kind": "missed", "reason": WHY}
    for wrong, status in (
        ({"about": "weather"}, 400),
        ({"subject": str(world.alice_person.public_id)}, 404),
        ({"kind": "late"}, 400),
        ({"reason": " "}, 400),
    ):
        answer = world.officer.post(f"{V1}findings/", terms | wrong)
        assert answer.status_code == status, (wrong, answer.json())
    assert not Finding.objects.exists()
