"""Requests, answers and reviews, with the stand-in engine."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.common import clock
from checkins import lifecycle, refreshing
from checkins.models import Attempt, CheckIn, ReferencePhoto
from checkins.references import prepare_templates
from checkins.verify import verify_attempt
from tests import fake_engine, people
from tests.api.conftest import V1, World, photo
from tests.api.test_plans import WITHOUT_LIVENESS

pytestmark = pytest.mark.django_db
WHY = {"reason": "moved house"}


def _ask(world: World) -> str:
    asked = world.officer.post(f"{world.alice_at}check-ins/", WHY)
    assert asked.status_code == 201, asked.json()
    return f"{V1}check-ins/{asked.json()['id']}/"


def _send(world: World, at: str, **kw: Any) -> Any:
    return world.alice.post(f"{at}attempts/", photo(**kw), format="multipart")


def _verify(answer: Any) -> None:
    verify_attempt(Attempt.objects.get(public_id=answer.json()["id"]).pk, fake_engine.FakeEngine())


def _enrolled(world: World) -> None:
    kept = world.officer.post(
        f"{world.alice_at}reference-photos/", photo(noise=0.001), format="multipart"
    )
    assert (kept.status_code, kept.json()["state"], kept.json()["reasons"]) == (201, "waiting", [])
    assert world.supervisor.patch(f"{world.alice_at}plan/", WITHOUT_LIVENESS).status_code == 200


# --- reference photos ---------------------------------------------------------------------------


def test_reference_photos_are_kept_checked_and_retired(world: World) -> None:
    at = f"{world.alice_at}reference-photos/"
    good = world.officer.post(at, photo(), format="multipart").json()
    blank = world.officer.post(at, photo(result="no_face"), format="multipart").json()
    prepare_templates(world.alice_person, fake_engine.FakeEngine(), now=clock.now())
    shown = {row["id"]: row for row in world.officer.get(at).json()["results"]}
    assert shown[good["id"]]["state"] == "usable"
    assert shown[blank["id"]]["state"] == "refused"
    assert shown[blank["id"]]["reasons"][0]["code"] == "no_face"
    assert world.officer.get(f"{at}{blank['id']}/").json() == shown[blank["id"]]
    assert world.officer.delete(f"{at}{good['id']}/").status_code == 204
    assert ReferencePhoto.objects.get(public_id=good["id"]).retired_at is not None
    assert [row["id"] for row in world.officer.get(at).json()["results"]] == [blank["id"]]


def test_the_same_reference_photo_is_not_taken_twice(world: World) -> None:
    at = f"{world.alice_at}reference-photos/"
    first, again = (world.officer.post(at, photo(), format="multipart") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert ReferencePhoto.objects.count() == 1


def test_an_accepted_photo_joins_the_reference_photos_and_a_supervisor_confirms_it(
    world: World,
) -> None:
    _enrolled(world)
    at = _ask(world)
    _verify(_send(world, at, person="mallory"))
    refused = world.officer.post(
        f"{at}review/", {"verdict": "not_accepted", "reason": "x", "add_to_references": True}
    )
    assert refused.json()["errors"][0]["field"] == "add_to_references"
    done = world.officer.post(f"{at}review/", {"verdict": "accepted", "add_to_references": True})
    assert (done.status_code, done.json()["refresh"]) == (200, "wished")
    assert refreshing.fulfil_wishes(clock.now() + timedelta(minutes=2)) == [world.alice_person.pk]
    prepare_templates(world.alice_person, fake_engine.FakeEngine(), now=clock.now())
    photos = f"{world.alice_at}reference-photos/"
    [enrolled, added] = world.officer.get(photos).json()["results"]
    assert (enrolled["source"], enrolled["check_in"]) == ("enrolment", None)
    assert (added["source"], added["state"]) == ("check_in", "unlike")
    assert added["check_in"] in at
    assert added["added_by"] == world.officer_user.full_name
    confirm = f"{photos}{added['id']}/confirm/"
    assert world.officer.post(confirm, WHY).status_code == 404
    confirmed = world.supervisor.post(confirm, WHY)
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "waiting")
    assert confirmed.json()["confirmed_by"] == world.supervisor_user.full_name
    assert world.officer.delete(f"{photos}{added['id']}/").status_code == 400
    gone = world.officer.delete(f"{photos}{added['id']}/?reason=his+brother")
    assert gone.status_code == 204
    shown = world.officer.get(f"{photos}{added['id']}/").json()
    assert shown["retired_reason"] == "his brother"


@pytest.mark.parametrize("body", [{}, {"photo": "words"}])
def test_what_is_no_file_is_refused(world: World, body: dict[str, str]) -> None:
    at = _ask(world)
    for answer in (
        world.officer.post(f"{world.alice_at}reference-photos/", body, format="multipart"),
        world.alice.post(f"{at}attempts/", body, format="multipart"),
        world.alice.post(f"{at}attempts/", body),
    ):
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "photo"


# --- asking -------------------------------------------------------------------------------------


def test_a_request_says_why_and_is_one_at_a_time_and_three_a_day(world: World) -> None:
    at = f"{world.alice_at}check-ins/"
    assert world.officer.post(at, {}).status_code == 400
    assert world.officer.post(at, {"reason": "  "}).json()["errors"][0]["field"] == "reason"
    first = world.officer.post(at, WHY).json()
    assert (first["state"], first["origin"], first["reason"]) == (
        "open", "officer_requested", "moved house",
    )  # fmt: skip
    second = world.officer.post(at, WHY)
    assert (second.status_code, second.json()["code"]) == (409, "already_open")
    for _ in range(3):
        CheckIn.objects.update(state="accepted", decided_at=clock.now())
        last = world.officer.post(at, WHY)
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 3600


def test_the_participant_sees_the_request_but_not_the_officers_notes(world: World) -> None:
    at = _ask(world)
    seen = world.alice.get(at).json()
    assert seen["state"] == "open"
    assert not {"reason", "events"} & set(seen)
    assert seen["delivered_at"]
    assert world.alice.get(f"{V1}check-ins/").json()["results"][0] == seen
    staff = world.officer.get(at).json()
    assert staff["reason"] == "moved house"
    assert staff["events"][0]["to_state"] == "open"


def test_staff_who_look_deliver_nothing(world: World) -> None:
    assert world.officer.get(_ask(world)).json()["delivered_at"] is None


def test_the_list_is_filtered(world: World) -> None:
    _ask(world)
    people.open_check_in(world.bob_person, world.officer_user)

    def count(query: str) -> int:
        return int(world.officer.get(f"{V1}check-ins/?{query}").json()["count"])

    assert (count(""), count("state=open"), count("state=missed")) == (2, 2, 0)
    assert count(f"participant={world.alice_person.public_id}") == 1
    assert count(f"participant={world.alice_person.public_id}&state=accepted") == 0
    mine = world.alice.get(f"{V1}check-ins/?participant={world.bob_person.public_id}").json()
    assert mine["count"] == 0


def test_lists_take_a_fixed_number_of_queries(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert world.officer.get(f"{V1}check-ins/").status_code == 200
        return len(made)

    _send(world, _ask(world))
    few = queries()
    for _ in range(5):
        other = people.participant(world.officer_user)
        check_in = people.open_check_in(other, world.officer_user)
        new = lifecycle.NewAttempt(fake_engine.picture("x"), ".jpg")
        lifecycle.receive_attempt(check_in, new, now=clock.now())
    assert queries() == few <= 8


# --- answering ----------------------------------------------------------------------------------


def test_a_match_is_accepted(world: World) -> None:
    _enrolled(world)
    at = _ask(world)
    sent = _send(world, at, noise=0.01)
    assert sent.status_code == 202
    assert sent["Location"] == at
    body = sent.json()
    assert (body["number"], body["result"], body["reasons"], body["state"]) == (
        1, None, [], "verifying",
    )  # fmt: skip
    waiting = _send(world, at)
    assert waiting.status_code == 409
    _verify(sent)
    seen = world.alice.get(at).json()
    assert (seen["state"], seen["attempts"][0]["result"]) == ("accepted", "match")
    assert not {"similarity", "distance", "thresholds"} & set(seen["attempts"][0])
    staff = world.officer.get(at).json()["attempts"][0]
    assert staff["similarity"] > 0
    assert staff["thresholds"]
    assert staff["weights"] == "dlib"
    assert world.officer.get(f"{at}attempts/").json()["results"] == [staff]
    assert world.alice.get(f"{at}attempts/").json()["results"] == seen["attempts"]
    assert _send(world, at).status_code == 409


def test_an_unusable_photo_leaves_it_open_and_says_what_to_do_in_their_language(
    world: World,
) -> None:
    _enrolled(world)
    at = _ask(world)
    _verify(_send(world, at, result="poor_photo:too_dark"))
    seen = world.alice.get(at).json()
    assert seen["state"] == "open"
    (reason,) = seen["attempts"][0]["reasons"]
    assert reason["code"] == "too_dark"
    assert reason["text"].startswith("La foto está demasiado oscura.")
    assert _send(world, at).json()["number"] == 2


def test_what_comes_with_a_photo(world: World) -> None:
    at = _ask(world)
    more = {
        "captured_at": "2026-11-23T07:00:00-05:00",
        "frames": [photo(person=str(n))["photo"] for n in range(3)],
        "latitude": "38.9",
    }
    sent = world.alice.post(f"{at}attempts/", photo() | more, format="multipart")
    assert sent.status_code == 202
    assert sent.json()["captured_at"] == "2026-11-23T12:00:00Z"


def test_too_many_frames_or_a_strange_time_are_refused(world: World) -> None:
    at = f"{_ask(world)}attempts/"
    frames = {"frames": [photo(person=str(n))["photo"] for n in range(6)]}
    many = world.alice.post(at, photo() | frames, format="multipart")
    assert many.json()["errors"][0]["field"] == "frames"
    for when in ("yesterday", "9999-12-31T23:59:59-14:00"):
        strange = world.alice.post(at, photo() | {"captured_at": when}, format="multipart")
        assert strange.json()["errors"][0]["field"] == "captured_at"
    assert not Attempt.objects.exists()


def test_turns_are_asked_for_and_their_frames_accept(world: World) -> None:
    _enrolled(world)
    at = _ask(world)
    CheckIn.objects.update(liveness="challenge")
    asked = world.alice.post(f"{at}challenge/").json()
    turns = {"left": 0.4, "right": -0.4, "ahead": 0.0}
    frames = [
        photo(fake_engine.picture("alice", turn=turns[turn]), f"{n}.jpg")["photo"]
        for n, turn in enumerate(asked["turns"])
    ]
    more = {"frames": frames, "challenge": asked["id"], "frame_times_ms": [900, 1800, 2700, 3600]}
    sent = world.alice.post(f"{at}attempts/", photo() | more, format="multipart")
    assert sent.status_code == 202, sent.json()
    _verify(sent)
    assert world.alice.get(at).json()["state"] == "accepted"
    assert world.officer.get(at).json()["attempts"][0]["liveness"] == "passed"


def test_a_frame_has_a_limit_like_a_photo(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkins.submissions.MAX_FRAME_BYTES", 100)
    at = f"{_ask(world)}attempts/"
    large = world.alice.post(at, photo() | {"frames": [photo()["photo"]]}, format="multipart")
    assert (large.status_code, large.json()["reason"]["code"]) == (413, "file_too_large")


# --- settling -----------------------------------------------------------------------------------


def test_an_officer_settles_what_the_machine_could_not(world: World) -> None:
    _enrolled(world)
    at = _ask(world)
    assert world.officer.get(f"{at}review/").status_code == 404
    assert world.officer.post(f"{at}review/", {"verdict": "accepted"}).status_code == 409
    _verify(_send(world, at, person="somebody else"))
    review = world.officer.get(f"{at}review/").json()
    assert (review["verdict"], review["decided_by"]) == ("", None)
    assert world.officer.get(at).json()["attempts"][0]["reasons"][0]["code"] == "does_not_match"
    no_reason = world.officer.post(f"{at}review/", {"verdict": "not_accepted"})
    assert no_reason.json()["errors"][0]["field"] == "reason"
    assert world.officer.post(f"{at}review/", {"verdict": "perhaps"}).status_code == 400
    decided = world.officer.post(f"{at}review/", {"verdict": "accepted"})
    assert decided.status_code == 200
    assert decided.json()["decided_by"] == world.officer_user.full_name
    assert world.alice.get(at).json()["state"] == "accepted"
    late = world.supervisor.post(f"{at}review/", {"verdict": "not_accepted"} | WHY)
    assert late.status_code == 409


def test_one_officer_alone_does_not_refuse_anything(world: World) -> None:
    _enrolled(world)
    at = _ask(world)
    _verify(_send(world, at, person="somebody else"))
    refused = {"verdict": "not_accepted"} | WHY
    first = world.officer.post(f"{at}review/", refused).json()
    assert (first["state"], first["verdict"]) == ("in_review", "")
    assert "second reviewer" in first["needs"]
    assert world.alice.get(at).json()["state"] == "in_review"
    assert world.officer.post(f"{at}review/", refused).status_code == 409
    second = world.supervisor.post(f"{at}review/", refused).json()
    assert (second["state"], second["verdict"]) == ("not_accepted", "not_accepted")
    assert (second["proposed_by"], second["needs"]) == (world.officer_user.full_name, "")
    assert world.alice.get(at).json()["state"] == "not_accepted"


def test_a_request_is_withdrawn_for_a_reason(world: World) -> None:
    at = _ask(world)
    assert world.officer.post(f"{at}withdraw/", {"reason": ""}).status_code == 400
    assert world.officer.post(f"{at}withdraw/", WHY).json()["state"] == "cancelled"
    assert world.officer.post(f"{at}withdraw/", WHY).status_code == 409
    assert _send(world, at).status_code == 409


def test_a_missed_one_is_excused_and_a_late_answer_goes_to_review(world: World) -> None:
    then = clock.now() - timedelta(days=1)
    for after in ("late", "excused"):
        check_in = people.open_check_in(world.alice_person, world.officer_user, now=then)
        lifecycle.mark_delivered(check_in, now=then)
        lifecycle.close_overdue(check_in, now=clock.now())
        at = f"{V1}check-ins/{check_in.public_id}/"
        assert world.alice.get(at).json()["state"] == "missed"
        if after == "late":
            sent = _send(world, at).json()
            assert (sent["late"], sent["state"]) == (True, "in_review")
        else:
            assert world.officer.post(f"{at}excuse/", {}).status_code == 400
            assert world.officer.post(f"{at}excuse/", WHY).json()["state"] == "excused"
