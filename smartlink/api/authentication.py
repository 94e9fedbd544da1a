"""Who calls: a staff or participant bearer token, or the browser session of staff."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from casework.common import clock
from casework.common.api import ParticipantCaller
from casework.participants.sign_in import participant_of_token
from casework.staff.models import User
from casework.staff.services import user_of_token


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with a token from `auth/token` or `portal/sign-in`."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        try:
            token = words[1].decode("ascii") if len(words) == 2 else ""
        except UnicodeDecodeError:
            token = ""
        caller = _caller(token)
        if caller is None:
            raise AuthenticationFailed(_("This token opens nothing. Sign in again."))
        return caller, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="SmartLink"'


def _caller(token: str) -> User | ParticipantCaller | None:
    now = clock.now()
    if token.startswith("staff_"):
        return user_of_token(token, now=now)
    person = participant_of_token(token, now=now) if token.startswith("portal_") else None
    if person is None:
        return None
    translation.activate(person.language)  # what they read is in their language, always
    return ParticipantCaller(person)


class StaffSessionAuthentication(SessionAuthentication):
    """The staff site's own session, with its CSRF check: for the docs page and the console."""
