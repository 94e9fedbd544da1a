"""Under /api/ everything speaks JSON, and a missing last slash is no mistake."""

from collections.abc import Callable
from datetime import UTC

import structlog
from axes.helpers import get_cool_off
from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _

from checkins.uploads import CONTENT_TYPE as PIECE
from smartlink.api.problems import CONTENT_TYPE, problem_response

log = structlog.get_logger(__name__)

PREFIX = "/api/"
Answer = Callable[[HttpRequest], HttpResponse]


class ApiMiddleware:
    """Early refusal of huge bodies; problem+json also for what never reaches a view."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        with timezone.override(UTC):
            response = self._answer(request)
        _read_to_the_end(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > _longest(request):
            return problem_response(request, 413, _("The request is too large."), code="too_large")
        response = self.get_response(request)
        if response.status_code >= 400 and response.get("Content-Type") != CONTENT_TYPE:
            return _retold(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not request.path_info.startswith(PREFIX):
            return None
        log.error("request failed", exc_info=error)
        detail = _("Something went wrong on our side. Nothing was lost; please try again.")
        return problem_response(request, 500, detail, code="our_fault")


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdigit() else 0


def _read_to_the_end(request: HttpRequest) -> None:
    """Take what is left of a refused upload, within reason.

    A server that hangs up in the middle of one is no answer: the phone sees a broken connection
    instead of the reason.
    """
    left = 2 * int(settings.API_MAX_BODY_BYTES)
    try:
        while left > 0 and (chunk := request.read(64 * 1024)):
            left -= len(chunk)
    except UnreadablePostError:
        log.info("caller is gone")


def _longest(request: HttpRequest) -> int:
    """Only photos are large, whole (as multipart) or in pieces."""
    if request.content_type in {"multipart/form-data", PIECE}:
        return int(settings.API_MAX_BODY_BYTES)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or settings.API_MAX_BODY_BYTES)


def _retold(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The same refusal, as a problem, with the headers that matter."""
    details = {
        403: _("You may not do this."),
        404: _("There is nothing at this address."),
        429: _("Too many wrong tries. Please wait a little."),
    }
    detail = details.get(response.status_code, _("The request could not be handled."))
    retold = problem_response(request, response.status_code, detail)
    for header in ("Allow", "Retry-After", "WWW-Authenticate", "X-Request-ID"):
        if header in response:
            retold[header] = response[header]
    if response.status_code == 429 and "Retry-After" not in retold:  # the lockout of staff sign-in
        retold["Retry-After"] = str(int(get_cool_off(request).total_seconds()))
    return retold
