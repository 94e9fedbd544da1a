"""Templates after a new weight set, and after a new key."""

import json
from io import StringIO
from typing import Any

import numpy as np
import pytest
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import call_command

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants import consent
from casework.participants.models import Participant
from checkins import renewal, renewal_progress, sweeps, tasks
from checkins.models import ReferencePhoto, Template
from checkins.references import add_reference_photo, prepare_templates, templates_of
from checkins.renewal import Progress, Resealed
from checkins.renewal_progress import Renewal
from checkins.rules import MOST_TRIES
from checkins.verification.codes import Reason, Result
from checkins.verification.engine import Analysis
from tests import people
from tests.fake_engine import FakeEngine, picture

pytestmark = pytest.mark.django_db
OLD, NEW = FakeEngine(weights_version="fake.1"), FakeEngine(weights_version="fake.2")


@pytest.fixture
def alice() -> Participant:
    officer = people.officer(people.office())
    person = people.participant(officer)
    now = clock.now()
    for noise in (0.02, 0.03, 0.04):
        add_reference_photo(person, picture("alice", noise=noise), ".jpg", by=officer, now=now)
    prepare_templates(person, OLD, now=now)
    ReferencePhoto.objects.update(next_nudge_at=now)
    return person


def test_photos_get_templates_under_a_new_weight_set_once(alice: Participant) -> None:
    assert renewal.progress("dlib", "fake.2") == Progress(photos=3, ready=0, given_up=0)
    assert renewal.enrol_again(NEW, now=clock.now()) == 3
    assert renewal.enrol_again(NEW, now=clock.now()) == 0
    assert renewal.progress("dlib", "fake.2") == Progress(photos=3, ready=3, given_up=0)
    assert len(templates_of(alice, OLD)) == len(templates_of(alice, NEW)) == 3


