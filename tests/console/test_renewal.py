"""How far a new weight set is, on Today and under Face comparison, until it is done."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import renewal, renewal_progress
from checkins.models import ReferencePhoto
from checkins.references import prepare_templates
from checkins.rules import MOST_TRIES
from tests import people
from tests.console.conftest import Browser, reference_photo
from tests.fake_engine import FakeEngine

NEW = FakeEngine(weights_version="fake.2")
TODAY, COMPARISON = "/staff/", "/staff/calibrations/"
CASELOAD = reverse("admin:participants_participant_changelist")


@pytest.fixture
def two_photos(alice: Participant, officer: User) -> Iterator[ReferencePhoto]:
    """One under the new set, one that it cannot use; and a third, somebody else's, to come."""
    cache.clear()
    bad = reference_photo(alice, officer, "mallory")
    reference_photo(alice, officer)
    theirs = people.participant(people.officer(people.office()))
    waits = reference_photo(theirs, officer)
    for person in (alice, theirs):
        prepare_templates(person, FakeEngine(), now=clock.now())
    ReferencePhoto.objects.update(next_nudge_at=clock.now())
    ReferencePhoto.objects.filter(pk=bad.pk).update(tries=MOST_TRIES, reasons=["too_dark"])
    ReferencePhoto.objects.filter(pk=waits.pk).update(tries=MOST_TRIES)
    renewal.enrol_again(NEW, now=clock.now())
    ReferencePhoto.objects.filter(pk=waits.pk).update(tries=0)
    renewal_progress.note(NEW)
    yield bad
    cache.clear()


@pytest.mark.usefixtures("two_photos")
def test_an_officer_sees_it_of_the_own_people_with_what_failed_and_why(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    client = browser_of(officer)
    page = client.get(TODAY).content.decode()
    assert "1 of 2 reference photos of your people brought to the new set" in page
    assert "1 cannot be used under it: the face is too dark (1)" in page
    assert alice.full_name in client.get(f"{CASELOAD}?photos=new-set").content.decode()
    tiles = client.get(reverse("console:photos", args=[alice.public_id])).content.decode()
    assert "The new weight set cannot use it:" in tiles


@pytest.mark.usefixtures("two_photos")
def test_an_administrator_sees_it_of_everybody_until_the_rest_has_followed(
    browser_of: Browser,
) -> None:
    client = browser_of(people.administrator())
    for address in (TODAY, COMPARISON):
        page = client.get(address).content.decode()
        assert "1 of 3 reference photos brought to the new set" in page
        assert "The rest follows by itself." in page
    renewal.enrol_again(NEW, now=clock.now())
    renewal_progress.note(NEW)
    for address in (TODAY, COMPARISON):
        assert "brought to the new set" not in client.get(address).content.decode()


def test_it_is_gone_when_all_is_done(
    browser_of: Browser, officer: User, alice: Participant, two_photos: ReferencePhoto
) -> None:
    ReferencePhoto.objects.filter(pk=two_photos.pk).update(tries=0)
    renewal.enrol_again(NEW, now=clock.now())
    renewal_progress.note(NEW)
    assert "brought to the new set" not in browser_of(officer).get(TODAY).content.decode()
    caseload = browser_of(officer).get(f"{CASELOAD}?photos=new-set").content.decode()
    assert alice.full_name not in caseload


@pytest.mark.usefixtures("two_photos")
def test_today_stays_within_its_questions_while_it_goes_on(
    browser_of: Browser, officer: User, alice: Participant, django_assert_max_num_queries: Any
) -> None:
    boss = people.supervisor(alice.office)
    for who, address in (
        (officer, TODAY), (people.administrator(), TODAY), (boss, COMPARISON),
    ):  # fmt: skip
        client = browser_of(who)
        client.get(address)  # what is read once for a process
        with django_assert_max_num_queries(15):
            assert "brought to the new set" in client.get(address).content.decode(), who
    client.get(TODAY)
    with django_assert_max_num_queries(15):
        assert "brought to the new set" not in client.get(TODAY).content.decode()
