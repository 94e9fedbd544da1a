"""What holds for every browser session of staff: how long it lasts, and the second factor."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from casework.common import clock
from casework.staff import factors
from casework.staff.models import StaffSession, User
from smartlink.accounts.history import BEGAN, FACTOR, ROW, SEEN

LONGEST = timedelta(hours=12)
SEEN_EVERY_SECONDS = 300
PREFIXES = ("/staff/", "/api/")
WITHOUT_FACTOR = (
    "accounts:second_factor", "accounts:add_passkey", "accounts:keep_passkey", "admin:logout",
)  # fmt: skip


class StaffSessions:
    """Ends sessions that were idle or open too long; sends who has no second factor to get one.

    A session that is ended by hand is gone from the database; it needs nothing here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PREFIXES) and settings.SESSION_COOKIE_NAME in request.COOKIES:
            user = request.user
            if isinstance(user, User):
                answer = self._look(request, user)
                if answer is not None:
                    return answer
        return self.get_response(request)

    def _look(self, request: HttpRequest, user: User) -> HttpResponse | None:
        if _is_over(request):
            logout(request)
            if request.path.startswith("/api/"):
                return None  # no session speaks any more, and the API says so
            back = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('admin:login')}?{back}")
        _note_seen(request)
        if _may_pass(request, user):
            return None
        if request.path.startswith("/api/"):
            return HttpResponse(status=403)  # retold as a problem by the API's middleware
        return HttpResponseRedirect(reverse("accounts:second_factor"))


def _is_over(request: HttpRequest) -> bool:
    now = clock.now().timestamp()
    began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
    return bool(
        now - began > LONGEST.total_seconds() or now - seen > 60 * settings.STAFF_IDLE_MINUTES
    )


def _note_seen(request: HttpRequest) -> None:
    """Every five minutes, and when the key of the session changed (a new password)."""
    now, key = clock.now(), request.session.session_key
    row = request.session.get(ROW)
    moved = row is not None and row[1] != key
    if not moved and now.timestamp() - request.session.get(SEEN, 0) < SEEN_EVERY_SECONDS:
        return
    request.session[SEEN] = now.timestamp()
    if row is not None:
        StaffSession.objects.filter(pk=row[0]).update(last_seen_at=now, session_key=key)
        request.session[ROW] = [row[0], key]


def _may_pass(request: HttpRequest, user: User) -> bool:
    if not settings.STAFF_SECOND_FACTOR or request.session.get(FACTOR):
        return True
    if factors.is_enrolled(user):
        request.session[FACTOR] = True
        return True
    return request.path in {reverse(name) for name in WITHOUT_FACTOR}
