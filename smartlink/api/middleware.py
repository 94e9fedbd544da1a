"""Under /api/ everything speaks JSON, and a missing last slash is no mistake."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from smartlink.api.problems import problem_response

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
        if _length(request) > settings.API_MAX_BODY_BYTES:
            return problem_response(request, 413, _("The request is too large."))
        response = self.get_response(request)
        if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
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


def _retold(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The same refusal, as a problem, with the headers that matter."""
    details = {404: _("There is nothing at this address."), 403: _("You may not do this.")}
    detail = details.get(response.status_code, _("The request could not be handled."))
    retold = problem_response(request, response.status_code, detail)
    for header in ("Allow", "Retry-After", "WWW-Authenticate", "X-Request-ID"):
        if header in response:
            retold[header] = response[header]
    return retold
