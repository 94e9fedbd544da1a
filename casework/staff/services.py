"""Signing staff in to the API."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotRecognised
from casework.common.keys import digest, new_token
from casework.staff.models import StaffToken, User

TOKEN_LIFE = timedelta(hours=12)
TOKEN_USE_RECORDED_EVERY = timedelta(minutes=5)


def sign_in_for_token(
    email: str, password: str, *, now: datetime, request: HttpRequest
) -> tuple[User, str]:
    """A new bearer token. Raises `NotRecognised` without saying which part was wrong.

    `request` is for the lockout, which counts wrong passwords by address.
    """
    user = authenticate(request, username=email.strip().lower(), password=password)
    if not isinstance(user, User):
        raise NotRecognised(_("E-mail or password is not right, or this sign-in is locked."))
    return user, give_token(user, now=now)


def give_token(user: User, *, now: datetime) -> str:
    """A token that speaks for `user` for twelve hours; shown only now."""
    key = new_token("staff")
    StaffToken.objects.create(
        user=user, key_digest=digest(key), created_at=now, expires_at=now + TOKEN_LIFE
    )
    record("signed in for a token", ("user", user.public_id), by=user.actor, now=now)
    return key


def user_of_token(key: str, *, now: datetime) -> User | None:
    """Who a bearer token speaks for, or None when it opens nothing (any more)."""
    token = StaffToken.objects.select_related("user").filter(key_digest=digest(key)).first()
    if token is None or not token.opens_at(now):
        return None
    if token.last_used_at is None or now - token.last_used_at > TOKEN_USE_RECORDED_EVERY:
        StaffToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def end_token(key: str, *, now: datetime) -> None:
    """The token opens nothing from now on."""
    StaffToken.objects.filter(key_digest=digest(key), revoked_at__isnull=True).update(
        revoked_at=now
    )
