"""Every error as RFC 9457 problem+json: what is wrong, in the caller's language, and no more."""

import math
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from casework.common.errors import NotPermitted, NotRecognised, RuleError, TooOften, WrongState
from checkins.receipts.shown import receipt_shown
from checkins.submissions import PhotoNotTaken
from checkins.uploads import Garbled, TooManyPieces, WrongOffset
from checkins.verification.codes import Reason

CONTENT_TYPE = "application/problem+json"
_RULE_STATUS: list[tuple[type[RuleError], int]] = [
    (WrongState, 409),
    (NotPermitted, 403),
    (NotRecognised, 401),
    (TooOften, 429),
    (Garbled, 422),
    (TooManyPieces, 422),
]
_PHOTO_STATUS = {Reason.FILE_TOO_LARGE: 413, Reason.NOT_A_PHOTO: 415, Reason.CLOSED: 409}


def problem(
    status: int,
    detail: str,
    *,
    code: str = "",
    errors: list[dict[str, str]] | None = None,
    **extra: Any,
) -> dict[str, Any]:
    """The members of one problem document."""
    code = code or HTTPStatus(status).name.lower()
    body: dict[str, Any] = {
        "type": f"urn:smartlink:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
        **extra,
    }
    if errors:
        body["errors"] = errors
    return body


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets an unexpected error go on to the 500 handler."""
    body, headers = _describe(error)
    if body is None:
        return None
    request = context.get("request")
    if request is not None:
        body["instance"] = request.path
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _describe(error: Exception) -> tuple[dict[str, Any] | None, dict[str, str]]:
    if isinstance(error, RuleError):
        return _rule(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail))
        detail = errors[0]["detail"] if len(errors) == 1 else _("Some of the fields do not fit.")
        return problem(400, detail, code="invalid", errors=errors), {}
    if isinstance(error, exceptions.APIException):
        return _api_exception(error)
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("The request is too large."), code="too_large"), {}
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return problem(400, _("The request could not be read.")), {}
    return None, {}


def _rule(error: RuleError) -> tuple[dict[str, Any], dict[str, str]]:
    text = str(error)
    named = [{"field": error.field, "detail": text, "code": error.code}] if error.field else None
    if isinstance(error, PhotoNotTaken):
        status = _PHOTO_STATUS.get(error.reason, 422)
        reason = {"code": error.reason.value, "text": text}
        extra = {"receipt": receipt_shown(error.receipt)} if error.receipt is not None else {}
        return problem(status, text, code=error.code, errors=named, reason=reason, **extra), {}
    status = next((status for kind, status in _RULE_STATUS if isinstance(error, kind)), 400)
    if error.code == "already_open":
        status = 409
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooOften) else {}
    if isinstance(error, WrongOffset):
        headers["Upload-Offset"] = str(error.offset)
    return problem(status, text, code=error.code, errors=named), headers


def _api_exception(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    headers: dict[str, str] = {}
    wait: float | None = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    detail = str(error.detail)
    if isinstance(error, exceptions.Throttled):
        detail = _("Too many requests. Please wait a little.")
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    code = str(getattr(error.detail, "code", "") or error.default_code)
    return problem(error.status_code, detail, code=code), headers


def _flat(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors as a flat list with dotted field names."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else _legible(str(name))
            yield from _flat(inner, ".".join(part for part in (field, own) if part))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, field)
    else:
        code = str(getattr(detail, "code", "invalid"))
        yield {"field": field, "detail": _legible(str(detail)), "code": code}


def _legible(text: str) -> str:
    """A refusal repeats what was sent: half a character, which JSON can name, cannot be written."""
    return text.encode(errors="replace").decode()


def problem_response(
    request: HttpRequest, status: int, detail: str, code: str = ""
) -> JsonResponse:
    """A problem outside DRF's views: unknown address, refused body, our own failure."""
    body = problem(status, detail, code=code, instance=request.path)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
