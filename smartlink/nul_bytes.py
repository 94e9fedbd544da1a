"""A NUL byte is no text, and PostgreSQL keeps none: whoever sends one made a mistake, not we."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

_SAID = "NUL (0x00)"
"""As Django's database backend and PostgreSQL say it."""


class NulBytesMiddleware:
    """400 where one got past the forms; under /api/ the serializers refuse it by field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ValueError | DataError) and _SAID in str(error):
            return bad_request(request, error)
        return None
