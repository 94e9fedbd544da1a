"""Signing staff in to the API."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.helpers import get_client_ip_address
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, NotRecognised
from casework.common.keys import digest, new_token
from casework.staff import factors
from casework.staff.models import SignIn, SignInMeans, SignInOutcome, StaffToken, User

TOKEN_LIFE = timedelta(hours=12)
TOKEN_USE_RECORDED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Given:
    """What somebody typed to sign in; `code` is of the second factor."""

    email: str
    password: str
    code: str = ""


def sign_in_for_token(given: Given, *, now: datetime, request: HttpRequest) -> tuple[User, str]:
    """A new bearer token. Raises `NotRecognised` without saying which part was wrong.

    `request` is for the lockout, which counts wrong passwords and codes by address.
    """
    user = authenticate(request, username=given.email.strip().lower(), password=given.password)
    if not isinstance(user, User):
        raise NotRecognised(_("E-mail or password is not right, or this sign-in is locked."))
    require_code(user, given.code, now=now, request=request)
    if factors.is_wanting(user):
        raise NotPermitted(_("Set up your second factor on the staff site first."))
    note_try(user, request, now=now, entered=True)
    return user, give_token(user, now=now)


def require_code(user: User, code: str, *, now: datetime, request: HttpRequest) -> None:
    """Where a second factor is enrolled, its code. A wrong one counts like a wrong password."""
    if not factors.is_enrolled(user):
        return
    if not code.strip():
        raise NotRecognised(_wanted(user), field="code")
    if not factors.opens(user, code, now=now):
        user_login_failed.send(
            sender=__name__, credentials={"username": user.email}, request=request
        )
        raise NotRecognised(_("That code is not right, or was used already."), field="code")


def _wanted(user: User) -> str:
    if factors.has_app(user):
        return _("Type the code of your authenticator app, or a recovery code.")
    return _("Sign in with your passkey, or type a recovery code.")


def note_try(
    user: User | None,
    request: HttpRequest | None,
    *,
    now: datetime,
    entered: bool,
    means: SignInMeans = SignInMeans.PASSWORD,
) -> None:
    """A line in the sign-in history."""
    device, address = whence(request)
    outcome = SignInOutcome.ENTERED if entered else SignInOutcome.REFUSED
    SignIn.objects.create(
        user=user, at=now, outcome=outcome, means=means, device=device, address=address
    )


def whence(request: HttpRequest | None) -> tuple[str, str | None]:
    """The kind of browser, and the address."""
    if request is None:
        return "", None
    address = get_client_ip_address(request) if request.META.get("REMOTE_ADDR") else None
    return request.headers.get("User-Agent", "")[:160], address


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
