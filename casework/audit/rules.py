"""What a line of the audit trail says, letter for letter, and what vouches for it. Pure.

The **mark** says that SmartLink wrote the line: a keyed hash, made when it is written. The
**digest** says where the line stands: SHA-256 over the digest before it and the line, made when
it is sealed. Whoever can only write SQL has no key for the first and cannot hide a gap in the
second.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

GENESIS = hashlib.sha256(b"SmartLink audit chain, 1").hexdigest()
"""What the first digest follows."""

CONTENT = (
    "at", "actor_kind", "actor_id", "verb", "object_type", "object_id", "participant_id", "facts",
    "request_id",
)  # fmt: skip
"""The columns that a line says something with."""

NONCE_BYTES = 16


def canonical(line: Mapping[str, Any]) -> bytes:
    """The same bytes for the same line, before it is stored and when it is read again."""
    said = {name: _plain(line[name]) for name in CONTENT}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """As JSON; a whole float is an integer, because the database gives it back as one."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def mark(line: Mapping[str, Any], nonce: bytes, key: str) -> str:
    """64 signs: the nonce, which makes two equal lines differ, and the keyed hash of both."""
    made = hmac.digest(_key(key), nonce + canonical(line), "sha256")
    return urlsafe_b64encode(nonce + made).decode()


def is_marked(line: Mapping[str, Any], given: str, keys: Sequence[str]) -> bool:
    """Whether SmartLink wrote exactly this line, under any of its keys."""
    try:
        nonce = urlsafe_b64decode(given.encode())[:NONCE_BYTES]
    except ValueError:
        return False
    return any(hmac.compare_digest(mark(line, nonce, key), given) for key in keys)


def checkpoint_mark(position: int, digest: str, key: str) -> str:
    """What vouches for the place where a trimmed chain begins."""
    return hmac.new(_key(key), f"{position}:{digest}".encode(), hashlib.sha256).hexdigest()


def _key(key: str) -> bytes:
    return hashlib.sha256(b"audit mark\0" + key.encode()).digest()


def digest(before: str, position: int, marked: str, line: Mapping[str, Any]) -> str:
    """The link of a line at `position` after the one with the digest `before`; hex."""
    head = f"{before}:{position}:{marked}:".encode()
    return hashlib.sha256(head + canonical(line)).hexdigest()
