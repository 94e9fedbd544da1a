"""A copy of an earlier photo is told to the reviewer, and changes nothing else."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.db import transaction

from casework.common import clock
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.staff.models import User
from checkins import lifecycle
from checkins.copies import _attempts, _references
from checkins.models import Attempt, CheckIn, ReferencePhoto, Review, Verification
from checkins.plans import PlanTerms, set_plan
from checkins.references import add_reference_photo
from checkins.repeat_rules import NEAR, Likeness, Marks, likeness
from checkins.reviews.repeats import repeat_of
from checkins.verification.codes import Liveness, Reason, Result
from checkins.verification.engine import Prints
from checkins.verify import verify_attempt
from tests import people
from tests.fake_engine import FakeEngine, picture

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
ENROLLED = picture("alice", noise=0.02)
FIRST = picture("alice", noise=0.3)
STORED_ANEW = picture("alice", noise=0.3, format="PNG")
NEW = picture("alice", noise=0.31)
ALL = "f" * 64


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    person = people.participant(officer)
    set_plan(person, PlanTerms(), by=officer, now=NOON)
    add_reference_photo(person, ENROLLED, ".jpg", by=officer, now=NOON)
    return person


def send(person: Participant, by: User, photo: bytes, *, day: int, **kw: Any) -> Attempt:
    """Sent that day and looked at; `to` a check-in, under a `key`."""
    now = NOON + timedelta(days=day)
    check_in = kw.get("to") or people.open_check_in(person, by, now=now)
    new = lifecycle.NewAttempt(photo, ".jpg", submission_key=kw.get("key"))
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        attempt = lifecycle.receive_attempt(check_in, new, now=clock.now())
        verify_attempt(attempt.pk, FakeEngine())
    return Attempt.objects.select_related("verification", "check_in").get(pk=attempt.pk)


def test_a_copy_of_an_earlier_check_ins_photo_is_told_with_its_day(
    alice: Participant, officer: User
) -> None:
    first = send(alice, officer, FIRST, day=1)
    assert repeat_of(first) is None
    again = repeat_of(send(alice, officer, STORED_ANEW, day=2))
    assert again is not None
    assert (again.likeness, again.earlier, again.more) == (Likeness.SAME_PICTURE, first, 0)
    assert "almost the same picture as the photo of 5 Mar 2026" in again.text
    file = repeat_of(send(alice, officer, FIRST, day=3))
    assert file is not None
    assert (file.likeness, file.earlier, file.more) == (Likeness.SAME_FILE, first, 1)
    assert "the very same file as the photo of 5 Mar 2026" in file.text
    assert "So is 1 more before." in file.text
    assert repeat_of(send(alice, officer, NEW, day=4)) is None


def test_the_enrolment_photo_sent_as_an_answer_is_told(alice: Participant, officer: User) -> None:
    send(alice, officer, NEW, day=1)
    found = repeat_of(send(alice, officer, ENROLLED, day=2))
    assert found is not None
    assert found.reference == alice.reference_photos.get()
    assert "the very same file as the reference photo of 4 Mar 2026" in found.text
    ReferencePhoto.objects.update(photo_sha256="other")
    found = repeat_of(Attempt.objects.latest("received_at"))
    assert found is not None
    assert found.likeness is Likeness.SAME_PICTURE


def test_a_photo_that_joined_the_reference_photos_is_told_once(
    alice: Participant, officer: User
) -> None:
    first = send(alice, officer, FIRST, day=1)
    facts = {"photo_sha256": first.photo_sha256, "source": "check_in", "taken_from": first}
    ReferencePhoto.objects.create(
        participant=alice, photo="x", added_at=first.received_at + timedelta(minutes=2),
        retired_at=first.received_at + timedelta(minutes=3),
        added_by=officer, next_nudge_at=NOON, frame_print=first.verification.frame_print, **facts,
    )  # fmt: skip
    assert repeat_of(first) is None, "it is not a copy of itself"
    again = send(alice, officer, STORED_ANEW, day=2)
    found = repeat_of(again)
    assert found is not None
    assert (found.earlier, found.more) == (first, 0)
    Verification.objects.filter(attempt=first).update(frame_print="", face_print="")
    Attempt.objects.filter(pk=first.pk).update(photo="")
    found = repeat_of(again)
    assert found is not None
    assert found.reference is not None, "the attempt's photo is deleted, the copy is not"


def test_nobody_elses_photo_counts(alice: Participant, officer: User) -> None:
    bob = people.participant(officer)
    send(bob, officer, FIRST, day=1)
    add_reference_photo(bob, NEW, ".jpg", by=officer, now=NOON)
    assert repeat_of(send(alice, officer, FIRST, day=2)) is None
    assert repeat_of(send(alice, officer, NEW, day=3)) is None


def test_another_try_and_a_double_tap_are_no_repeats(alice: Participant, officer: User) -> None:
    dark = picture("alice", result="poor_photo:too_dark")
    first = send(alice, officer, dark, day=1, key="tap")
    check_in = CheckIn.objects.get(pk=first.check_in_id)
    assert send(alice, officer, dark, day=1, to=check_in, key="tap") == first
    second = send(alice, officer, dark, day=1, to=check_in, key="another")
    assert second != first
    assert repeat_of(second) is None
    assert repeat_of(first) is None


def test_the_fingerprints_go_with_the_photo_and_stand_in_the_own_copy(
    alice: Participant, officer: User
) -> None:
    first = send(alice, officer, FIRST, day=1)
    kept = first.verification
    assert (len(kept.frame_print), len(kept.face_print)) == (64, 64)
    [own] = [row["verification"] for row in _attempts(alice)]
    assert (own["frame_print"], own["face_print"]) == (kept.frame_print, kept.face_print)
    [reference] = list(_references(alice))
    assert reference["frame_print"] == alice.reference_photos.get().frame_print != ""
    CheckIn.objects.filter(pk=first.check_in_id).update(state="accepted", decided_at=NOON)
    apply_retention(NOON + timedelta(days=95))
    kept.refresh_from_db()
    assert (kept.frame_print, kept.face_print) == ("", "")
    assert repeat_of(send(alice, officer, STORED_ANEW, day=96)) is None
    file = repeat_of(send(alice, officer, FIRST, day=97))
    assert file is not None, "the digest of the file stays with the receipt"


def bits(number: int) -> str:
    return f"{(1 << number) - 1:064x}"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Marks("a", bits(0)), Marks("a", bits(200)), Likeness.SAME_FILE),
        (Marks("a", bits(0)), Marks("b", bits(NEAR)), Likeness.SAME_PICTURE),
        (Marks("a", bits(0)), Marks("b", bits(NEAR + 1)), None),
        (Marks("a", bits(0), bits(0)), Marks("b", ALL, bits(NEAR)), Likeness.SAME_PICTURE),
        (Marks("a", bits(0), bits(0)), Marks("b", ALL, bits(NEAR + 1)), None),
        (Marks("a"), Marks("b"), None),
        (Marks(), Marks(), None),
        (Marks("a", bits(0)), Marks("b"), None),
        (Marks("a", bits(0), ""), Marks("b", "", bits(0)), None),
    ],
)
def test_copies_are_told_by_file_picture_or_face(
    one: Marks, other: Marks, expected: Likeness | None
) -> None:
    assert likeness(one, other) is expected
    assert likeness(other, one) is expected


@pytest.mark.parametrize("plan", ["challenge", "none"])
def test_no_signal_changes_what_becomes_of_an_attempt(
    alice: Participant, officer: User, plan: str
) -> None:
    earlier = send(alice, officer, FIRST, day=1)
    seen = earlier.verification
    signals = {
        "none": (NEW, Prints()),
        "another picture": (NEW, Prints(ALL, ALL)),
        "the same picture": (NEW, Prints(seen.frame_print, seen.face_print)),
        "the same face": (NEW, Prints(ALL, seen.face_print)),
        "the same file": (FIRST, Prints(seen.frame_print, seen.face_print)),
    }
    told = set()
    for result, liveness in product(Result, Liveness):
        outcomes = {}
        for name, (photo, prints) in signals.items():
            found = result, liveness, prints
            outcomes[name], repeat = outcome(alice, officer, plan, photo, found)
            told.add((name, repeat))
        assert len(set(outcomes.values())) == 1, (result, liveness, outcomes)
    assert told == {
        ("none", None),
        ("another picture", None),
        ("the same picture", Likeness.SAME_PICTURE),
        ("the same face", Likeness.SAME_PICTURE),
        ("the same file", Likeness.SAME_FILE),
    }


def outcome(
    person: Participant, by: User, plan: str, photo: bytes, found: tuple[Result, Liveness, Prints]
) -> tuple[tuple[Any, ...], Likeness | None]:
    """All that may be decided from a finding, and the advice; the attempt is gone afterwards."""
    now, before = NOON + timedelta(days=5), transaction.savepoint()
    check_in = people.open_check_in(person, by, now=now)
    CheckIn.objects.filter(pk=check_in.pk).update(liveness=plan)
    check_in.refresh_from_db()
    attempt = lifecycle.receive_attempt(check_in, lifecycle.NewAttempt(photo, ".jpg"), now=now)
    result, liveness, prints = found
    finding = lifecycle.Finding(
        result, (Reason.CLOSE_CALL,), distance=0.01, similarity=90.0, liveness=liveness,
        prints=prints,
    )  # fmt: skip
    lifecycle.record_verification(attempt, finding, now=now + timedelta(minutes=1))
    attempt = Attempt.objects.select_related("verification", "check_in").get(pk=attempt.pk)
    kept, review = attempt.verification, Review.objects.filter(check_in=check_in).first()
    repeat = repeat_of(attempt)
    decided = (
        attempt.check_in.state, kept.result, tuple(kept.reasons), kept.liveness, kept.distance,
        kept.similarity, review and review.ranked_from, review and review.verdict,
        tuple(attempt.check_in.events.order_by("pk").values_list("to_state", "reason")),
    )  # fmt: skip
    transaction.savepoint_rollback(before)
    return decided, repeat.likeness if repeat else None
