"""Giving a receipt, in the transaction that keeps the answer: neither without the other."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings

from casework.common.keys import new_code
from checkins.models import Attempt, Receipt, RefusedUpload
from checkins.receipts.keys import signing_key
from checkins.receipts.signing import sign

GROUPS = 3
"""Twelve signs, 57 bits. A repeat breaks the unique index, and the sender tries again."""

TAKEN, LATE, REFUSED = "taken", "taken_late", "refused"


def receipt_of_attempt(attempt: Attempt, *, method: str, now: datetime) -> Receipt:
    """`taken`, or `taken_late` when the deadline had passed."""
    outcome = LATE if attempt.late else TAKEN
    facts = {"method": method, "outcome": outcome}
    if attempt.photo_sha256:
        facts["photo_sha256"] = attempt.photo_sha256
    return _give(attempt, facts, now, attempt=attempt)


def receipt_of_refusal(refused: RefusedUpload, *, now: datetime) -> Receipt:
    facts = {
        "method": "selfie",
        "outcome": REFUSED,
        "reason": refused.reason,
        "photo_sha256": refused.sha256,
    }
    return _give(refused, facts, now, refused_upload=refused)


def _give(
    answer: Attempt | RefusedUpload, facts: dict[str, str], now: datetime, **of: Any
) -> Receipt:
    row, key = signing_key(now)
    public_id, code, check_in = uuid4(), new_code(GROUPS), answer.check_in
    claims = {
        "iss": settings.PUBLIC_URL,
        "jti": str(public_id),
        "iat": int(answer.received_at.timestamp()),
        "code": code,
        "check_in": str(check_in.public_id),
        "attempt": str(answer.public_id),
        "number": answer.number,
        "received_at": said(answer.received_at),
        **({"captured_at": said(answer.captured_at)} if answer.captured_at else {}),
        **facts,
    }
    return Receipt.objects.create(
        public_id=public_id,
        check_in=check_in,
        key=row,
        code=code,
        jws=sign(claims, key),
        received_at=answer.received_at,
        **of,
    )


def said(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
