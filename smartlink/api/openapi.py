"""What the generated description cannot see by itself: sign-in, problems, idempotency keys."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object

from smartlink.api.idempotency import LONGEST_KEY
from smartlink.api.problems import CONTENT_TYPE

_METHODS = ("get", "post", "put", "patch", "delete")
_NOT_KEYED = ("/auth/token/", "/portal/sign-in/", "/receipts/verify/", "/{upload_key}/")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "smartlink.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scheme = build_bearer_security_scheme_object("Authorization", "Bearer")
        return {
            **scheme,
            "description": "From `auth/token` (staff) or `portal/sign-in` (participants).",
        }


class StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "smartlink.api.authentication.StaffSessionAuthentication"
    name = "staffSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the staff site; writes need its CSRF token too.",
        }


def _text(description: str = "") -> dict[str, Any]:
    return {"type": "string"} | ({"description": description} if description else {})


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. Every answer of 400 and above.",
    "required": ["type", "title", "status", "detail", "code", "instance", "request_id"],
    "properties": {
        "type": _text(),
        "title": _text(),
        "status": {"type": "integer"},
        "detail": _text("A sentence fit to show, in the caller's language."),
        "code": _text("What went wrong, for programs."),
        "instance": _text("The address that was asked."),
        "request_id": _text("To quote when asking for help."),
        "errors": {
            "type": "array",
            "description": "What does not fit, field by field.",
            "items": {
                "type": "object",
                "required": ["field", "detail", "code"],
                "properties": {"field": _text(), "detail": _text(), "code": _text()},
            },
        },
        "reason": {
            "type": "object",
            "description": "Why a photo was not taken, in the words of an attempt's reasons.",
            "required": ["code", "text"],
            "properties": {"code": _text(), "text": _text()},
        },
        "receipt": {
            "type": "object",
            "description": "For a photo that was not taken: proof that it came.",
            "required": ["code", "url", "jws"],
            "properties": {"code": _text(), "url": _text(), "jws": _text()},
        },
    },
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "The same key with the same content gives the first answer again for 24 hours "
    "(with `Idempotency-Replayed: true`) and changes nothing; with other content 422; while the "
    "first request is running 409. A refused request may be sent again under its key.",
}


def complete(result: dict[str, Any], generator: Any, **_kw: Any) -> dict[str, Any]:
    """Add to each operation the problems it may answer with, and to writes their key."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    answer = {
        "description": "A problem.",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for address, operations in result["paths"].items():
        for method in set(operations) & set(_METHODS):
            operation = operations[method]
            operation["responses"]["default"] = answer
            if method != "get" and not address.endswith(_NOT_KEYED):
                operation.setdefault("parameters", []).append(_KEY)
    # What staff see holds all that a participant sees, so an answer may fit both.
    for name in ("CheckInSeen", "AttemptSeen"):
        seen = result["components"]["schemas"][name]
        seen["anyOf"] = seen.pop("oneOf")
    return result
