"""One check-in: seen by those with the case, taken back, excused."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins import lifecycle, submissions
from checkins.models import CheckIn
from tests import people
from tests.console.conftest import Browser, in_review
from tests.fake_engine import picture


def page_of(check_in: CheckIn) -> str:
    return reverse("console:check_in", args=[check_in.public_id])


def missed(alice: Participant, officer: User) -> CheckIn:
    then = clock.now() - timedelta(hours=5)
    check_in = people.open_check_in(alice, officer, now=then)
    lifecycle.mark_delivered(check_in, now=then)
    lifecycle.close_overdue(check_in, now=clock.now())
    check_in.refresh_from_db()
    return check_in


def test_it_tells_what_was_asked_what_came_and_what_happened(
    browser_of: Browser, officer: User, alice: Participant, django_assert_max_num_queries: Any
) -> None:
    check_in = in_review(alice, officer)
    client = browser_of(officer)
    with django_assert_max_num_queries(15):
        text = client.get(page_of(check_in)).content.decode()
    for part in ["a test", "counts apart", "No match", "Requested", "In review", "similar"]:
        assert part in text


def test_an_open_one_is_withdrawn_with_a_reason(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = people.open_check_in(alice, officer)
    sent = {"act": "withdraw", "reason": "asked the wrong person"}
    assert browser_of(officer).post(page_of(check_in), sent).url == page_of(check_in)
    check_in.refresh_from_db()
    assert check_in.state == "cancelled"
    assert check_in.events.last().reason == "asked the wrong person"


def test_a_missed_one_is_excused_with_a_reason(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = missed(alice, officer)
    assert check_in.state == "missed"
    text = browser_of(officer).get(page_of(check_in)).content.decode()
    assert "Withdraw the request" not in text
    sent = {"act": "excuse", "reason": "was in hospital"}
    assert browser_of(officer).post(page_of(check_in), sent).status_code == 302
    check_in.refresh_from_db()
    assert check_in.state == "excused"


@pytest.mark.parametrize("act", ["withdraw", "excuse", "accept", ""])
def test_without_a_reason_or_a_known_act_nothing_changes(
    browser_of: Browser, officer: User, alice: Participant, act: str
) -> None:
    check_in = missed(alice, officer) if act == "excuse" else people.open_check_in(alice, officer)
    before = check_in.state
    answer = browser_of(officer).post(page_of(check_in), {"act": act, "reason": " "})
    assert answer.status_code == 422
    check_in.refresh_from_db()
    assert check_in.state == before


def test_what_was_typed_is_kept_when_somebody_was_quicker(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = missed(alice, officer)
    lifecycle.excuse(check_in, by=officer, reason="first", now=clock.now())
    sent = {"act": "excuse", "reason": "second"}
    answer = browser_of(officer).post(page_of(check_in), sent)
    assert answer.status_code == 422
    assert "already closed" in answer.content.decode()
    assert check_in.events.last().reason == "first"


def test_strangers_neither_see_nor_change_it(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    check_in = people.open_check_in(alice, officer)
    for stranger in [people.officer(office), people.supervisor(people.office())]:
        client = browser_of(stranger)
        assert client.get(page_of(check_in)).status_code == 404
        sent = {"act": "withdraw", "reason": "because"}
        assert client.post(page_of(check_in), sent).status_code == 404
    check_in.refresh_from_db()
    assert check_in.state == "open"


def test_a_planned_time_is_secret_from_everyone(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    now = clock.now()
    planned = CheckIn.objects.create(
        participant=alice,
        origin="drawn",
        method="selfie",
        liveness="none",
        state="planned",
        created_at=now,
        planned_for=now + timedelta(hours=1),
    )
    for user in [officer, people.administrator()]:
        assert browser_of(user).get(page_of(planned)).status_code == 404


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_a_phone_whose_clock_makes_no_sense_closes_no_page(
    browser_of: Browser, officer: User, alice: Participant, told: str
) -> None:
    check_in = people.open_check_in(alice, officer)
    sent = submissions.Sent(captured_at=datetime.fromisoformat(told))
    upload = SimpleUploadedFile("photo.jpg", picture("alice"))
    attempt = submissions.submit_attempt(check_in, upload, sent, now=clock.now())
    assert attempt.captured_at is None
    assert browser_of(officer).get(page_of(check_in)).status_code == 200
