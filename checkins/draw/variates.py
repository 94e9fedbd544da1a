"""The day's key, its commitment, and the variates that follow from it.

Anyone can recompute them. A key is 32 bytes; it is published as 64 hexadecimal digits, and before
its day only as the SHA-256 of the 32 bytes. The variate of a person and a sequence number is

    message = f"{public_id}:{sequence}" in ASCII; public_id as 8-4-4-4-12 lower-case hexadecimal
              digits, sequence in decimal without leading zeros
    digest  = HMAC-SHA-256(key, message)
    k       = the first 52 bits of digest, read as a big-endian number
    u       = (k + 0.5) / 2**52          a float strictly between 0 and 1, held exactly
"""

import hashlib
import hmac
import secrets
from uuid import UUID

KEY_BYTES = 32
_HALF, _SCALE = 0.5, 2.0**-52


def new_key() -> bytes:
    """32 random bytes from the operating system."""
    return secrets.token_bytes(KEY_BYTES)


def commitment(key: bytes) -> str:
    """What is published before the day: SHA-256 of the key, in hexadecimal."""
    return hashlib.sha256(key).hexdigest()


def uniform(key: bytes, who: UUID | str, sequence: int) -> float:
    """The variate in (0, 1) of a participant's public id and a sequence number."""
    digest = hmac.digest(key, f"{who}:{sequence}".encode("ascii"), "sha256")
    return ((int.from_bytes(digest[:8], "big") >> 12) + _HALF) * _SCALE
