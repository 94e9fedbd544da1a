"""The cookie that keeps a participant signed in. It opens the portal and nothing else."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import Participant

COOKIE = "portal_session"


def recognised(request: HttpRequest) -> Participant | None:
    """Whose cookie this is, or None. A staff session is another cookie and means nothing here."""
    token = request.COOKIES.get(COOKIE, "")
    return sign_in.participant_of_token(token, now=clock.now()) if token else None


def begin(request: HttpRequest, response: HttpResponse, signed_in: sign_in.SignedIn) -> None:
    """Hand the session to this browser."""
    rotate_token(request)
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=sign_in.SESSION_LIFE,
        httponly=True,
        secure=settings.USE_TLS,
        samesite="Lax",
    )


def end(request: HttpRequest, response: HttpResponse) -> None:
    """Close the session, here and on the server."""
    sign_in.sign_out(request.COOKIES.get(COOKIE, ""), now=clock.now())
    response.delete_cookie(COOKIE, samesite="Lax")
