"""The check-in as its participant sees it, and as nobody else does."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.common import clock
from casework.findings.services import Proposal, propose
from casework.hearings.models import Court, Hearing
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, Receipt
from checkins.rules import MOST_FOR_ONE_REASON
from checkins.verification.codes import Reason, Result
from tests import people
from tests.portal.conftest import browser_of, photo

JSON = {"Accept": "application/json"}


def page_of(check_in: CheckIn) -> str:
    return f"/check-in/{check_in.public_id}/"


def settle(check_in: CheckIn, result: Result, *reasons: Reason) -> None:
    """As if the worker had found this about the last attempt."""
    attempt = check_in.attempts.latest("number")
    distance = 0.01 if result is Result.MATCH else None
    found = lifecycle.Finding(result, reasons, distance=distance)
    lifecycle.record_verification(attempt, found, now=clock.now())


def send(browser: Client, check_in: CheckIn, key: str = ""):
    return browser.post(
        page_of(check_in), {"photo": photo(), "submission_key": key or str(uuid4())}
    )


def test_home_puts_the_open_check_in_first_and_marks_it_delivered(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    page = alice_in.get("/home/").content.decode()
    assert page_of(open_check_in) in page
    assert "Nothing to do now" not in page
    assert "+12025550100" in page
    open_check_in.refresh_from_db()
    assert open_check_in.delivered_at is not None


def test_home_is_calm_when_there_is_nothing_to_do(alice_in: Client) -> None:
    assert "Nothing to do now" in alice_in.get("/home/").content.decode()


def test_home_tells_the_next_hearing_in_the_courts_own_time(
    alice: Participant, alice_in: Client, bob: Participant
) -> None:
    court = Court.objects.create(name="Los Angeles Court", timezone="America/Los_Angeles")
    at = datetime(clock.now().year + 1, 3, 4, 21, 30, tzinfo=UTC)
    Hearing.objects.create(case=alice.cases.get(), court=court, starts_at=at)
    other = Court.objects.create(name="A court of Bob's")
    Hearing.objects.create(case=bob.cases.get(), court=other, starts_at=at)
    page = alice_in.get("/home/").content.decode().replace("\u202f", " ")
    assert "1:30 PM · Pacific Time" in page
    assert "A court of Bob" not in page


def test_a_photo_is_received_and_the_page_waits(alice_in: Client, open_check_in: CheckIn) -> None:
    answer = send(alice_in, open_check_in)
    assert answer.url == page_of(open_check_in)
    assert "is being checked" in alice_in.get(answer.url).content.decode()
    assert alice_in.get(f"{answer.url}status/").json() == {"state": "verifying"}


def test_a_double_tap_is_one_attempt(alice_in: Client, open_check_in: CheckIn) -> None:
    key = str(uuid4())
    first = send(alice_in, open_check_in, key)
    second = send(alice_in, open_check_in, key)
    assert first.url == second.url
    assert Attempt.objects.count() == 1


def test_each_page_carries_a_key_of_its_own(alice_in: Client, open_check_in: CheckIn) -> None:
    keys = {
        alice_in.get(page_of(open_check_in)).context["form"]["submission_key"].value()
        for _ in range(2)
    }
    assert len(keys) == 2


def test_a_photo_for_a_withdrawn_check_in_is_answered_plainly_and_has_a_receipt(
    alice_in: Client, open_check_in: CheckIn, officer: User
) -> None:
    lifecycle.withdraw(open_check_in, by=officer, reason="a mistake", now=clock.now())
    where = page_of(open_check_in)
    answer = alice_in.post(where, {"photo": photo(), "submission_key": "a"}, follow=True)
    page = answer.content.decode()
    assert "so the photo was not kept. It is not counted against you." in page
    assert Receipt.objects.get().code in page
    again = alice_in.post(where, {"photo": photo()}, headers=JSON)
    assert again.json() == {"next": where, "taken": False}


def test_a_script_is_answered_in_json(alice_in: Client, open_check_in: CheckIn) -> None:
    where = page_of(open_check_in)
    refused = alice_in.post(
        where, {"photo": SimpleUploadedFile("a.jpg", b"%PDF-1.7")}, headers=JSON
    )
    assert refused.status_code == 422
    assert refused.json()["messages"] == [
        "This file is not a photo we can read. Use a JPEG, PNG, WebP or HEIC."
    ]
    assert refused.json()["receipt"] == Receipt.objects.get().code
    taken = alice_in.post(where, {"photo": photo()}, headers=JSON)
    assert taken.json() == {"next": where, "taken": True}
    signed_out = Client().post(where, {"photo": photo()}, headers=JSON)
    assert signed_out.status_code == 401
    assert signed_out.json()["next"].startswith("/?next=")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 not a photo", "not a photo we can read"),
        (b"", "The file is empty"),
        (b"\xff\xd8\xff\xe0\x00", "arrived damaged"),
        (None, "Take or choose a photo first"),
    ],
)
def test_a_refused_file_says_why_on_the_same_form(
    alice_in: Client, open_check_in: CheckIn, content: bytes | None, sentence: str
) -> None:
    sent = {} if content is None else {"photo": SimpleUploadedFile("x.jpg", content)}
    answer = alice_in.post(page_of(open_check_in), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'type="file"' in page
    assert Attempt.objects.count() == 0


def test_accepted_is_said_with_time_and_code(
    alice: Participant, alice_in: Client, officer: User
) -> None:
    check_in = _without_liveness(alice, officer)
    send(alice_in, check_in)
    settle(check_in, Result.MATCH)
    page = alice_in.get(page_of(check_in)).content.decode()
    assert "Check-in accepted" in page
    assert check_in.attempts.get().receipt.code in page
    assert "today at" in page


def test_a_photo_that_cannot_be_used_says_what_to_do_and_asks_again(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    send(alice_in, open_check_in)
    settle(open_check_in, Result.POOR_PHOTO, Reason.TOO_DARK)
    for address in ("/home/", page_of(open_check_in)):
        page = alice_in.get(address).content.decode()
        assert "The photo is too dark. Turn towards a window or a lamp." in page
    assert 'type="file"' in page


def test_what_a_person_must_settle_needs_nothing_from_the_participant(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    send(alice_in, open_check_in)
    settle(open_check_in, Result.NO_MATCH, Reason.DOES_NOT_MATCH)
    page = alice_in.get(page_of(open_check_in)).content.decode()
    assert "An officer is looking at your photo" in page
    assert "This is not a mark against you" in page
    assert "match" not in page.lower()


def test_a_missed_check_in_can_still_be_answered_and_goes_to_an_officer(
    alice: Participant, alice_in: Client, officer: User
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    check_in = people.open_check_in(alice, officer, now=yesterday)
    lifecycle.mark_delivered(check_in, now=yesterday)
    lifecycle.close_overdue(check_in, now=clock.now())
    assert "you can still answer" in alice_in.get(page_of(check_in)).content.decode()
    page = send(alice_in, check_in)
    assert "An officer is looking" in alice_in.get(page.url).content.decode()


def test_who_tried_with_files_that_are_no_photos_reads_that_an_officer_looks(
    alice: Participant, alice_in: Client, officer: User
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    check_in = people.open_check_in(alice, officer, now=yesterday)
    lifecycle.mark_delivered(check_in, now=yesterday)
    for number in range(MOST_FOR_ONE_REASON):
        no_photo = lifecycle.NotAPhoto(f"{number}", Reason.NOT_A_PHOTO)
        lifecycle.refuse_upload(check_in, no_photo, now=yesterday)
    lifecycle.close_overdue(check_in, now=clock.now())
    page = alice_in.get(page_of(check_in)).content.decode()
    assert "This is not a mark against you" in page
    assert "Your office is looking into it. Call them" in page
    assert "looking at your photo" not in page


def test_sending_to_a_closed_check_in_shows_where_it_stands(
    alice_in: Client, open_check_in: CheckIn, officer: User
) -> None:
    lifecycle.withdraw(open_check_in, by=officer, reason="a mistake", now=clock.now())
    answer = send(alice_in, open_check_in)
    page = alice_in.get(answer.url).content.decode()
    assert "withdrawn" in page
    assert "+12025550100" in page


def test_no_state_is_a_dead_end(alice_in: Client, open_check_in: CheckIn) -> None:
    for state in ("accepted", "not_accepted", "missed", "lapsed", "excused", "cancelled"):
        CheckIn.objects.filter(pk=open_check_in.pk).update(
            state=state, decided_at=clock.now(), delivered_at=clock.now()
        )
        page = alice_in.get(page_of(open_check_in))
        assert page.status_code == 200, state
        assert "+12025550100" in page.content.decode(), state


@pytest.mark.parametrize("ending", ["", "status/"])
def test_a_strangers_check_in_does_not_exist(
    bob_in: Client, open_check_in: CheckIn, ending: str
) -> None:
    where = page_of(open_check_in) + ending
    assert bob_in.get(where).status_code == 404
    assert bob_in.get("/home/").content.decode().count(str(open_check_in.public_id)) == 0


def test_a_stranger_cannot_send_a_photo_for_alice(bob_in: Client, open_check_in: CheckIn) -> None:
    assert send(bob_in, open_check_in).status_code == 404
    assert Attempt.objects.count() == 0


def test_signed_out_people_and_staff_are_asked_to_sign_in(
    open_check_in: CheckIn, officer: User
) -> None:
    staff = Client()
    staff.force_login(officer)
    for browser in (Client(), staff):
        for where in ("/home/", page_of(open_check_in), "/login-code/"):
            answer = browser.get(where)
            assert answer.status_code == 302
            assert answer.url.startswith("/?next=")
        assert send(browser, open_check_in).url.startswith("/?next=")
    assert Attempt.objects.count() == 0


def _without_liveness(participant: Participant, officer: User) -> CheckIn:
    check_in = people.open_check_in(participant, officer)
    CheckIn.objects.filter(pk=check_in.pk).update(liveness="none")
    check_in.refresh_from_db()
    return check_in


@pytest.mark.parametrize(("hours", "is_offered"), [(5, True), (60, False)])
def test_a_check_in_missed_of_late_is_what_is_to_do_now_until_a_letter_speaks_of_it(
    alice: Participant, officer: User, hours: int, *, is_offered: bool
) -> None:
    before = clock.now() - timedelta(hours=hours)
    missed = people.open_check_in(alice, officer, now=before)
    lifecycle.mark_delivered(missed, now=before)
    lifecycle.close_overdue(missed, now=clock.now())
    browser = browser_of(alice, officer)
    page = browser.get("/home/").content.decode()
    assert ("but you can still answer" in page) is is_offered
    assert ("Nothing to do now" in page) is not is_offered
    new = Proposal("check_in", missed.public_id, "missed", "Nobody picked up the phone.")
    propose(new, by=officer, now=clock.now())
    page = browser.get("/home/").content.decode()
    assert "A letter for you" in page
    assert "but you can still answer" not in page
