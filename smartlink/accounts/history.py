"""Writes down who signs in, and which browsers are signed in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from casework.common import clock
from casework.staff.models import SignInMeans, StaffSession, User
from casework.staff.services import note_try, whence

BEGAN, SEEN, ROW, FACTOR = "began_at", "seen_at", "staff_session", "has_second_factor"
"""What the session itself remembers, so that a page asks the database nothing for it."""
MEANS = "sign_in_means"
"""Set on a request that signs in with something else than a password."""


@receiver(user_logged_in)
def entered(sender: Any, request: HttpRequest, user: User, **_kw: Any) -> None:
    now = clock.now()
    if request.session.session_key is None:
        request.session.create()
    device, address = whence(request)
    row = StaffSession.objects.create(
        user=user,
        session_key=request.session.session_key or "",
        began_at=now,
        last_seen_at=now,
        device=device,
        address=address,
    )
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()
    request.session[ROW] = [row.pk, row.session_key]
    note_try(user, request, now=now, entered=True, means=_means(request))


@receiver(user_login_failed)
def refused(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_kw: Any
) -> None:
    """Of an address that nobody has, only that somebody tried."""
    user = User.objects.filter(email=str(credentials.get("username", "")).lower()).first()
    note_try(user, request, now=clock.now(), entered=False, means=_means(request))


def _means(request: HttpRequest | None) -> SignInMeans:
    """A password, unless the page of passkeys has said otherwise on the request."""
    means: SignInMeans = getattr(request, MEANS, SignInMeans.PASSWORD)
    return means


@receiver(user_logged_out)
def left(sender: Any, request: HttpRequest, user: User | None, **_kw: Any) -> None:
    row = request.session.get(ROW)
    if row:
        StaffSession.objects.filter(pk=row[0], ended_at=None).update(ended_at=clock.now())
