"""The tick on the review page, and the photos page that shows where each photo is from."""

from datetime import timedelta

import pytest
from django.urls import reverse

from casework.common import clock
from casework.participants import consent
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle, refreshing
from checkins.models import CheckIn, ReferencePhoto, Review
from checkins.references import prepare_templates
from checkins.verification.codes import Result
from tests import people
from tests.console.conftest import Browser, in_review, reference_photo
from tests.fake_engine import FakeEngine

TICK = 'name="add_to_references"'


def page_of(check_in: CheckIn) -> str:
    return reverse("console:review", args=[check_in.public_id])


def photos_of(person: Participant) -> str:
    return reverse("console:photos", args=[person.public_id])


def act(name: str, photo: ReferencePhoto) -> str:
    return reverse(f"console:{name}", args=[photo.public_id])


@pytest.fixture
def added(alice: Participant, officer: User) -> ReferencePhoto:
    """From a check-in that the officer accepted, and unlike the enrolment photo."""
    reference_photo(alice, officer)
    then = clock.now() - timedelta(minutes=5)
    check_in = in_review(alice, officer, minutes_ago=5)
    lifecycle.decide_review(
        check_in, accept=True, by=officer, reason="", now=then, add_to_references=True
    )
    refreshing.fulfil_wishes(clock.now())
    prepare_templates(alice, FakeEngine(), now=clock.now())
    photo: ReferencePhoto = alice.reference_photos.get(source="check_in")
    assert photo.state == "unlike"
    return photo


@pytest.mark.parametrize("result", [Result.NO_MATCH, Result.INCONCLUSIVE])
def test_the_tick_is_offered_unticked_and_heeded(
    browser_of: Browser, alice: Participant, officer: User, result: Result
) -> None:
    reference_photo(alice, officer)
    check_in = in_review(alice, officer, result)
    client = browser_of(officer)
    page = client.get(page_of(check_in)).content.decode()
    assert TICK in page
    tick = page[page.index(TICK) : page.index(">", page.index(TICK))]
    assert "checked" not in tick
    assert 'data-key="p"' in tick
    client.post(page_of(check_in), {"verdict": "accepted", "add_to_references": "1"})
    assert Review.objects.get(check_in=check_in).refresh == "wished"


def test_the_tick_is_not_offered_once_consent_is_withdrawn(
    browser_of: Browser, alice: Participant, officer: User
) -> None:
    reference_photo(alice, officer)
    check_in = in_review(alice, officer)
    consent.consent_now(alice, language="en", now=clock.now())
    client = browser_of(officer)
    assert TICK in client.get(page_of(check_in)).content.decode()
    consent.withdraw_consent(alice, now=clock.now())
    assert TICK not in client.get(page_of(check_in)).content.decode()
    sent = {"verdict": "accepted", "add_to_references": "1"}
    answer = client.post(page_of(check_in), sent)
    assert answer.status_code == 422
    assert "Consent has been withdrawn" in answer.content.decode()


def test_without_the_tick_nothing_is_asked_for(
    browser_of: Browser, alice: Participant, officer: User
) -> None:
    reference_photo(alice, officer)
    check_in = in_review(alice, officer)
    browser_of(officer).post(page_of(check_in), {"verdict": "accepted"})
    review = Review.objects.get(check_in=check_in)
    assert (review.verdict, review.refresh) == ("accepted", "")


def test_it_is_not_offered_for_what_may_not_be_added(
    browser_of: Browser, alice: Participant, officer: User
) -> None:
    client = browser_of(officer)
    bare = in_review(people.participant(officer), officer)
    assert TICK not in client.get(page_of(bare)).content.decode(), "nothing to measure it against"
    reference_photo(alice, officer)
    for result in (Result.MATCH, Result.SPOOF_SUSPECTED, Result.ERROR):
        person = people.participant(officer)
        reference_photo(person, officer)
        other = in_review(person, officer, result)
        assert TICK not in client.get(page_of(other)).content.decode(), result


