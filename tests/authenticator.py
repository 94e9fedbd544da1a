"""A passkey's device in software: answers as a browser with a security key would."""

import json
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "https://smartlink.example.org"
FLAG = AuthenticatorData.FLAG


class Device:
    """One device with one key. `counts` are answered in turn; `verifies` its owner or not."""

    def __init__(self, *, verifies: bool = True, counts: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = token_bytes(32)
        self.verifies, self.counts, self.count = verifies, counts, 0
        self.handle = b""
        self.origin = ORIGIN

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        self.handle = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.credential_id, public)
        found = AttestationObject.create("none", self._said(options["rp"]["id"], credential), {})
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options), attestationObject=bytes(found)
        )

    def sign(self, options: dict[str, Any], **changed: bytes) -> dict[str, Any]:
        """What `navigator.credentials.get` gives; `changed` parts after signing."""
        client = self._client("webauthn.get", options)
        said = bytes(self._said(options["rpId"]))
        signature = self.key.sign(said + sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {
            "clientDataJSON": client, "authenticatorData": said, "signature": signature,
            "userHandle": self.handle,
        }  # fmt: skip
        return self._answer(**parts | changed)

    def _said(
        self, rp_id: str, credential: AttestedCredentialData | None = None
    ) -> AuthenticatorData:
        self.count += self.counts
        flags = FLAG.UP | (FLAG.UV if self.verifies else FLAG(0))
        if credential is not None:
            flags |= FLAG.AT
        return AuthenticatorData.create(
            sha256(rp_id.encode()).digest(), flags, self.count, credential or b""
        )

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {
            "id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {},
            "response": {part: websafe_encode(value) for part, value in parts.items()},
        }  # fmt: skip
