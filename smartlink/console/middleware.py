"""What holds for every page under /staff/: its language, its zone, and what it may load."""

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from casework.common import clock
from casework.staff.models import User
from smartlink.console.duty import duty_of, read_duty

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
        user = request.user
        duty = read_duty(user, clock.now()) if isinstance(user, User) else duty_of(request)
        setattr(request, "duty", duty)  # noqa: B010 - not an attribute that Django knows
        with translation.override("en"), timezone.override(duty.zone):
            response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response._csp_replace = RELAXED  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's way
        return response
