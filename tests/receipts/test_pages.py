"""Receipts in the hand of their participant, of anybody else, and of a program."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import sweeps
from checkins.lifecycle import NewAttempt, receive_attempt
from checkins.models import CheckIn, DrawKey, Receipt
from smartlink.portal import slowing
from tests import people
from tests.fake_engine import picture
from tests.portal.conftest import browser_of
from tests.scheduling.days import under_supervision, utc

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer, given_name="Alicia")


@pytest.fixture
def receipt(alice: Participant, officer: User) -> Receipt:
    check_in = people.open_check_in(alice, officer)
    return receive_attempt(check_in, NewAttempt(picture("alice"), ".jpg"), now=clock.now()).receipt


def test_the_participant_finds_shows_and_saves_the_receipt(
    alice: Participant, officer: User, receipt: Receipt
) -> None:
    browser = browser_of(alice, officer)
    where = f"/receipts/{receipt.public_id}/"
    check_in = f"/check-in/{receipt.check_in.public_id}/"
    for page in ("/receipts/", check_in):
        assert where in browser.get(page).content.decode(), page
    shown = browser.get(where).content.decode()
    assert receipt.code in shown
    assert 'src="data:image/svg+xml' in shown
    assert f"/verify/?c={receipt.code}" in shown
    saved = browser.get(f"{where}receipt.jws")
    assert saved.content.decode() == receipt.jws
    assert receipt.code in saved["Content-Disposition"]


def test_a_strangers_receipt_does_not_exist(officer: User, receipt: Receipt) -> None:
    bob = browser_of(people.participant(officer), officer)
    for ending in ("", "receipt.jws"):
        assert bob.get(f"/receipts/{receipt.public_id}/{ending}").status_code == 404
    assert receipt.code not in bob.get("/receipts/").content.decode()


def test_a_refused_file_is_answered_with_its_receipt(alice: Participant, officer: User) -> None:
    check_in = people.open_check_in(alice, officer)
    browser = browser_of(alice, officer)
    where, bad = f"/check-in/{check_in.public_id}/", {"photo": SimpleUploadedFile("a", b"%PDF")}
    page = browser.post(where, bad).content.decode()
    receipt = Receipt.objects.get()
    assert receipt.code in page
    assert f"/receipts/{receipt.public_id}/" in page
    told = browser.post(
        where, {"photo": SimpleUploadedFile("a", b"%PDF")}, headers={"Accept": "application/json"}
    )
    assert told.json()["receipt"] == Receipt.objects.latest("pk").code
    assert "Could not be used" in browser.get("/receipts/").content.decode()


def test_anybody_may_check_a_code_a_link_or_the_whole_text(
    client: Client, alice: Participant, receipt: Receipt
) -> None:
    pages = [
        client.get("/verify/", {"c": receipt.code}),
        client.post("/verify/", {"receipt": receipt.code.lower().replace("-", " ")}),
        client.post("/verify/", {"receipt": f"{receipt.jws[:70]}\n {receipt.jws[70:]}\n"}),
    ]
    for page in pages:
        text = page.content.decode()
        assert "This receipt is genuine" in text
        assert "The answer is being checked." in text
        assert str(receipt.check_in.public_id) in text
        for secret in (alice.given_name, alice.family_name, alice.a_number, str(alice.public_id)):
            assert secret not in text
    CheckIn.objects.update(state="accepted", decided_at=clock.now())
    later = client.get("/verify/", {"c": receipt.code}).content.decode()
    assert "The check-in was accepted." in later


@pytest.mark.parametrize("given", ["BCDF-BCDF-BCDF", "a.b.c", "..", "é" * 30, "{}", "x" * 5000])
def test_what_is_not_ours_is_not_genuine(client: Client, receipt: Receipt, given: str) -> None:
    page = client.post("/verify/", {"receipt": given}).content.decode()
    assert "This is not a genuine receipt" in page


def test_a_receipt_outlives_our_record_of_it(client: Client, receipt: Receipt) -> None:
    receipt.delete()
    page = client.post("/verify/", {"receipt": receipt.jws}).content.decode()
    assert "This receipt is genuine" in page
    assert "no longer on record" in page


def test_codes_cannot_be_found_by_trying(
    client: Client, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slowing, "RECEIPT_CHECKS", 3)
    answers = [client.get("/verify/", {"c": "BCDF-BCDF-BCDF"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert client.post("/draws/receipt/", {"receipt": receipt.code}).status_code == 429


def test_the_keys_may_be_kept_for_minutes_by_anybody(client: Client, receipt: Receipt) -> None:
    answer = client.get("/.well-known/jwks.json")
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert [key["kid"] for key in answer.json()["keys"]] == [receipt.key.kid]


def test_the_api_says_the_same_to_programs(client: Client, receipt: Receipt) -> None:
    def ask(given: str) -> Any:
        body = {"receipt": given}
        return client.post("/api/v1/receipts/verify/", body, content_type="application/json").json()

    for given in (receipt.code, receipt.jws):
        found = ask(given)
        assert (found["genuine"], found["state"]) == (True, "verifying")
        assert found["claims"]["code"] == receipt.code
    assert ask("BCDF-BCDF-BCDF") == {
        "genuine": False, "claims": None, "state": None, "state_text": None,
    }  # fmt: skip


@pytest.fixture
def drawn(officer: User) -> CheckIn:
    """A check-in that the real sweeps drew and issued, on a day whose key is shown by now."""
    start = utc(2026, 6, 10, 6)
    person = under_supervision(officer, at=start, rate_per_week=14)
    sweeps.draw_ahead(start)
    first = CheckIn.objects.filter(state="planned").order_by("planned_for").first()
    assert first is not None
    assert first.planned_for is not None
    sweeps.issue_due(first.planned_for)
    sweeps.turn_keys(first.planned_for + timedelta(days=3))
    return CheckIn.objects.get(participant=person, issued_at__isnull=False)


def test_who_holds_the_receipt_of_a_drawn_check_in_may_compute_its_day(
    client: Client, drawn: CheckIn
) -> None:
    now = drawn.issued_at
    attempt = receive_attempt(drawn, NewAttempt(picture("alice"), ".jpg"), now=now)
    assert (
        "Check that this request was drawn"
        in client.get("/verify/", {"c": attempt.receipt.code}).content.decode()
    )
    page = client.post("/draws/receipt/", {"receipt": attempt.receipt.code}).content.decode()
    facts = re.search(r'name="facts" value="([^"]+)"', page)
    assert facts is not None
    computed = client.post("/draws/", {"facts": facts[1].replace("&quot;", '"')}).content.decode()
    assert drawn.planned_for.strftime("%H:%M:%S") in computed
    assert drawn.planned_for.strftime("%H:%M:%S") in page


def test_before_the_key_is_shown_the_receipt_opens_nothing(client: Client, drawn: CheckIn) -> None:
    attempt = receive_attempt(drawn, NewAttempt(picture("alice"), ".jpg"), now=drawn.issued_at)
    DrawKey.objects.filter(day=drawn.draw_day).update(revealed_at=None, revealed_key="")
    page = client.post("/draws/receipt/", {"receipt": attempt.receipt.jws}).content.decode()
    assert "locked until" in page
    assert 'name="facts"' not in page
    assert str(drawn.participant.public_id) not in page


def test_a_check_in_that_an_officer_asked_for_was_not_drawn(
    client: Client, receipt: Receipt
) -> None:
    page = client.post("/draws/receipt/", {"receipt": receipt.code}).content.decode()
    assert "an officer asked for it" in page
    assert client.post("/draws/receipt/", {"receipt": "nothing"}).status_code == 400
