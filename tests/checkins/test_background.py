"""Verification in the background: nudges may be lost or doubled, workers may die."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle, sweeps
from checkins.models import Attempt, CheckIn, ReferencePhoto, Template, Verification
from checkins.plans import PlanTerms, set_plan
from checkins.references import add_reference_photo, prepare_templates, retire_reference_photo
from checkins.rules import FIRST_NUDGE_AFTER, MOST_TRIES
from checkins.verification.engine import EngineFailed
from checkins.verify import verify_attempt
from tests import people
from tests.fake_engine import FakeEngine, picture

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    person = people.participant(officer)
    terms = PlanTerms(liveness="none", liveness_reason="cannot turn the head")
    set_plan(person, terms, by=people.supervisor(person.office), now=NOON)
    for noise in (0.02, 0.03, 0.04):
        add_reference_photo(person, picture("alice", noise=noise), ".jpg", by=officer, now=NOON)
    return person


def send(alice: Participant, officer: User, photo: bytes) -> Attempt:
    check_in = people.open_check_in(alice, officer)
    new = lifecycle.NewAttempt(photo=photo, suffix=".jpg")
    assert check_in.issued_at is not None
    return lifecycle.receive_attempt(check_in, new, now=check_in.issued_at)


def state_of(attempt: Attempt) -> str:
    return CheckIn.objects.get(pk=attempt.check_in_id).state


@pytest.mark.parametrize(
    ("photo", "state"),
    [
        (picture("alice"), "accepted"),
        (picture("mallory"), "in_review"),
        (picture("alice", result="no_face"), "open"),
        (picture("alice", result="several_faces"), "open"),
        (picture("alice", result="poor_photo:too_dark"), "open"),
    ],
)
def test_a_photo_leads_where_its_face_says(
    alice: Participant, officer: User, photo: bytes, state: str
) -> None:
    attempt = send(alice, officer, photo)
    assert verify_attempt(attempt.pk, FakeEngine())
    assert state_of(attempt) == state
    kept = attempt.verification.__class__.objects.get(attempt=attempt)
    assert kept.weights_name == FakeEngine().weights_name
    assert kept.thresholds["version"]


def test_a_doubled_nudge_changes_nothing(alice: Participant, officer: User) -> None:
    attempt = send(alice, officer, picture("alice"))
    assert verify_attempt(attempt.pk, FakeEngine())
    assert not verify_attempt(attempt.pk, FakeEngine())
    assert Verification.objects.get().tries == 1


def test_templates_are_made_on_the_way_and_never_lie_in_the_clear(
    alice: Participant, officer: User
) -> None:
    verify_attempt(send(alice, officer, picture("alice")).pk, FakeEngine())
    assert Template.objects.count() == 3
    assert set(alice.reference_photos.values_list("state", flat=True)) == {"usable"}
    plain = FakeEngine().analyse(picture("alice", noise=0.02)).embedding
    assert plain is not None
    sealed = b"".join(bytes(row.sealed) for row in Template.objects.all())
    assert plain.astype("<f4").tobytes() not in sealed


def test_without_a_usable_reference_photo_a_person_looks(officer: User) -> None:
    bob = people.participant(officer)
    add_reference_photo(bob, picture("bob", result="no_face"), ".jpg", by=officer, now=NOON)
    attempt = send(bob, officer, picture("bob"))
    verify_attempt(attempt.pk, FakeEngine())
    assert state_of(attempt) == "in_review"
    assert Verification.objects.get().reasons == ["no_reference_photo"]
    refused = bob.reference_photos.get()
    assert (refused.state, refused.reasons) == ("refused", ["no_face"])


def test_a_photo_that_keeps_failing_on_our_side_goes_to_a_person(
    alice: Participant, officer: User
) -> None:
    attempt = send(alice, officer, picture("alice", result="crash"))
    for _ in range(MOST_TRIES):
        with pytest.raises(EngineFailed):
            verify_attempt(attempt.pk, FakeEngine())
        assert state_of(attempt) == "verifying"
    assert verify_attempt(attempt.pk, FakeEngine())
    assert state_of(attempt) == "in_review"
    assert Verification.objects.get().result == "error"


def test_a_new_weight_set_makes_its_own_templates(alice: Participant) -> None:
    first, second = FakeEngine(), FakeEngine()
    second.weights_version = "another"
    assert prepare_templates(alice, first, now=NOON) == 3
    assert prepare_templates(alice, first, now=NOON) == 0
    assert prepare_templates(alice, second, now=NOON) == 3


@pytest.mark.parametrize("fails", ["lost", "crash"])
def test_a_reference_photo_that_fails_keeps_nobody_from_being_compared_with_the_others(
    alice: Participant, officer: User, fails: str
) -> None:
    """As after a change of weights, with one photo that the new set cannot open."""
    prepare_templates(alice, FakeEngine(), now=NOON)
    odd = ReferencePhoto.objects.latest("pk")
    if fails == "lost":
        odd.photo.storage.delete(odd.photo.name)
    else:
        Path(odd.photo.path).write_bytes(picture("alice", result="crash"))
    new = FakeEngine(weights_version="fake.2")
    attempt = send(alice, officer, picture("alice"))
    assert verify_attempt(attempt.pk, new)
    assert state_of(attempt) == "accepted"
    assert Template.objects.filter(weights_version="fake.2").count() == 2


def test_without_any_template_a_failure_on_our_side_is_no_missing_reference_photo(
    alice: Participant, officer: User
) -> None:
    for photo in ReferencePhoto.objects.all():
        photo.photo.storage.delete(photo.photo.name)
    attempt = send(alice, officer, picture("alice"))
    with pytest.raises(FileNotFoundError):
        verify_attempt(attempt.pk, FakeEngine())
    assert state_of(attempt) == "verifying", "it is tried again"


def test_a_retired_photo_loses_its_template_at_once(alice: Participant, officer: User) -> None:
    prepare_templates(alice, FakeEngine(), now=NOON)
    photo = ReferencePhoto.objects.earliest("pk")
    retire_reference_photo(photo, by=officer, now=NOON)
    assert not Template.objects.filter(reference_photo=photo).exists()
    assert prepare_templates(alice, FakeEngine(), now=NOON) == 0


def test_a_lost_nudge_is_made_good_and_waits_grow_longer(alice: Participant, officer: User) -> None:
    attempt = send(alice, officer, picture("alice"))
    start = attempt.received_at
    assert sweeps.attempts_left_behind(start) == []
    due = start + FIRST_NUDGE_AFTER
    assert sweeps.attempts_left_behind(due) == [attempt.pk]
    assert sweeps.attempts_left_behind(due + timedelta(seconds=39)) == []
    assert sweeps.attempts_left_behind(due + timedelta(seconds=41)) == [attempt.pk]
    verify_attempt(attempt.pk, FakeEngine())
    assert sweeps.attempts_left_behind(start + timedelta(days=1)) == []


def test_unchecked_reference_photos_are_found_once_per_person(alice: Participant) -> None:
    assert sweeps.participants_left_behind(NOON + FIRST_NUDGE_AFTER) == [alice.pk]
    prepare_templates(alice, FakeEngine(), now=NOON)
    assert sweeps.participants_left_behind(NOON + timedelta(days=1)) == []


def test_the_closing_sweep_closes_what_is_due_and_is_idempotent(
    alice: Participant, officer: User
) -> None:
    check_in = people.open_check_in(alice, officer)
    assert check_in.deadline_at is not None
    assert sweeps.close_overdue(check_in.deadline_at - timedelta(seconds=1)) == 0
    assert sweeps.close_overdue(check_in.deadline_at) == 1
    assert sweeps.close_overdue(check_in.deadline_at) == 0
    assert CheckIn.objects.get().state == "lapsed"


def test_one_run_of_the_closing_sweep_goes_beyond_its_first_batch(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 2)
    for _person in range(5):
        check_in = people.open_check_in(people.participant(officer), officer)
    assert check_in.deadline_at is not None
    assert sweeps.close_overdue(check_in.deadline_at + timedelta(minutes=1)) == 5
    assert not CheckIn.objects.filter(state="open").exists()


def test_the_stored_distance_is_the_one_between_the_vectors(
    alice: Participant, officer: User
) -> None:
    engine: Any = FakeEngine()
    verify_attempt(send(alice, officer, picture("alice")).pk, engine)
    vectors = [
        engine.analyse(picture("alice", noise=noise)).embedding for noise in (0.02, 0.03, 0.04)
    ]
    mean = np.mean(vectors, axis=0)
    mean /= np.linalg.norm(mean)
    expected = 1 - float(mean @ engine.analyse(picture("alice")).embedding)
    assert Verification.objects.get().distance == pytest.approx(expected, abs=1e-6)


def test_the_very_same_reference_photo_is_kept_once(
    alice: Participant, officer: User, media_root: Path
) -> None:
    first = alice.reference_photos.earliest("pk")
    photo = picture("alice", noise=0.02)
    again = add_reference_photo(alice, photo, ".jpg", by=officer, now=NOON)
    assert again == first
    assert alice.reference_photos.count() == len(list((media_root / "references").glob("*"))) == 3
