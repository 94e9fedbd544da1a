"""The second factor of staff: an authenticator app or passkeys; recovery codes for a loss."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.common.keys import digest, new_code, normal_code
from casework.common.sealing import seal, unseal
from casework.staff import totp
from casework.staff.accounts import end_everything
from casework.staff.models import SecondFactor, StaffPasskey, User

RECOVERY_CODES = 10


def is_enrolled(user: User) -> bool:
    return has_app(user) or has_passkey(user)


def has_app(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def has_passkey(user: User) -> bool:
    return StaffPasskey.objects.filter(user=user).exists()


def is_wanting(user: User) -> bool:
    """Whether this member of staff must still enrol before anything else."""
    return bool(settings.STAFF_SECOND_FACTOR) and not is_enrolled(user)


def begin(user: User, *, now: datetime) -> bytes:
    """The secret to show: the one begun before, or a new one. Raises `RuleError` if enrolled."""
    started, _made = SecondFactor.objects.get_or_create(
        user=user, defaults={"sealed": seal(totp.new_secret()), "made_at": now}
    )
    if started.confirmed_at is not None:
        raise RuleError(_("A second factor is set up already."))
    return unseal(bytes(started.sealed))


@transaction.atomic
def confirm(user: User, code: str, *, now: datetime) -> list[str]:
    """Enrol with a first code; the recovery codes, shown only now. Raises `RuleError`."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    step = _step(factor, code, now) if factor is not None else None
    if factor is None or step is None:
        raise RuleError(_("That code is not right. Type the newest one."), field="code")
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=now, last_step=step)
    codes = _new_recovery_codes(factor)
    _note("set up a second factor", user, by=user, now=now)
    return codes


def recovery_codes_if_none(user: User, *, now: datetime) -> list[str]:
    """For who has a passkey and no app: new codes, shown only now; none where some are left."""
    factor, _made = SecondFactor.objects.select_for_update().get_or_create(
        user=user, defaults={"sealed": seal(totp.new_secret()), "made_at": now}
    )
    return [] if factor.recovery else _new_recovery_codes(factor)


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = [new_code(2) for _number in range(RECOVERY_CODES)]
    SecondFactor.objects.filter(pk=factor.pk).update(
        recovery=[digest(normal_code(one)) for one in codes]
    )
    return codes


@transaction.atomic
def opens(user: User, code: str, *, now: datetime) -> bool:
    """Whether `code` is the app's code of now or a recovery code left; either is used up."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return False
    step = _step(factor, code, now) if factor.confirmed_at is not None else None
    if step is not None:
        if step <= factor.last_step:
            return False
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        return True
    used = digest(normal_code(code))
    if used not in factor.recovery:
        return False
    left = [one for one in factor.recovery if one != used]
    SecondFactor.objects.filter(pk=factor.pk).update(recovery=left)
    _note("used a recovery code", user, by=user, now=now)
    return True


def remove(user: User, *, by: User, now: datetime) -> None:
    """For who lost app, passkeys and recovery codes: an administrator, never oneself."""
    if not by.is_administrator or by == user:
        raise NotPermitted(_("Another administrator removes a second factor."))
    with transaction.atomic():
        end_everything(user, now=now)
        SecondFactor.objects.filter(user=user).delete()
        StaffPasskey.objects.filter(user=user).delete()
        _note("removed a second factor", user, by=by, now=now)


def _step(factor: SecondFactor, code: str, now: datetime) -> int | None:
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == totp.DIGITS):
        return None
    return totp.matching_step(unseal(bytes(factor.sealed)), typed, now)


def _note(verb: str, user: User, *, by: User, now: datetime) -> None:
    record(verb, ("user", user.public_id), by=by.actor, now=now)
