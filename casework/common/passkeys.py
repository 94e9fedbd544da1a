"""Passkeys (WebAuthn): what is asked of a browser, and whether what it answers is right.

The key and the face or finger that opens it never leave the device; we keep a public key. Whose
key it is, and which challenges are still good, is for the apps above.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from casework.common.errors import NotRecognised

CHALLENGE_BYTES = 32
MOST_BYTES = 16_000
"""Longest answer of a browser that is read at all."""
TIMEOUT_MS = 120_000
# What fido2 raises on an answer that is no answer.
_MALFORMED = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, AssertionError,
    NotImplementedError, struct.error, RecursionError,
)  # fmt: skip


class CounterWentBack(NotRecognised):
    """The key counts its uses, and counted fewer than before: there may be a copy of it."""

    code = "counter_went_back"


class TookTooLong(NotRecognised):
    """The challenge ran out, was used, or was another browser's."""

    def __init__(self) -> None:
        super().__init__(_("That took too long. Please try again."))


@dataclass(frozen=True)
class Owner:
    """Whom the key shall name: `handle` comes back with it, the names are shown by the device."""

    handle: bytes
    name: str


@dataclass(frozen=True)
class NewKey:
    """What is kept of a new key; `stored` holds its public half."""

    credential_id: bytes
    stored: bytes
    sign_count: int


@dataclass(frozen=True)
class Known:
    """A key of ours: its public half, its last count, and whose it is."""

    stored: bytes
    sign_count: int
    handle: bytes


def are_possible() -> bool:
    """Browsers bind passkeys to a name of a site; an address of digits has none."""
    host = _host()
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return bool(host)
    return False


def ask_to_add(
    owner: Owner, known: list[bytes], challenge: bytes, *, verified: bool
) -> dict[str, Any]:
    """Options for `navigator.credentials.create`; no device that is in `known` adds twice."""
    options, _state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=owner.handle, name=owner.name, display_name=owner.name),
        _described(known),
        resident_key_requirement=(
            ResidentKeyRequirement.REQUIRED if verified else ResidentKeyRequirement.PREFERRED
        ),
        user_verification=_verification(verified=verified),
        challenge=challenge,
    )
    return _plain(options)


def added(answer: Any, challenge: bytes, *, verified: bool) -> NewKey:
    """The key that a browser made. Raises `NotRecognised`."""
    try:
        made = _server().register_complete(_state(challenge, verified=verified), answer)
        credential = made.credential_data
        if credential is None or type(credential.public_key) not in _algorithms():
            raise NotRecognised(_("This device's passkeys do not work here."))
        return NewKey(credential.credential_id, bytes(credential), made.counter)
    except _MALFORMED as error:
        raise NotRecognised(_("The passkey could not be checked. Please try again.")) from error


def ask_to_enter(known: list[bytes], challenge: bytes, *, verified: bool) -> dict[str, Any]:
    """Options for `navigator.credentials.get`; with no `known`, the device offers its own."""
    options, _state = _server().authenticate_begin(
        _described(known) or None,
        user_verification=_verification(verified=verified),
        challenge=challenge,
    )
    return _plain(options)


def credential_of(answer: Any) -> bytes:
    """The id of the key that an answer claims to be made with. Raises `NotRecognised`."""
    try:
        return bytes(AuthenticationResponse.from_dict(answer).raw_id)
    except _MALFORMED as error:
        raise NotRecognised(_("The passkey could not be checked. Please try again.")) from error


def entered(answer: Any, challenge: bytes, key: Known, *, verified: bool) -> int:
    """The key's new count. Raises `NotRecognised`, `CounterWentBack`."""
    try:
        read = AuthenticationResponse.from_dict(answer)
        named = read.response.user_handle
        if named and bytes(named) != key.handle:
            raise NotRecognised(_("This passkey does not open anything here."))
        _server().authenticate_complete(
            _state(challenge, verified=verified), [AttestedCredentialData(key.stored)], answer
        )
        count = int(read.response.authenticator_data.counter)
    except _MALFORMED as error:
        raise NotRecognised(_("The passkey could not be checked. Please try again.")) from error
    if not counts_on(key.sign_count, count):
        raise CounterWentBack(_("This passkey may have been copied. Sign in another way."))
    return count


def counts_on(before: int, after: int) -> bool:
    """Whether a count may follow another: it grows, or the device does not count at all."""
    return after > before or before == after == 0


def _verification(*, verified: bool) -> UserVerificationRequirement:
    required = UserVerificationRequirement.REQUIRED
    return required if verified else UserVerificationRequirement.DISCOURAGED


def _state(challenge: bytes, *, verified: bool) -> dict[str, Any]:
    """What `Fido2Server` wants back of its own first half."""
    return {
        "challenge": websafe_encode(challenge),
        "user_verification": _verification(verified=verified),
    }


def _described(known: list[bytes]) -> list[PublicKeyCredentialDescriptor]:
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=one) for one in known]


def _algorithms() -> set[type[CoseKey]]:
    return {CoseKey.for_alg(number) for number in CoseKey.supported_algorithms()}


def _server() -> Fido2Server:
    """For the host of PUBLIC_URL, and pages of exactly that origin."""
    parts = urlsplit(settings.PUBLIC_URL)
    origin = f"{parts.scheme}://{parts.netloc}"
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=_host(), name="SmartLink"),
        verify_origin=lambda given: given == origin,
    )
    server.timeout = TIMEOUT_MS  # type: ignore[assignment]  # it says None there
    return server


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it; bytes as base64url."""
    plain: dict[str, Any] = json.loads(json.dumps(options, default=dict))["publicKey"]
    return plain