def test_nothing_new_is_made_of_the_photos_of_who_withdrew_consent(
    alice: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, now = alice.assignments.get().officer, clock.now()
    consent.consent_now(alice, language="en", now=now)
    add_reference_photo(alice, picture("alice", noise=0.05), ".jpg", by=officer, now=now)
    ReferencePhoto.objects.update(next_nudge_at=now)
    consent.withdraw_consent(alice, now=now)
    monkeypatch.setattr(tasks, "engine", lambda: NEW)
    cache.clear()
    tasks.enrol_again()
    tasks.prepare_reference_photos(alice.pk)
    assert sweeps.participants_left_behind(now) == []
    assert renewal.progress("dlib", "fake.2") == Progress(photos=0, ready=0, given_up=0)
    assert renewal_progress.noted() is None
    with pytest.raises(RuleError, match="Consent has been withdrawn"):
        add_reference_photo(alice, picture("alice", noise=0.06), ".jpg", by=officer, now=now)
    assert set(Template.objects.values_list("weights_version", flat=True)) == {"fake.1"}

    consent.consent_now(alice, language="en", now=now)
    assert sweeps.participants_left_behind(now) == [alice.pk]
    tasks.prepare_reference_photos(alice.pk)
    assert Template.objects.filter(weights_version="fake.2").count() == 4


def test_a_batch_leaves_the_rest_to_the_next(
    alice: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "PHOTOS_AT_ONCE", 2)
    assert [renewal.enrol_again(NEW, now=clock.now()) for _ in range(3)] == [2, 1, 0]


def test_a_photo_that_fails_is_left_for_later_and_given_up_in_the_end(alice: Participant) -> None:
    photo = ReferencePhoto.objects.earliest("pk")
    photo.photo.storage.delete(photo.photo.name)
    assert renewal.enrol_again(NEW, now=clock.now()) == 2
    for _ in range(MOST_TRIES):
        ReferencePhoto.objects.update(next_nudge_at=clock.now())
        assert renewal.enrol_again(NEW, now=clock.now()) == 0
    photo.refresh_from_db()
    assert (photo.state, photo.tries, photo.reasons) == ("usable", MOST_TRIES, ["unreadable"])
    assert list(ReferencePhoto.objects.given_up()) == [photo]
    assert renewal.progress("dlib", "fake.2") == Progress(photos=3, ready=2, given_up=1)


def test_what_a_new_set_cannot_use_says_why_and_stays(alice: Participant) -> None:
    class Stricter(FakeEngine):
        def analyse(self, data: bytes) -> Analysis:
            return Analysis(Result.POOR_PHOTO, (Reason.BLURRED,))

    stricter = Stricter(weights_version="fake.2")
    for _ in range(MOST_TRIES):
        ReferencePhoto.objects.update(next_nudge_at=clock.now())
        renewal.enrol_again(stricter, now=clock.now())
    assert set(alice.reference_photos.values_list("state", flat=True)) == {"usable"}
    cache.clear()
    renewal_progress.note(stricter)
    assert renewal_progress.noted() == Renewal("dlib", "fake.2", 3, 0, 3, {"blurred": 3})
    assert len(templates_of(alice, OLD)) == 3
    ReferencePhoto.objects.update(tries=0, next_nudge_at=clock.now())
    renewal.enrol_again(NEW, now=clock.now())
    assert not ReferencePhoto.objects.given_up().exists()
    assert set(map(tuple, alice.reference_photos.values_list("reasons", flat=True))) == {()}


def test_the_worker_notes_how_far_it_is_and_nothing_when_it_is_done(
    alice: Participant, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    cache.clear()
    monkeypatch.setattr(tasks, "engine", lambda: NEW)
    monkeypatch.setattr(renewal, "PHOTOS_AT_ONCE", 2)
    tasks.enrol_again()
    officer = alice.assignments.get().officer
    boss, stranger = people.administrator(), people.officer(people.office())
    with django_assert_num_queries(0):
        assert renewal_progress.shown_to(boss) == Renewal("dlib", "fake.2", 3, 2, 0)
    with django_assert_num_queries(0):
        assert renewal_progress.shown_to(officer) == Renewal("dlib", "fake.2", 3, 2, 0)
    assert renewal_progress.shown_to(stranger) is None
    assert renewal_progress.shown_to(people.supervisor(alice.office)) is not None
    for _ in range(2):
        ReferencePhoto.objects.update(next_nudge_at=clock.now())
        tasks.enrol_again()
    with django_assert_num_queries(0):
        renewal_progress.note(NEW)  # all was done: not counted again at once
        assert renewal_progress.shown_to(officer) is None
        assert renewal_progress.shown_to(boss) is None


def test_photos_that_only_the_set_in_use_has_seen_are_no_renewal(alice: Participant) -> None:
    cache.clear()
    renewal_progress.note(OLD)
    assert renewal_progress.noted() is None
    add_reference_photo(
        alice, picture("x"), ".jpg", by=alice.assignments.get().officer, now=clock.now()
    )
    renewal.enrol_again(NEW, now=clock.now())
    ReferencePhoto.objects.filter(state="waiting").update(state="usable", tries=MOST_TRIES)
    renewal_progress.note(NEW)
    assert renewal_progress.noted() is None, "the fourth has no template of an older set"


def test_what_was_given_up_stays_with_the_office_and_not_with_administrators(
    alice: Participant,
) -> None:
    cache.clear()
    renewal.enrol_again(NEW, now=clock.now())
    photo = ReferencePhoto.objects.earliest("pk")
    photo.templates.filter(weights_version="fake.2").delete()
    ReferencePhoto.objects.filter(pk=photo.pk).update(tries=MOST_TRIES, reasons=["too_dark"])
    renewal_progress.note(NEW)
    assert renewal_progress.shown_to(people.administrator()) is None
    mine = renewal_progress.shown_to(alice.assignments.get().officer)
    assert mine == Renewal("dlib", "fake.2", 3, 2, 1, {"too_dark": 1})


def test_templates_come_under_the_newest_key_and_stay_the_same(
    alice: Participant, settings: Any
) -> None:
    before = templates_of(alice, OLD)
    fresh = Fernet.generate_key().decode()
    settings.TEMPLATE_KEYS = [fresh, *settings.TEMPLATE_KEYS]
    assert renewal.reseal_templates() == Resealed(resealed=3, lost=0)
    assert renewal.reseal_templates() == Resealed(resealed=0, lost=0)
    settings.TEMPLATE_KEYS = [fresh]  # the old key may go now
    np.testing.assert_array_equal(before, templates_of(alice, OLD))


def test_a_template_without_its_key_is_made_from_the_photo_again(
    alice: Participant, settings: Any
) -> None:
    settings.TEMPLATE_KEYS = [Fernet.generate_key().decode()]
    assert renewal.reseal_templates() == Resealed(resealed=0, lost=3)
    assert Template.objects.count() == 0
    assert renewal.enrol_again(OLD, now=clock.now()) == 3
    assert len(templates_of(alice, OLD)) == 3


def test_the_command_prints_how_far_it_is(alice: Participant) -> None:
    printed = StringIO()
    call_command("renew_templates", "--json", stdout=printed)
    figures = json.loads(printed.getvalue())
    assert (figures["photos"], figures["ready"], figures["resealed"]) == (3, 0, 0)
    printed = StringIO()
    call_command("renew_templates", "--show", stdout=printed)
    assert printed.getvalue().startswith("0 of 3 reference photos")
