"""The questions that ride on a check-in, and the area that may be asked for, in the portal."""

import re
from typing import Any

import pytest
from django.test import Client

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import Attempt, CheckIn, Told
from checkins.plans import PlanTerms, set_plan
from checkins.telling import handle
from checkins.verification.codes import Reason, Result
from tests import people
from tests.portal.conftest import photo
from tests.portal.test_check_in import page_of, send, settle

pytestmark = pytest.mark.django_db


def questions_of(check_in: CheckIn) -> str:
    return f"/check-in/{check_in.public_id}/questions/"


def answer(browser: Client, check_in: CheckIn, **told: str) -> Any:
    return browser.post(questions_of(check_in), told)


def test_the_questions_are_offered_before_while_and_after_the_photo_is_checked(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    link = questions_of(open_check_in)
    assert link in alice_in.get(page_of(open_check_in)).content.decode()
    send(alice_in, open_check_in)
    assert link in alice_in.get(page_of(open_check_in)).content.decode()
    settle(open_check_in, Result.MATCH)
    assert link in alice_in.get(page_of(open_check_in)).content.decode()
    page = alice_in.get(link).content.decode()
    assert "You do not have to answer." in page
    assert page.count('type="checkbox"') == 5


def test_what_was_told_is_kept_when_the_photo_fails(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    told = answer(alice_in, open_check_in, address="on", address_words="12 Elm Street")
    assert told.url == page_of(open_check_in)
    send(alice_in, open_check_in)
    settle(open_check_in, Result.NO_FACE, Reason.NO_FACE)
    assert Told.objects.get().answers == {"address": "12 Elm Street"}
    page = alice_in.get(page_of(open_check_in)).content.decode()
    assert "Your officer will see what you told." in page


def test_words_count_without_their_box_and_nothing_is_an_answer_too(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    answer(alice_in, open_check_in, work_words="Nights now", call_back="on")
    assert Told.objects.get().answers == {"work": "Nights now", "call_back": ""}
    answer(alice_in, open_check_in)
    assert Told.objects.get().answers == {}


def test_what_was_told_is_shown_again_and_that_it_was_seen(
    alice_in: Client, open_check_in: CheckIn, officer: User
) -> None:
    answer(alice_in, open_check_in, support="on", support_words="A lawyer")
    page = alice_in.get(questions_of(open_check_in)).content.decode()
    assert 'value="A lawyer"' in page
    assert re.search(r'name="support"[^>]*checked', page)
    handle(Told.objects.get(), by=officer, note="", now=clock.now())
    assert "has seen what you told" in alice_in.get(page_of(open_check_in)).content.decode()


def test_too_many_words_are_refused_and_kept_in_the_form(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    refused = answer(alice_in, open_check_in, address="on", address_words="x" * 301)
    assert refused.status_code == 422
    assert "x" * 301 in refused.content.decode()
    assert not Told.objects.exists()


def test_a_plan_without_questions_asks_none(
    alice: Participant, alice_in: Client, officer: User, open_check_in: CheckIn
) -> None:
    set_plan(alice, PlanTerms(questions=["address"]), by=officer, now=clock.now())
    assert alice_in.get(questions_of(open_check_in)).content.decode().count('"checkbox"') == 1
    set_plan(alice, PlanTerms(questions=[]), by=officer, now=clock.now())
    assert alice_in.get(questions_of(open_check_in)).url == page_of(open_check_in)
    assert questions_of(open_check_in) not in alice_in.get(page_of(open_check_in)).content.decode()


def test_the_questions_are_nobody_elses(bob_in: Client, open_check_in: CheckIn) -> None:
    assert bob_in.get(questions_of(open_check_in)).status_code == 404
    assert answer(bob_in, open_check_in, address="on").status_code == 404
    assert Client().get(questions_of(open_check_in)).status_code == 302


def ask_for_the_area(alice: Participant) -> None:
    boss = people.supervisor(alice.office)
    terms = PlanTerms(location=True, location_reason="Ordered by the court.")
    set_plan(alice, terms, by=boss, now=clock.now())


def test_the_area_is_asked_for_with_the_reason_and_a_no_only_where_it_is_authorised(
    alice: Participant, alice_in: Client, open_check_in: CheckIn
) -> None:
    before = alice_in.get(page_of(open_check_in))
    assert "Where you are" not in before.content.decode()
    assert "geolocation=()" in before.headers["Permissions-Policy"]
    ask_for_the_area(alice)
    asked = alice_in.get(page_of(open_check_in))
    page = asked.content.decode()
    assert "Ordered by the court." in page
    assert "No, do not send" in page
    assert "If you say no, your check-in counts just the same." in page
    assert "geolocation=(self)" in asked.headers["Permissions-Policy"]
    assert "geolocation=()" in alice_in.get("/home/").headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, None),
        ({"latitude": "", "longitude": ""}, None),
        ({"latitude": "40.712776", "longitude": "-74.005974"}, "40.71 -74.01"),
        ({"latitude": "forty", "longitude": "-74"}, None),
        ({"latitude": "nan", "longitude": "0"}, None),
        ({"latitude": "40.7"}, None),
    ],
)
def test_a_photo_is_taken_with_and_without_an_area(
    alice: Participant, alice_in: Client, open_check_in: CheckIn, sent: Any, kept: str | None
) -> None:
    ask_for_the_area(alice)
    answered = alice_in.post(page_of(open_check_in), {"photo": photo(), **sent})
    assert answered.status_code == 302
    attempt = Attempt.objects.get()
    stored = None if attempt.latitude is None else f"{attempt.latitude} {attempt.longitude}"
    assert stored == kept


def test_an_area_nobody_asked_for_is_not_kept(alice_in: Client, open_check_in: CheckIn) -> None:
    sent = {"photo": photo(), "latitude": "40.71", "longitude": "-74.01"}
    assert alice_in.post(page_of(open_check_in), sent).status_code == 302
    assert Attempt.objects.get().latitude is None
