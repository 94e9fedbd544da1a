"""Consent: seen, withdrawn and given again by its person, and what follows from it at once."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import RuleError
from casework.common.languages import LANGUAGES
from casework.participants import consent, sign_in
from casework.participants.models import Participant
from casework.requests.models import HelpRequest
from casework.staff.models import User
from checkins import consent as consents
from checkins import lifecycle, uploads
from checkins.models import CheckIn, DrawTerms, PartialUpload
from checkins.plans import PlanTerms, set_plan
from checkins.scheduling.follow import follow_changes
from checkins.states import State
from checkins.verify import verify_attempt
from tests import people
from tests.fake_engine import FakeEngine
from tests.portal.conftest import browser_of, photo

PAGE, WITHDRAW, GIVE = (f"/my-data/consent/{tail}" for tail in ("", "withdraw/", "give/"))


def seen(browser: Client, where: str) -> str:
    answer = browser.get(where)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def staff_page(officer: User, person: Participant) -> str:
    desk = Client()
    desk.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    return seen(desk, f"/staff/participants/participant/{person.public_id}/change/")


def test_my_data_says_when_and_to_which_notice_one_agreed(alice_in: Client) -> None:
    page = seen(alice_in, "/my-data/")
    assert "You agreed" in page
    assert consent.PRIVACY_NOTICE_VERSION in page
    assert f'href="{PAGE}"' in page
    assert "No more photos of you are asked for or compared." in seen(alice_in, PAGE)
    assert "There is a new privacy notice" not in page + seen(alice_in, "/home/")


def test_it_is_withdrawn_once_however_often_one_presses(
    alice_in: Client, alice: Participant
) -> None:
    for _press in range(2):
        assert alice_in.post(WITHDRAW).url == PAGE
    assert alice.consents.get().withdrawn_at is not None
    assert Entry.objects.filter(verb="withdrew their consent").count() == 1
    assert HelpRequest.objects.of(alice).waiting().count() == 1, "the officer is asked to call"
    for where in ("/my-data/", PAGE):
        assert "You withdrew it" in seen(alice_in, where)
    assert "Give it again" in seen(alice_in, "/my-data/")
    assert WITHDRAW not in seen(alice_in, PAGE)


def test_it_is_given_again_and_both_stay_on_record(alice_in: Client, alice: Participant) -> None:
    alice_in.post(WITHDRAW)
    for _press in range(2):
        assert alice_in.post(GIVE).url == PAGE
    latest, first = alice.consents.all()
    assert (latest.withdrawn_at, first.withdrawn_at is not None) == (None, True)
    assert Entry.objects.filter(verb="agreed to the privacy notice").count() == 1
    assert "You withdrew it" not in seen(alice_in, "/my-data/")


def test_looking_withdraws_nothing(alice_in: Client, alice: Participant) -> None:
    for where in (WITHDRAW, GIVE):
        assert alice_in.get(where).status_code == 405
    assert alice.consents.get().withdrawn_at is None


def test_an_open_selfie_check_in_becomes_a_call_and_takes_no_photo(
    alice_in: Client, alice: Participant, open_check_in: CheckIn
) -> None:
    alice_in.post(WITHDRAW)
    where, call = (f"/check-in/{open_check_in.public_id}/{tail}" for tail in ("", "phone/"))
    assert alice_in.get(where).url == call
    assert "Take a selfie instead" not in seen(alice_in, call)
    home = seen(alice_in, "/home/")
    assert call in home
    assert "Your plan asks for a phone call" not in home
    answer = alice_in.post(where, {"photo": photo()})
    assert answer.status_code == 422
    assert "You withdrew your consent" in answer.content.decode()
    assert call in answer.content.decode(), "the way on is there"
    open_check_in.refresh_from_db()
    assert (open_check_in.state, open_check_in.attempts.count()) == (State.OPEN.value, 0)


@pytest.mark.parametrize("state", [State.OPEN, State.MISSED])
def test_a_selfie_check_in_that_comes_back_afterwards_is_a_call_too(
    alice_in: Client, alice: Participant, open_check_in: CheckIn, state: State
) -> None:
    alice_in.post(WITHDRAW)
    now = clock.now()
    CheckIn.objects.update(method="selfie", state=state.value, delivered_at=now)
    call = f"/check-in/{open_check_in.public_id}/phone/"
    assert alice_in.get(f"/check-in/{open_check_in.public_id}/").url == call
    assert "Take a selfie instead" not in seen(alice_in, call)


def test_what_an_officer_asks_for_is_a_call_until_it_is_given_again(
    alice: Participant, alice_in: Client, officer: User
) -> None:
    set_plan(alice, PlanTerms(), by=officer, now=clock.now())
    alice_in.post(WITHDRAW)
    asked = people.open_check_in(alice, officer)
    assert asked.method == "phone"
    CheckIn.objects.update(state=State.CANCELLED.value)
    alice_in.post(GIVE)
    assert people.open_check_in(alice, officer).method == "selfie"


def test_nothing_is_drawn_from_then_on_until_it_is_given_again(
    alice: Participant, alice_in: Client, officer: User
) -> None:
    set_plan(alice, PlanTerms(), by=officer, now=clock.now())
    follow_changes(clock.now())
    for act, runs in ((WITHDRAW, False), (GIVE, True)):
        with clock.shifted(timedelta(minutes=5 if act is WITHDRAW else 10)):
            alice_in.post(act)
            assert DrawTerms.objects.get(until_at__isnull=True).running is runs
            assert follow_changes(clock.now()) == 0, "the sweep finds it done"


def test_withdrawing_and_what_follows_stand_or_fall_together(
    alice: Participant, alice_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_facts: Any) -> None:
        raise RuleError("no")

    monkeypatch.setattr("checkins.consent.asking.ask", broken)
    with pytest.raises(RuleError):
        consents.withdraw(alice, now=clock.now())
    assert alice.consents.get().withdrawn_at is None
    assert not Entry.objects.filter(verb="withdrew their consent").exists()


def test_a_new_notice_asks_to_be_read_and_blocks_nothing(
    alice_in: Client, alice: Participant, open_check_in: CheckIn
) -> None:
    alice.consents.update(notice_version="2025-01")
    for where in ("/home/", "/my-data/"):
        assert "There is a new privacy notice" in seen(alice_in, where)
    seen(alice_in, f"/check-in/{open_check_in.public_id}/")
    alice_in.post(GIVE)
    assert "There is a new privacy notice" not in seen(alice_in, "/home/")
    alice_in.post(WITHDRAW)
    assert not alice.consents.filter(withdrawn_at__isnull=True).exists(), "the old one too"
    assert "There is a new privacy notice" not in seen(alice_in, "/home/")


def test_the_file_says_where_consent_stands(
    alice: Participant, alice_in: Client, officer: User
) -> None:
    assert "Consented" in staff_page(officer, alice)
    alice_in.post(WITHDRAW)
    page = staff_page(officer, alice)
    assert "Consent withdrawn" in page
    assert "Consented" not in page
    alice_in.post(GIVE)
    assert "Consented" in staff_page(officer, alice)


def test_nobody_elses_is_touched(alice: Participant, bob_in: Client, bob: Participant,
                                 officer: User) -> None:  # fmt: skip
    people.accepted_invite(alice, officer)
    bob_in.post(WITHDRAW)
    assert consent.has_withdrawn(bob)
    assert not consent.has_withdrawn(alice)


def test_who_was_never_asked_has_not_withdrawn(alice: Participant) -> None:
    assert not consent.has_withdrawn(alice)
    assert not consents.withdraw(alice, now=clock.now())
    assert not Entry.objects.filter(verb="withdrew their consent").exists()


def test_a_new_invite_is_a_new_consent(alice: Participant, alice_in: Client, officer: User) -> None:
    alice_in.post(WITHDRAW)
    people.accepted_invite(alice, officer)
    assert not consent.has_withdrawn(alice)
    assert alice.consents.first().notice_version == sign_in.PRIVACY_NOTICE_VERSION


@pytest.mark.parametrize("language", [tag for tag, _name in LANGUAGES if tag != "en"])
def test_it_is_said_in_every_language(officer: User, language: str) -> None:
    person = people.participant(officer, language=language)
    browser = browser_of(person, officer)
    pages = seen(browser, PAGE)
    browser.post(WITHDRAW)
    pages += seen(browser, PAGE) + seen(browser, "/my-data/")
    for words in ("You agreed", "photos of you", "Withdraw my", "Give it again"):
        assert words not in pages
    words = HelpRequest.objects.of(person).get().words
    assert words.endswith(f"({consents.PLEASE_CALL})"), "staff can read it"


def pieces_of(check_in: CheckIn) -> uploads.Piece:
    """The first half of a photo."""
    return uploads.Piece(0, bytes(2000), 4000, "0" * 64, "multipart/form-data; boundary=x")


def test_what_has_come_of_a_photo_goes_at_once_and_nothing_more_is_taken(
    alice_in: Client, alice: Participant, open_check_in: CheckIn
) -> None:
    key, half = uuid4(), pieces_of(open_check_in)
    uploads.take_piece(open_check_in, key, half, now=clock.now())
    assert PartialUpload.objects.exists()
    alice_in.post(WITHDRAW)
    assert not PartialUpload.objects.exists()
    with pytest.raises(lifecycle.ConsentWithdrawn):
        uploads.take_piece(open_check_in, key, half, now=clock.now())
    sent = alice_in.patch(
        f"/check-in/{open_check_in.public_id}/upload/{key}/",
        half.content,
        content_type=uploads.CONTENT_TYPE,
        headers={
            "Accept": "application/json",
            "Upload-Offset": "0",
            "Upload-Length": "4000",
            "Upload-Content-Type": half.content_type,
            "Repr-Digest": f"sha-256=:{'A' * 43}=:",
        },
    )
    assert sent.status_code == 422, "final: the phone throws it away, and says why"
    assert "You withdrew your consent" in sent.json()["messages"][0]
    assert not PartialUpload.objects.exists()


def test_a_photo_that_waits_to_be_compared_is_not_and_a_person_looks(
    alice_in: Client, open_check_in: CheckIn, officer: User
) -> None:
    attempt = lifecycle.receive_attempt(
        open_check_in, lifecycle.NewAttempt(photo().read(), ".jpg"), now=clock.now()
    )
    alice_in.post(WITHDRAW)
    assert verify_attempt(attempt.pk, FakeEngine())
    attempt.refresh_from_db()
    found = attempt.verification
    assert (found.result, found.reasons) == ("inconclusive", ["consent_withdrawn"])
    assert (found.distance, found.face_print) == (None, "")
    open_check_in.refresh_from_db()
    assert open_check_in.state == State.IN_REVIEW.value
    desk = Client()
    desk.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    review = seen(desk, f"/staff/reviews/{open_check_in.public_id}/")
    assert "Not compared: the person has withdrawn their consent." in review
    seen(alice_in, f"/check-in/{open_check_in.public_id}/")
