"""What holds for every page under /staff/: its language, its zone, and what it may load."""

from collections.abc import Callable
from datetime import tzinfo
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from casework.staff.models import User

PREFIX = "/staff/"
# The admin's own scripts (Alpine) build functions from attributes and set styles; so inline code
# and eval are let in here, and only here, for signed-in staff. Nothing is loaded from elsewhere,
# nothing may frame the pages, and forms go nowhere else: those directives stay as they are.
RELAXED = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-ancestors": [NONE],
}


class StaffSite:
    """Staff pages are in English and show times of the officer's first office."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        with translation.override("en"), timezone.override(_zone_of(request)):
            response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response._csp_replace = RELAXED  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's way
        return response


def _zone_of(request: HttpRequest) -> tzinfo:
    if isinstance(request.user, User):
        office = request.user.offices.order_by("name").first()
        if office is not None:
            zone: tzinfo = office.timezone
            return zone
    return ZoneInfo(settings.TIME_ZONE)
