"""An accepted photo joins the reference photos: what is right, after its minute, and never more."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from casework.audit.models import Entry
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.participants.consent import consent_now, withdraw_consent
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle, refreshing
from checkins.lifecycle.moves import move
from checkins.models import Attempt, CheckIn, ReferencePhoto, Review, Template, Verification
from checkins.plans import PlanTerms, set_plan
from checkins.references import (
    AGED_OUT,
    add_reference_photo,
    prepare_templates,
    retire_reference_photo,
    templates_of,
)
from checkins.refresh_rules import Candidate, Kept, Refusal, aged_out, room, why_not
from checkins.reviews.rules import UNDO_FOR
from checkins.states import State
from checkins.verification.codes import Liveness, Result
from checkins.verify import verify_attempt
from tests import people
from tests.checkins.test_races import NOON, at_once
from tests.fake_engine import FakeEngine, picture

AFTER = NOON + UNDO_FOR
ENGINE = FakeEngine()
# Three photos averaged: 0.069 is past the match limit of 0.065 and within the review limit.
CLOSE, FAR = 0.069, 0.4


# --- the rules ----------------------------------------------------------------------------------


def candidate(**kw: Any) -> Candidate:
    facts = {"by_phone": False, "has_photo": True, "result": "inconclusive",
             "liveness": "passed", "anchors": 3}  # fmt: skip
    return Candidate(**facts | kw)


@pytest.mark.parametrize("result", [result.value for result in Result] + [""])
def test_only_a_usable_photo_that_the_computer_doubted_is_offered(result: str) -> None:
    offered = why_not(candidate(result=result)) is None
    assert offered == (result in {"inconclusive", "no_match"})


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"by_phone": True}, Refusal.CALL),
        ({"has_photo": False}, Refusal.NO_PHOTO),
        ({"liveness": Liveness.FAILED.value}, Refusal.TURNS_FAILED),
        ({"anchors": 0}, Refusal.NO_ANCHOR),
        ({"anchors": 10}, Refusal.FULL),
        ({"consent_withdrawn": True}, Refusal.CONSENT_WITHDRAWN),
        ({"liveness": Liveness.NOT_SHOWN.value}, None),
    ],
)
def test_each_refusal_has_its_reason(facts: dict[str, Any], why: Refusal | None) -> None:
    assert why_not(candidate(**facts)) is why
    if why is not None:
        assert refreshing.words_of(why)


def kept(anchors: int, refreshed: int) -> list[Kept]:
    made = [Kept(pk, NOON - timedelta(days=pk), anchor=True) for pk in range(1, anchors + 1)]
    newer = [Kept(100 + pk, NOON + timedelta(days=pk), anchor=False) for pk in range(refreshed)]
    return [*reversed(newer), *made]


@pytest.mark.parametrize(
    ("anchors", "refreshed", "gone"),
    [
        (3, 3, []), (3, 4, [100]), (3, 6, [100, 101, 102]), (1, 2, [100]), (0, 2, [100, 101]),
        (8, 3, [100]), (10, 1, [100]), (12, 1, [100]), (5, 0, []),
    ],
)  # fmt: skip
def test_the_oldest_from_check_ins_give_way_and_no_anchor_ever(
    anchors: int, refreshed: int, gone: list[int]
) -> None:
    assert aged_out(kept(anchors, refreshed)) == gone


def test_anchors_are_always_at_least_half_of_a_set() -> None:
    for anchors in range(15):
        assert 0 <= room(anchors) <= min(3, anchors)
        assert anchors + room(anchors) <= max(10, anchors)


# --- what happens -------------------------------------------------------------------------------


@pytest.fixture
def officer(db: None) -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    person = people.participant(officer)
    terms = PlanTerms(liveness="none", liveness_reason="cannot turn the head")
    set_plan(person, terms, by=people.supervisor(person.office), now=NOON)
    for _ in range(3):
        enrol(person, officer)
    prepare_templates(person, ENGINE, now=NOON)
    return person


def enrol(person: Participant, by: User) -> ReferencePhoto:
    """The engine sees the same face in each; the files differ."""
    number = person.reference_photos.count()
    photo = picture("alice", noise=0.0001 * (number + 1))
    return add_reference_photo(person, photo, ".jpg", by=by, now=NOON)


def in_review(
    person: Participant, officer: User, noise: float = CLOSE, now: datetime = NOON, **kw: Any
) -> CheckIn:
    check_in = people.open_check_in(person, officer, now=now)
    new = lifecycle.NewAttempt(picture("alice", noise=noise, **kw), ".jpg")
    verify_attempt(lifecycle.receive_attempt(check_in, new, now=now).pk, ENGINE)
    check_in.refresh_from_db()
    assert check_in.state == "in_review"
    return check_in


def accept(check_in: CheckIn, by: User, now: datetime = NOON, *, add: bool = True) -> Review:
    return lifecycle.decide_review(
        check_in, accept=True, by=by, reason="", now=now, add_to_references=add
    )


def refreshed(person: Participant) -> ReferencePhoto:
    found: ReferencePhoto = person.reference_photos.get(source="check_in")
    return found


def test_nothing_is_added_that_nobody_asked_for(alice: Participant, officer: User) -> None:
    review = accept(in_review(alice, officer), officer, add=False)
    assert review.refresh == ""
    assert refreshing.fulfil_wishes(AFTER) == []
    assert alice.reference_photos.count() == 3


def test_after_its_minute_and_once_with_where_it_is_from(alice: Participant, officer: User) -> None:
    check_in = in_review(alice, officer)
    assert accept(check_in, officer).refresh == "wished"
    assert refreshing.fulfil_wishes(AFTER - timedelta(microseconds=1)) == []
    assert refreshing.fulfil_wishes(AFTER) == [alice.pk]
    assert refreshing.fulfil_wishes(AFTER) == []
    photo = refreshed(alice)
    attempt = Attempt.objects.get(check_in=check_in)
    assert (photo.taken_from, photo.added_by, photo.added_at) == (attempt, officer, AFTER)
    assert photo.state == "waiting"
    assert photo.photo.name != attempt.photo.name, "each has its own time to be kept"
    assert Path(photo.photo.path).read_bytes() == Path(attempt.photo.path).read_bytes()
    assert Review.objects.get(check_in=check_in).refresh == "done"
    line = Entry.objects.filter(object_id=photo.public_id).get()
    assert (line.verb, line.actor_id) == ("added a reference photo", officer.public_id)
    assert line.facts["check_in"] == str(check_in.public_id)


def test_an_acceptance_that_was_taken_back_adds_nothing(alice: Participant, officer: User) -> None:
    check_in = in_review(alice, officer)
    accept(check_in, officer)
    lifecycle.undo_acceptance(check_in, by=officer, now=NOON)
    assert Review.objects.get(check_in=check_in).refresh == ""
    assert refreshing.fulfil_wishes(AFTER) == []
    accept(check_in, officer, add=False)  # a second look, without the tick
    assert refreshing.fulfil_wishes(AFTER) == []
    assert alice.reference_photos.count() == 3


def test_once_consent_is_withdrawn_no_photo_joins_and_none_is_offered(
    alice: Participant, officer: User
) -> None:
    consent_now(alice, language="en", now=NOON)
    unlike = add(alice, officer, FAR)
    wished, waiting = in_review(alice, officer), in_review(alice, officer, 0.068)
    accept(wished, officer)
    withdraw_consent(alice, now=NOON)
    assert refreshing.fulfil_wishes(AFTER) == []
    assert Review.objects.get(check_in=wished).refresh == "dropped"
    with pytest.raises(RuleError, match="Consent has been withdrawn"):
        accept(waiting, officer)
    assert CheckIn.objects.get(pk=waiting.pk).state == "in_review", "the decision is undone too"
    with pytest.raises(RuleError, match="Consent has been withdrawn"):
        refreshing.confirm(unlike, by=people.supervisor(alice.office), reason="he", now=NOON)
    accept(waiting, officer, add=False)
    assert alice.reference_photos.count() == 4


def test_what_is_not_accepted_is_never_added(alice: Participant, officer: User) -> None:
    check_in = in_review(alice, officer)
    with pytest.raises(RuleError, match="Only a photo that is accepted"):
        lifecycle.decide_review(
            check_in, accept=False, by=officer, reason="no", now=NOON, add_to_references=True
        )
    lifecycle.propose_not_accepted(check_in, by=officer, reason="another person", now=NOON)
    boss = people.supervisor(alice.office)
    lifecycle.confirm_not_accepted(check_in, by=boss, reason="", now=NOON)
    with pytest.raises(IntegrityError, match="review_refresh_only_accepted"), transaction.atomic():
        Review.objects.update(refresh="wished")
    assert refreshing.fulfil_wishes(AFTER) == []


@pytest.mark.parametrize(
    "change",
    [{"photo": ""}, {"result": "match"}, {"result": "error"}, {"liveness": "failed"}],
)
def test_a_tick_that_may_not_be_undoes_the_decision_too(
    alice: Participant, officer: User, change: dict[str, Any]
) -> None:
    check_in = in_review(alice, officer)
    (Attempt if "photo" in change else Verification).objects.update(**change)
    with pytest.raises(RuleError):
        accept(check_in, officer)
    assert CheckIn.objects.get(pk=check_in.pk).state == "in_review"


def test_what_can_no_longer_be_done_is_dropped(alice: Participant, officer: User) -> None:
    gone = in_review(alice, officer)
    accept(gone, officer)
    photo = Attempt.objects.get(check_in=gone).photo
    photo.storage.delete(photo.name)
    assert refreshing.fulfil_wishes(AFTER) == []
    assert Review.objects.get(check_in=gone).refresh == "dropped"
    same = in_review(alice, officer, 0.07, now=NOON + timedelta(hours=1))
    accept(same, officer, NOON + timedelta(hours=1))
    again = picture("alice", noise=0.07)
    add_reference_photo(alice, again, ".jpg", by=officer, now=NOON)
    assert refreshing.fulfil_wishes(NOON + timedelta(hours=2)) == []
    assert not alice.reference_photos.filter(source="check_in").exists()


def test_a_check_in_that_is_not_accepted_any_more_adds_nothing(
    alice: Participant, officer: User
) -> None:
    check_in = in_review(alice, officer)
    accept(check_in, officer)
    move(check_in, State.IN_REVIEW, by=officer.actor, now=NOON, reason="x", decided_at=None)
    assert refreshing.fulfil_wishes(AFTER) == []
    assert not alice.reference_photos.filter(source="check_in").exists()


def add(person: Participant, by: User, noise: float, days: int = 0, **kw: Any) -> ReferencePhoto:
    """The whole way, up to the worker."""
    now = NOON + timedelta(days=days)
    accept(in_review(person, by, noise, now=now, **kw), by, now)
    before = set(person.reference_photos.values_list("pk", flat=True))
    assert refreshing.fulfil_wishes(now + UNDO_FOR) == [person.pk]
    prepare_templates(person, ENGINE, now=now)
    found: ReferencePhoto = person.reference_photos.exclude(pk__in=before).get()
    return found


def test_one_unlike_the_enrolment_photos_is_not_compared_with_until_another_person_confirms(
    alice: Participant, officer: User
) -> None:
    photo = add(alice, officer, FAR)
    assert (photo.state, photo.reasons) == ("unlike", ["does_not_match"])
    assert not Template.objects.filter(reference_photo=photo).exists()
    assert len(templates_of(alice, ENGINE)) == 3
    prepare_templates(alice, ENGINE, now=NOON)
    photo.refresh_from_db()
    assert photo.state == "unlike", "nothing but a person changes that"
    boss = people.supervisor(alice.office)
    with pytest.raises(NotPermitted):
        refreshing.confirm(photo, by=officer, reason="me", now=NOON)
    with pytest.raises(RuleError, match="reason"):
        refreshing.confirm(photo, by=boss, reason=" ", now=NOON)
    refreshing.confirm(photo, by=boss, reason="I know him; he lost 40 kg", now=NOON)
    prepare_templates(alice, ENGINE, now=NOON)
    photo.refresh_from_db()
    assert (photo.state, photo.confirmed_by) == ("usable", boss)
    assert len(templates_of(alice, ENGINE)) == 4
    assert Entry.objects.filter(verb="confirmed a reference photo").count() == 1
    with pytest.raises(WrongState):
        refreshing.confirm(photo, by=boss, reason="again", now=NOON)


def test_nobody_confirms_what_they_added_themselves(alice: Participant) -> None:
    boss = people.supervisor(alice.office)
    photo = add(alice, boss, FAR)
    with pytest.raises(WrongState, match="another person"):
        refreshing.confirm(photo, by=boss, reason="sure", now=NOON)
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        ReferencePhoto.objects.filter(pk=photo.pk).update(
            confirmed_by=boss, confirmed_at=NOON, confirmed_reason="sure"
        )


def test_like_the_enrolment_photos_it_is_used_at_once(alice: Participant, officer: User) -> None:
    """Close to the anchors alone, though too far from what else is averaged."""
    boss = people.supervisor(alice.office)
    odd = add(alice, officer, FAR)
    refreshing.confirm(odd, by=boss, reason="a beard", now=NOON)
    prepare_templates(alice, ENGINE, now=NOON)
    photo = add(alice, officer, 0.06, days=1)
    assert (photo.state, photo.reasons) == ("usable", [])


def test_measured_against_the_anchors_alone_a_set_cannot_walk_away(
    alice: Participant, officer: User
) -> None:
    """The second is as good as the first, which a person confirmed, and far from the anchors."""
    first = add(alice, officer, FAR)
    refreshing.confirm(first, by=people.supervisor(alice.office), reason="he", now=NOON)
    prepare_templates(alice, ENGINE, now=NOON)
    again = add(alice, officer, FAR, days=1, format="PNG")
    assert again.state == "unlike"


def test_the_oldest_gives_way_when_the_next_is_usable(alice: Participant, officer: User) -> None:
    boss = people.supervisor(alice.office)
    photos = []
    for days in range(4):
        photos.append(add(alice, officer, FAR + days / 100, days=days))
        refreshing.confirm(photos[-1], by=boss, reason="he", now=NOON)
        if days == 3:
            assert alice.reference_photos.current().count() == 7, "not before it is checked"
        prepare_templates(alice, ENGINE, now=NOON + timedelta(days=days))
    photos[0].refresh_from_db()
    assert (photos[0].retired_by, photos[0].retired_reason) == (None, AGED_OUT)
    assert photos[0].retired_at == NOON + timedelta(days=3)
    assert not Template.objects.filter(reference_photo=photos[0]).exists()
    in_use = alice.reference_photos.usable()
    assert (in_use.enrolled().count(), in_use.filter(source="check_in").count()) == (3, 3)
    line = Entry.objects.filter(verb="retired a reference photo").get()
    assert (line.actor_kind, line.object_id) == ("system", photos[0].public_id)


def test_taking_enrolment_photos_away_takes_those_with_it_that_they_held(
    alice: Participant, officer: User
) -> None:
    photo = add(alice, officer, FAR)
    refreshing.confirm(photo, by=people.supervisor(alice.office), reason="he", now=NOON)
    prepare_templates(alice, ENGINE, now=NOON)
    anchors = list(alice.reference_photos.enrolled())
    for anchor in anchors[:2]:
        retire_reference_photo(anchor, by=officer, now=NOON)
    assert alice.reference_photos.usable().count() == 2
    retire_reference_photo(anchors[2], by=officer, now=NOON)
    assert not alice.reference_photos.usable().exists()


def test_enrolment_photos_always_find_room(alice: Participant, officer: User) -> None:
    photo = add(alice, officer, FAR)
    refreshing.confirm(photo, by=people.supervisor(alice.office), reason="he", now=NOON)
    prepare_templates(alice, ENGINE, now=NOON)
    for _ in range(7):
        enrol(alice, officer)
    prepare_templates(alice, ENGINE, now=NOON)
    photo.refresh_from_db()
    assert photo.retired_reason == AGED_OUT
    assert alice.reference_photos.usable().count() == 10
    with pytest.raises(RuleError, match="already ten"):
        enrol(alice, officer)


def test_one_from_a_check_in_is_removed_with_a_reason(alice: Participant, officer: User) -> None:
    photo = add(alice, officer, FAR)
    with pytest.raises(RuleError, match="reason"):
        retire_reference_photo(photo, by=officer, now=NOON)
    retire_reference_photo(photo, by=officer, now=NOON, reason="that was his brother")
    photo.refresh_from_db()
    assert (photo.retired_by, photo.retired_reason) == (officer, "that was his brother")


def test_the_database_knows_no_photo_without_its_source(alice: Participant, officer: User) -> None:
    anchor = alice.reference_photos.earliest("pk")
    for change in ({"source": "check_in"}, {"state": "unlike"}):
        with pytest.raises(IntegrityError, match="has_its_source"), transaction.atomic():
            ReferencePhoto.objects.filter(pk=anchor.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_add_it_once(alice: Participant, officer: User) -> None:
    accept(in_review(alice, officer), officer)
    found = at_once(*[lambda: refreshing.fulfil_wishes(AFTER)] * 3)
    assert sorted(found, key=str) == sorted([[alice.pk], [], []], key=str)
    assert alice.reference_photos.filter(source="check_in").count() == 1
