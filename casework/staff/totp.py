"""Time-based one-time passwords (RFC 6238): six digits, half a minute, SHA-1, as every app has."""

import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""A phone's clock may be half a minute off, either way."""


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step of time that `code` belongs to, near `now`; None when it belongs to none."""
    here = step_of(now)
    steps = range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1)
    fitting = [step for step in steps if secrets.compare_digest(code_at(secret, step), code)]
    return fitting[-1] if fitting else None


def readable(secret: bytes) -> str:
    """For typing it into an app: base 32 in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, account: str) -> str:
    """What the QR code says."""
    key = b32encode(secret).decode()
    return f"otpauth://totp/SmartLink:{quote(account)}?secret={key}&issuer=SmartLink"


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - what the standard says
