"""A photo in pieces from the page: as the whole one, and only from its own person."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle, uploads
from checkins.models import Attempt, CheckIn, PartialUpload
from smartlink.portal.sessions import COOKIE
from tests.portal.conftest import photo

pytestmark = pytest.mark.django_db
KEY = uuid4()


def body_of(**fields: Any) -> bytes:
    return encode_multipart(BOUNDARY, {"photo": photo(), "submission_key": uuid4()} | fields)


def address(check_in: CheckIn) -> str:
    return f"/check-in/{check_in.public_id}/upload/{KEY}/"


def patch(browser: Client, check_in: CheckIn, body: bytes, part: slice, **headers: str) -> Any:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return browser.patch(
        address(check_in),
        body[part],
        content_type="application/partial-upload",
        headers={
            "Accept": "application/json",
            "Upload-Offset": str(part.start),
            "Upload-Length": str(len(body)),
            "Upload-Content-Type": MULTIPART_CONTENT,
            "Repr-Digest": f"sha-256=:{digest}:",
            **headers,
        },
    )


def test_its_pieces_are_one_attempt_under_the_key_of_the_address(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    body = body_of(captured_at="2026-10-01T10:00:00Z")
    first = patch(alice_in, open_check_in, body, slice(0, 2000))
    assert first.json()["offset"] == 2000
    assert alice_in.get(address(open_check_in)).json()["offset"] == 2000
    wrong = patch(alice_in, open_check_in, body, slice(1000, 3000))
    assert (wrong.status_code, wrong.json()) == (409, {"offset": 2000})
    done = patch(alice_in, open_check_in, body, slice(2000, len(body)))
    told = {"next": f"/check-in/{open_check_in.public_id}/", "taken": True}
    assert done.json() == told
    for again in (
        patch(alice_in, open_check_in, body, slice(2000, len(body))),
        alice_in.get(address(open_check_in), headers={"Accept": "application/json"}),
    ):
        assert (again.status_code, again.json()) == (200, told)
    attempt = Attempt.objects.get()
    assert attempt.submission_key == str(KEY)
    assert attempt.captured_at.isoformat() == "2026-10-01T10:00:00+00:00"
    assert not PartialUpload.objects.exists()


def test_strangers_and_the_signed_out_reach_nothing(
    alice_in: Client, bob_in: Client, open_check_in: CheckIn
) -> None:
    body = body_of()
    patch(alice_in, open_check_in, body, slice(0, 2000))
    for browser, status in ((bob_in, 404), (Client(), 401)):
        assert patch(browser, open_check_in, body, slice(2000, len(body))).status_code == status
        asked = browser.get(address(open_check_in), headers={"Accept": "application/json"})
        assert asked.status_code == status
    assert bob_in.delete(address(open_check_in)).status_code == 404
    assert PartialUpload.objects.get().received == 2000
    assert alice_in.delete(address(open_check_in)).status_code == 204
    assert not PartialUpload.objects.exists()


def test_a_piece_needs_the_token_that_asking_gives(
    alice: Participant, alice_in: Client, open_check_in: CheckIn
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[COOKIE] = alice_in.cookies[COOKIE].value
    body = body_of()
    assert patch(browser, open_check_in, body, slice(0, 2000)).status_code == 403
    token = browser.get(address(open_check_in)).json()["token"]
    sent = patch(browser, open_check_in, body, slice(0, 2000), **{"X-CSRFToken": token})
    assert sent.json()["offset"] == 2000


def test_what_is_no_photo_says_why_and_is_gone(alice_in: Client, open_check_in: CheckIn) -> None:
    body = body_of(photo=photo(kind="GIF"), captured_at="x" * 30, challenge="y" * 2000)
    patch(alice_in, open_check_in, body, slice(0, 2000))
    refused = patch(alice_in, open_check_in, body, slice(2000, len(body)))
    assert refused.status_code == 422
    assert refused.json()["messages"]
    assert not PartialUpload.objects.exists()
    garbled = patch(alice_in, open_check_in, body, slice(0, 2000), **{"Upload-Length": "x"})
    assert garbled.status_code == 400
    large = patch(alice_in, open_check_in, body, slice(0, 2000), **{"Upload-Length": "99999999"})
    assert large.status_code == 422


def test_two_that_bring_the_last_piece_hear_that_it_was_taken(
    alice_in: Client, open_check_in: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = body_of()
    patch(alice_in, open_check_in, body, slice(0, 2000))
    take_piece, first = uploads.take_piece, []

    def after_the_other(*args: Any, **now: Any) -> Any:
        if not first:
            first.append(None)
            first[0] = patch(alice_in, open_check_in, body, slice(2000, len(body)))
        return take_piece(*args, **now)

    monkeypatch.setattr(uploads, "take_piece", after_the_other)
    second = patch(alice_in, open_check_in, body, slice(2000, len(body)))
    assert (second.status_code, second.json()) == (200, first[0].json())
    assert second.json()["taken"] is True
    assert Attempt.objects.count() == 1


def test_a_boundary_that_cannot_be_read_is_refused(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    body, strange = body_of(), "multipart/form-data; boundary*=nosuch'en'abc"
    refused = patch(
        alice_in, open_check_in, body, slice(0, len(body)), **{"Upload-Content-Type": strange}
    )
    assert refused.status_code == 400
    assert refused.json()["messages"]
    assert not PartialUpload.objects.exists()


def test_too_many_pieces_begin_again(
    alice_in: Client, open_check_in: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = body_of()
    monkeypatch.setattr(uploads, "MOST_PIECES", 1)
    patch(alice_in, open_check_in, body, slice(0, 1024))
    refused = patch(alice_in, open_check_in, body, slice(1024, 2048))
    assert refused.status_code == 400
    assert "send it again" in refused.json()["messages"][0]
    assert patch(alice_in, open_check_in, body, slice(0, len(body))).json()["taken"] is True


def test_a_check_in_that_needs_none_says_where_it_stands(
    alice_in: Client, open_check_in: CheckIn, officer: User
) -> None:
    body = body_of()
    other = lifecycle.NewAttempt(photo().read(), ".jpg")
    lifecycle.receive_attempt(open_check_in, other, now=clock.now())
    told = patch(alice_in, open_check_in, body, slice(0, 2000)).json()
    assert told["taken"] is False
