"""Receipts: a signed, checkable word for every answer to a check-in, taken or refused.

Each is an Ed25519-signed compact JWS that any JOSE library verifies with the published keys, and a
short code that a person can read out. It says what arrived when; it never says who.
"""

from checkins.receipts.check import Checked, check
from checkins.receipts.give import LATE, REFUSED, receipt_of_attempt, receipt_of_refusal
from checkins.receipts.keys import jwks, rotate_keys, rotate_old_keys

__all__ = [
    "LATE",
    "REFUSED",
    "Checked",
    "check",
    "jwks",
    "receipt_of_attempt",
    "receipt_of_refusal",
    "rotate_keys",
    "rotate_old_keys",
]
