"""The id of a request: in every log line, in its tasks, and in the answer, for asking back."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse


class ToldRequestIdMiddleware:
    """Sits inside django-structlog's, which makes the id and trusts no caller's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        response = self.get_response(request)
        response["X-Request-ID"] = str(request_id)
        return response
