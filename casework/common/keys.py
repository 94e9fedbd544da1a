"""Secret keys that people or programs carry: made at random, kept only as hashes."""

import hashlib
import secrets

# Crockford's base 32 without letters that are misread or spell words.
_READABLE = "23456789BCDFGHJKMNPQRSTVWXZ"


def new_token(prefix: str) -> str:
    """A bearer token of 256 random bits, marked by what it opens."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def new_code(groups: int, size: int = 4) -> str:
    """A code a person can read out and type: `groups` × `size` signs joined by dashes."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(size)) for _ in range(groups))


def normal_code(typed: str) -> str:
    """What a person meant by a typed code: case, blanks and dashes do not matter."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def digest(key: str) -> str:
    """SHA-256 in hex. Enough for keys of 80 and more random bits; PINs need a slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()