def test_a_forged_tick_decides_nothing_and_says_why(
    browser_of: Browser, alice: Participant, officer: User
) -> None:
    check_in = in_review(alice, officer)
    answer = browser_of(officer).post(
        page_of(check_in), {"verdict": "accepted", "add_to_references": "1"}
    )
    assert answer.status_code == 422
    assert "take some in person first" in answer.content.decode()
    check_in.refresh_from_db()
    assert check_in.state == "in_review"


def test_the_photos_page_says_where_each_is_from_and_who_may_confirm(
    browser_of: Browser, alice: Participant, officer: User, added: ReferencePhoto
) -> None:
    boss = people.supervisor(alice.office)
    theirs = browser_of(officer).get(photos_of(alice)).content.decode()
    assert "From the enrolment" in theirs
    assert f"accepted and added by {officer}" in theirs
    assert added.taken_from is not None
    assert reverse("console:check_in", args=[added.taken_from.check_in.public_id]) in theirs
    assert act("confirm_photo", added) not in theirs
    assert "A supervisor who did not add it" in theirs
    assert act("confirm_photo", added) in browser_of(boss).get(photos_of(alice)).content.decode()
    assert browser_of(officer).post(act("confirm_photo", added), {"reason": "x"}).status_code == 404
    stranger = people.supervisor(people.office())
    assert browser_of(stranger).post(act("confirm_photo", added)).status_code == 404
    client = browser_of(boss)
    back = {"back": "console:photos"}
    refused = client.post(act("confirm_photo", added), {"reason": " "} | back, follow=True)
    assert "Please give a reason." in refused.content.decode()
    done = client.post(act("confirm_photo", added), {"reason": "I met him"} | back, follow=True)
    assert f"confirmed by {boss}: “I met him”" in done.content.decode()
    added.refresh_from_db()
    assert (added.state, added.confirmed_by) == ("waiting", boss)


def test_it_is_removed_with_a_reason_only(
    browser_of: Browser, alice: Participant, officer: User, added: ReferencePhoto
) -> None:
    client = browser_of(officer)
    back = {"back": "console:photos"}
    refused = client.post(act("retire_photo", added), back, follow=True)
    assert "Please give a reason." in refused.content.decode()
    client.post(act("retire_photo", added), back | {"reason": "his brother"})
    added.refresh_from_db()
    assert (added.retired_by, added.retired_reason) == (officer, "his brother")


def test_a_supervisor_finds_it_on_today_and_who_added_it_does_not(
    browser_of: Browser, alice: Participant, officer: User, added: ReferencePhoto
) -> None:
    boss = people.supervisor(alice.office)
    page = browser_of(boss).get("/staff/").content.decode()
    assert "Reference photos to confirm" in page
    listed = reverse("admin:participants_participant_changelist")
    rows = browser_of(boss).get(f"{listed}?photos=to-confirm").content.decode()
    assert alice.full_name in rows
    assert "Reference photos to confirm" not in browser_of(officer).get("/staff/").content.decode()
    ReferencePhoto.objects.filter(pk=added.pk).update(added_by=boss)
    assert "Reference photos to confirm" not in browser_of(boss).get("/staff/").content.decode()


def test_the_review_page_tells_refreshed_photos_apart(
    browser_of: Browser, alice: Participant, officer: User, added: ReferencePhoto
) -> None:
    check_in = in_review(alice, officer)
    page = browser_of(officer).get(page_of(check_in))
    assert [one.source for one in page.context["references"]] == ["enrolment"], "not confirmed yet"
    ReferencePhoto.objects.filter(pk=added.pk).update(state="usable")
    page = browser_of(officer).get(page_of(check_in))
    assert [one.source for one in page.context["references"]] == ["enrolment", "check_in"]
    assert "from a check-in" in page.content.decode()
