"""Staff accounts: invitation, own password, sessions, and an end to all of it."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, NotRecognised, RuleError
from casework.common.keys import digest, new_code, normal_code
from casework.staff.models import StaffInvite, StaffSession, StaffToken, User

INVITE_LIFE = timedelta(days=3)


@transaction.atomic
def invite(user: User, *, by: User, now: datetime) -> str:
    """A one-time code with which `user` sets a password; earlier unused ones stop working."""
    if not by.has_perm("staff.change_user"):
        raise NotPermitted(_("Only an administrator invites staff."))
    if not user.is_active:
        raise RuleError(_("This account is closed."))
    user.invites.filter(used_at=None, replaced_at=None).update(replaced_at=now)
    code = new_code(4)
    StaffInvite.objects.create(
        user=user,
        code_digest=digest(normal_code(code)),
        created_at=now,
        created_by=by,
        expires_at=now + INVITE_LIFE,
    )
    record("invited staff", ("user", user.public_id), by=by.actor, now=now)
    return code


def open_invite(code: str, *, now: datetime) -> StaffInvite:
    """The invite behind a followed link. Raises `NotRecognised`."""
    found = (
        StaffInvite.objects.select_related("user")
        .filter(code_digest=digest(normal_code(code)))
        .first()
    )
    if found is None or not found.opens_at(now):
        raise NotRecognised(_("This link does not work any more. Ask for a new one."))
    return found


@transaction.atomic
def accept_invite(code: str, password: str, *, now: datetime) -> User:
    """Set the own password and use the link up; whoever was signed in before is not any more.

    Raises `NotRecognised` for the link, `RuleError` for the password.
    """
    found = open_invite(code, now=now)
    try:
        validate_password(password, found.user)
    except ValidationError as error:
        raise RuleError(" ".join(error.messages), field="password") from error
    unused = StaffInvite.objects.filter(pk=found.pk, used_at=None, replaced_at=None)
    if not unused.update(used_at=now):
        raise NotRecognised(_("This link was used a moment ago."))
    user = found.user
    user.set_password(password)
    user.save(update_fields=["password"])
    end_everything(user, now=now)
    record("set a password", ("user", user.public_id), by=user.actor, now=now)
    return user


def end_session(session: StaffSession, *, by: User, now: datetime) -> None:
    """The browser is signed out with its next request."""
    with transaction.atomic():
        Session.objects.filter(session_key=session.session_key).delete()
        StaffSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now)
        record("ended a session", ("user", session.user.public_id), by=by.actor, now=now)


@transaction.atomic
def changed_own_password(user: User, *, here: str, now: datetime) -> None:
    """Whoever knew the old one is out: everything ends but the session with the key `here`."""
    end_everything(user, now=now, but=here)
    record("changed the own password", ("user", user.public_id), by=user.actor, now=now)


def end_everything(user: User, *, now: datetime, but: str = "") -> None:
    """All sessions and tokens of `user`: nothing that was open opens anything."""
    ended = user.sessions.filter(ended_at=None).exclude(session_key=but)
    keys = list(ended.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    ended.update(ended_at=now)
    StaffToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
