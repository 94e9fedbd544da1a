"""Templates after a new weight set, and after a new key."""

import json
from io import StringIO
from typing import Any

import numpy as np
import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from casework.common import clock
from casework.participants.models import Participant
from checkins import renewal
from checkins.models import ReferencePhoto, Template
from checkins.references import add_reference_photo, prepare_templates, templates_of
from checkins.renewal import Progress, Resealed
from checkins.rules import MOST_TRIES
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
    assert (photo.state, photo.tries) == ("usable", MOST_TRIES)
    assert renewal.progress("dlib", "fake.2") == Progress(photos=3, ready=2, given_up=1)


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
