"""A receipt for every answer; it verifies without us, and not once a character is changed."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from casework.common import clock
from casework.common.errors import TooOften, WrongState
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle, receipts, submissions
from checkins.models import Attempt, CheckIn, Receipt, ReceiptKey, RefusedUpload
from checkins.verification.codes import Reason, Result
from tests import people
from tests.fake_engine import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


@pytest.fixture
def check_in(alice: Participant, officer: User) -> CheckIn:
    return people.open_check_in(alice, officer)


def send(check_in: CheckIn, content: bytes | None = None, **kw: Any) -> Attempt:
    upload = SimpleUploadedFile("selfie.jpg", picture("alice") if content is None else content)
    return submissions.submit_attempt(check_in, upload, submissions.Sent(**kw), now=clock.now())


def refused(check_in: CheckIn, content: bytes = b"%PDF-1.7", **kw: Any) -> Receipt | None:
    with pytest.raises(submissions.PhotoNotTaken) as caught:
        send(check_in, content, **kw)
    return caught.value.receipt


def published() -> dict[str, Any]:
    keys: dict[str, Any] = Client().get("/.well-known/jwks.json").json()
    return {key["kid"]: key for key in keys["keys"]}


def claims_by_pyjwt(text: str) -> dict[str, Any]:
    """As a stranger would: nothing but the text and the published keys."""
    key = jwt.PyJWK(published()[jwt.get_unverified_header(text)["kid"]])
    found: dict[str, Any] = jwt.decode(text, key, algorithms=["EdDSA"])
    return found


def test_an_attempt_has_a_receipt_that_says_what_arrived_and_not_who(check_in: CheckIn) -> None:
    attempt = send(check_in)
    claims = claims_by_pyjwt(attempt.receipt.jws)
    assert claims == {
        "iss": "http://127.0.0.1:8000",
        "jti": str(attempt.receipt.public_id),
        "iat": int(attempt.received_at.timestamp()),
        "code": attempt.receipt.code,
        "check_in": str(check_in.public_id),
        "attempt": str(attempt.public_id),
        "number": 1,
        "received_at": attempt.received_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "method": "selfie",
        "outcome": "taken",
        "photo_sha256": hashlib.sha256(picture("alice")).hexdigest(),
    }
    person = check_in.participant
    told = json.dumps(claims)
    for secret in (person.given_name, person.family_name, person.a_number, str(person.public_id)):
        assert secret not in told


def test_a_bare_crypto_library_verifies_it_from_the_published_key(check_in: CheckIn) -> None:
    text = send(check_in).receipt.jws
    signed, signature = text.rsplit(".", 1)
    [key] = published().values()
    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    assert "d" not in key
    public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["x"] + "="))
    public.verify(urlsafe_b64decode(signature + "=="), signed.encode())


def test_no_character_of_it_can_be_changed(check_in: CheckIn) -> None:
    text = send(check_in).receipt.jws
    assert receipts.check(text) is not None
    for place, sign in enumerate(text):
        changed = text[:place] + ("A" if sign != "A" else "B") + text[place + 1 :]
        assert receipts.check(changed) is None, place
    assert receipts.check(text[:-1]) is None
    assert receipts.check(text + "A") is None
    head, payload, signature = text.split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    forged = urlsafe_b64encode(json.dumps(claims | {"outcome": "taken_late"}).encode())
    with pytest.raises(jwt.InvalidSignatureError):
        claims_by_pyjwt(f"{head}.{forged.rstrip(b'=').decode()}.{signature}")


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA", "typ": "JWT"}]
)
def test_another_algorithm_or_kind_of_token_is_no_receipt(
    check_in: CheckIn, header: dict[str, str]
) -> None:
    text = send(check_in).receipt.jws
    real = jwt.get_unverified_header(text)
    encoded = urlsafe_b64encode(json.dumps(real | header).encode()).rstrip(b"=").decode()
    assert receipts.check(f"{encoded}.{text.split('.')[1]}.") is None
    if header["alg"] == "HS256":  # signed with the public key as if it were a shared secret
        secret = urlsafe_b64decode(published()[real["kid"]]["x"] + "=")
        signed = jwt.encode({"jti": "x"}, secret, "HS256", {"kid": real["kid"], "typ": real["typ"]})
        assert receipts.check(signed) is None


def test_a_refused_file_leaves_only_its_fingerprint_and_the_reason(check_in: CheckIn) -> None:
    receipt = refused(check_in)
    assert receipt is not None
    assert receipts.check(receipt.jws).claims["reason"] == "not_a_photo"  # type: ignore[union-attr]
    claims = claims_by_pyjwt(receipt.jws)
    assert claims["outcome"] == "refused"
    assert claims["photo_sha256"] == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert not Attempt.objects.exists()
    check_in.refresh_from_db()
    assert check_in.state == "open"


def test_a_refused_file_of_a_double_tap_is_one_and_of_two_taps_two(check_in: CheckIn) -> None:
    first = refused(check_in, submission_key="a")
    assert refused(check_in, submission_key="a") == first
    assert refused(check_in, b"other", submission_key="a") != first
    assert refused(check_in) != refused(check_in)
    assert list(RefusedUpload.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_refused_files_are_counted_and_end_at_twenty(check_in: CheckIn) -> None:
    for _try in range(lifecycle.MAX_ATTEMPTS):
        refused(check_in)
    with pytest.raises(TooOften):
        send(check_in, b"once more")
    assert send(check_in).number == 1  # a photo is still taken


@pytest.mark.parametrize("state", ["cancelled", "lapsed", "excused"])
def test_a_photo_for_a_closed_check_in_is_not_kept_but_has_its_receipt(
    check_in: CheckIn, officer: User, state: str
) -> None:
    now = clock.now()
    if state == "cancelled":
        lifecycle.withdraw(check_in, by=officer, reason="a mistake", now=now)
    else:
        if state == "excused":
            lifecycle.mark_delivered(check_in, now=now)
        lifecycle.close_overdue(check_in, now=now + timedelta(days=1))
    if state == "excused":
        lifecycle.excuse(check_in, by=officer, reason="ill", now=now)
    receipt = refused(check_in, picture("alice"), submission_key="a")
    assert receipt is not None
    claims = claims_by_pyjwt(receipt.jws)
    assert (claims["outcome"], claims["reason"]) == ("refused", "closed")
    assert refused(check_in, picture("alice"), submission_key="a") == receipt
    assert refused(check_in, b"%PDF-1.7") is not None, "also for what is no photo at all"
    assert not Attempt.objects.exists()
    check_in.refresh_from_db()
    assert check_in.state == state


def test_while_an_answer_is_looked_at_another_photo_has_no_receipt(check_in: CheckIn) -> None:
    send(check_in)
    with pytest.raises(WrongState):
        send(check_in)
    assert Receipt.objects.count() == 1


def test_a_late_photo_says_so_and_the_phones_clock_is_only_its_claim(
    alice: Participant, officer: User
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    check_in = people.open_check_in(alice, officer, now=yesterday)
    lifecycle.mark_delivered(check_in, now=yesterday)
    lifecycle.close_overdue(check_in, now=clock.now())
    check_in.refresh_from_db()
    attempt = send(check_in, captured_at=yesterday + timedelta(minutes=5))
    claims = claims_by_pyjwt(attempt.receipt.jws)
    assert claims["outcome"] == "taken_late"
    taken = (yesterday + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert claims["captured_at"] == taken
    page = Client().post("/verify/", {"receipt": attempt.receipt.code}).content.decode()
    assert "Taken, as the phone says" in page
    assert ", after the deadline" in page


def test_a_double_tap_has_one_receipt(check_in: CheckIn) -> None:
    first = send(check_in, submission_key="tap")
    assert send(check_in, submission_key="tap").receipt == first.receipt
    assert Receipt.objects.count() == 1


def test_rotated_keys_stay_published_and_can_sign_no_more(
    alice: Participant, officer: User, check_in: CheckIn
) -> None:
    old = send(check_in).receipt
    call_command("rotate_receipt_keys")
    lifecycle.record_verification(
        check_in.attempts.get(),
        lifecycle.Finding(Result.POOR_PHOTO, (Reason.TOO_DARK,)),
        now=clock.now(),
    )
    check_in.refresh_from_db()
    new = send(check_in, picture("alice", noise=0.1)).receipt
    assert old.key_id != new.key_id
    assert len(published()) == 2
    for receipt in (old, new):
        assert claims_by_pyjwt(receipt.jws)["code"] == receipt.code
        assert receipts.check(receipt.jws) is not None
    assert ReceiptKey.objects.get(pk=old.key_id).sealed is None


def test_the_sweep_rotates_a_key_after_ninety_days_and_once(check_in: CheckIn) -> None:
    send(check_in)
    now = clock.now()
    assert receipts.rotate_old_keys(now + timedelta(days=89)) == 0
    assert receipts.rotate_old_keys(now + timedelta(days=91)) == 1
    assert receipts.rotate_old_keys(now + timedelta(days=91)) == 0


def test_there_is_one_key_in_use(check_in: CheckIn) -> None:
    key = send(check_in).receipt.key
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptKey.objects.create(kid="x", public={}, sealed=b"x", created_at=key.created_at)


def test_a_seal_that_cannot_be_opened_costs_nobody_a_check_in(
    check_in: CheckIn, alice: Participant
) -> None:
    refused(check_in)
    ReceiptKey.objects.update(sealed=b"sealed with a key that is lost")
    assert receipts.check(send(check_in).receipt.jws) is not None
    assert ReceiptKey.objects.count() == 2


def test_a_row_written_by_hand_is_not_genuine(check_in: CheckIn) -> None:
    receipt = send(check_in).receipt
    Receipt.objects.filter(pk=receipt.pk).update(jws=receipt.jws[:-4] + "AAAA")
    assert receipts.check(receipt.code) is None
