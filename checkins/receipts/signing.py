"""Signing and opening the compact JWS of a receipt. No database here."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM = "EdDSA"
TYPE = "smartlink-receipt+jwt"
LONGEST = 4000
_PARTS = 3


class _EdDSA(jws.JWSRegistry):
    """RFC 9864 renames this algorithm; the libraries in use, and DESIGN §4, know it as EdDSA."""

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise JoseError(description="not EdDSA")
        return self.algorithms[name]


_REGISTRY = _EdDSA(algorithms=[ALGORITHM])


def new_key() -> OKPKey:
    """An Ed25519 pair that carries its own RFC 7638 thumbprint as `kid`."""
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM})
    return OKPKey.import_key({**key.as_dict(private=True), "kid": key.thumbprint()})


def sign(claims: Mapping[str, Any], key: OKPKey, kind: str = TYPE) -> str:
    """`kind` tells what is signed, so that nothing else passes for a receipt."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=True).encode()
    return jws.serialize_compact(header, payload, key, registry=_REGISTRY)


def key_named_in(text: str) -> str | None:
    """The `kid` that a JWS claims to be signed with; None when it is no receipt of any kind."""
    if len(text) > LONGEST or not _is_canonical(text):
        return None
    try:
        header = json.loads(_decoded(text.split(".")[0]))
    except ValueError:
        return None
    if not isinstance(header, dict) or header.get("typ") != TYPE:
        return None
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def opened(text: str, public: Mapping[str, Any]) -> dict[str, Any] | None:
    """The claims, if this key signed exactly these characters."""
    try:
        found = jws.deserialize_compact(text, OKPKey.import_key(dict(public)), registry=_REGISTRY)
        claims = json.loads(found.payload)
    except (JoseError, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


def _is_canonical(text: str) -> bool:
    """Base64 has spare bits at the end: only the one spelling that we gave out is the receipt."""
    parts = text.split(".")
    if len(parts) != _PARTS or not text.isascii():
        return False
    try:
        return all(
            urlsafe_b64encode(_decoded(part)).rstrip(b"=").decode() == part for part in parts
        )
    except ValueError:
        return False


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
