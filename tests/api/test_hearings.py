"""Hearings: entered and changed by staff, read by whom they concern."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.audit.models import Entry
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


def _csv(world: World, court: Court) -> SimpleUploadedFile:
    rows = ["a_number,court,kind,starts"]
    rows += [f"{world.alice_person.a_number},{court.name},master,2030-01-02 09:00"]
    rows += [f"{world.alice_person.a_number},{court.name},party,2030-01-02 09:00"]
    return SimpleUploadedFile("hearings.csv", "\n".join(rows).encode(), "text/csv")


def test_a_file_is_tried_imported_and_changes_nothing_the_second_time(
    world: World, court: Court
) -> None:
    at = f"{HEARINGS}import/"
    answers = []
    for dry_run in ("true", "false", "false"):
        sent = {"file": _csv(world, court), "dry_run": dry_run}
        answers.append(world.officer.post(at, sent, format="multipart").json())
        assert Hearing.objects.count() == len(answers[1:2])
    assert [answer["state"] for answer in answers] == ["checked", "done", "done"]
    assert [answer["counts"]["new"] for answer in answers] == [1, 1, 0]
    assert answers[2]["counts"]["same"] == 1
    bad = answers[1]["bad_rows"]
    assert (bad[0]["line"], bad[0]["column"]) == (3, "kind")
    again = world.officer.get(f"{at}{answers[1]['id']}/").json()
    assert again == answers[1]
    assert world.alice.get(HEARINGS).json()["results"][0]["source"] == "import"


def test_a_file_of_a_strangers_people_is_all_unknown(world: World, court: Court) -> None:
    sent = {"file": _csv(world, court)}
    answer = world.foreign_supervisor.post(f"{HEARINGS}import/", sent, format="multipart").json()
    assert answer["counts"]["new"] == 0
    assert answer["bad_rows"][0]["message"] == "Unknown A-number."
    assert not Hearing.objects.exists()


def test_what_is_no_table_is_a_problem_of_the_field(world: World) -> None:
    sent = {"file": SimpleUploadedFile("h.csv", b"a,b\n1,2\n")}
    refused = world.officer.post(f"{HEARINGS}import/", sent, format="multipart")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "file"


def test_what_came_of_a_hearing_is_recorded_afterwards(world: World, court: Court) -> None:
    past = (clock.now() - timedelta(days=1)).isoformat()
    made = world.officer.post(HEARINGS, _terms(world, court, starts_at=past)).json()
    at = f"{HEARINGS}{made['id']}/"
    assert (made["attendance"], made["source"]) == ("", "api")
    said = {"attendance": "late", "outcome": "continued", "adjournment": "01"}
    saved = world.officer.patch(at, said | {"room": "4"}).json()
    assert {name: saved[name] for name in said} == said
    assert saved["attendance_at"]
    wrong = world.officer.patch(at, {"adjournment": "ZZ", "room": "5"})
    assert wrong.json()["errors"][0]["field"] == "adjournment"
    assert world.alice.get(at).json()["room"] == "4", "both or none"
    assert world.alice.patch(at, {"attendance": "attended"}).status_code == 403


def test_a_change_is_said_to_be_seen_once_and_staff_see_when(world: World, court: Court) -> None:
    made = world.officer.post(HEARINGS, _terms(world, court)).json()
    (first,) = world.alice.get(f"{HEARINGS}changes/").json()["results"]
    assert (first["hearing"], first["kind"], first["seen_at"]) == (made["id"], "entered", None)
    at = f"{HEARINGS}changes/{first['id']}/seen/"
    seen = world.alice.post(at)
    assert seen.status_code == 200
    assert seen.json()["seen_at"]
    assert world.alice.post(at).json() == seen.json(), "a second time changes nothing"
    (of_staff,) = world.officer.get(f"{HEARINGS}changes/").json()["results"]
    assert of_staff == seen.json()
    acts = Entry.objects.filter(verb="acknowledged a hearing")
    assert [act.actor_kind for act in acts] == ["participant"]


def test_what_has_changed_again_is_not_seen_by_its_old_notice(world: World, court: Court) -> None:
    made = world.officer.post(HEARINGS, _terms(world, court)).json()
    (old,) = world.alice.get(f"{HEARINGS}changes/").json()["results"]
    later = (clock.now() + timedelta(days=40)).isoformat()
    moved = world.officer.patch(f"{HEARINGS}{made['id']}/", {"starts_at": later})
    assert moved.status_code == 200
    refused = world.alice.post(f"{HEARINGS}changes/{old['id']}/seen/")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    (new,) = world.alice.get(f"{HEARINGS}changes/").json()["results"]
    assert (new["kind"], new["seen_at"]) == ("moved", None)


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00Z",
        "1989-12-31T12:00:00Z",
        "2100-01-01T12:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_date_that_no_calendar_shows_is_not_taken(world: World, court: Court, at: str) -> None:
    refused = world.officer.post(HEARINGS, _terms(world, court, starts_at=at))
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "starts_at"
    made = world.officer.post(HEARINGS, _terms(world, court)).json()
    moved = world.officer.patch(f"{HEARINGS}{made['id']}/", {"starts_at": at})
    assert moved.status_code == 400
    assert Hearing.objects.get().starts_at.year < 2100
    assert world.officer.patch(f"{HEARINGS}{made['id']}/", {"room": "2"}).status_code == 200
