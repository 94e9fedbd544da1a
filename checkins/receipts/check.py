"""Checking a receipt that somebody shows: by its signature, or by its code."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.common.keys import normal_code
from checkins.models import Receipt
from checkins.receipts.keys import public_key
from checkins.receipts.signing import key_named_in, opened

_CODE = re.compile(r"[0-9A-Z]{12}")


@dataclass(frozen=True)
class Checked:
    """A genuine receipt; `receipt` is None once our record is gone (its signature still holds)."""

    claims: dict[str, Any]
    receipt: Receipt | None

    @property
    def received_at(self) -> datetime:
        return datetime.fromisoformat(self.claims["received_at"])

    @property
    def captured_at(self) -> datetime | None:
        """What the phone claimed; nobody has checked it."""
        given = self.claims.get("captured_at")
        return datetime.fromisoformat(given) if given else None

    @property
    def state(self) -> str:
        """The check-in's present state, or "" when it is no longer on record."""
        return self.receipt.check_in.state if self.receipt is not None else ""


def check(given: str) -> Checked | None:
    """A pasted JWS or a typed code; None when it is not genuine."""
    text = "".join(given.split())
    return _signed(text) if text.count(".") else _coded(text)


def _signed(text: str) -> Checked | None:
    kid = key_named_in(text)
    key = public_key(kid) if kid is not None else None
    claims = opened(text, key) if key is not None else None
    if claims is None:
        return None
    found = Receipt.objects.select_related("check_in").filter(public_id=UUID(claims["jti"])).first()
    return Checked(claims, found)


def _coded(text: str) -> Checked | None:
    signs = normal_code(text)
    if not _CODE.fullmatch(signs):
        return None
    code = "-".join(signs[place : place + 4] for place in (0, 4, 8))
    found = Receipt.objects.select_related("check_in").filter(code=code).first()
    # What is on record must itself bear our signature: a row written by hand is no receipt.
    return _signed(found.jws) if found is not None else None
