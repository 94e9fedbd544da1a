"""Passkeys of staff: adding, signing in with and removing them; challenges for everybody's."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common import passkeys
from casework.common.errors import NotRecognised, RuleError
from casework.common.keys import digest
from casework.staff import factors
from casework.staff.models import PasskeyChallenge, StaffPasskey, User

CHALLENGE_LIFE = timedelta(minutes=3)
MOST = 10
SWEPT = 100
ENTER = "staff enter"


@dataclass(frozen=True)
class Answer:
    """What a browser answered, and the secret of the cookie that it came with."""

    sent: Any
    browser: str


def new_challenge(browser: str, purpose: str, *, now: datetime) -> bytes:
    """Good once, for three minutes, for the browser with that cookie; the last one counts."""
    _sweep(now)
    challenge = secrets.token_bytes(passkeys.CHALLENGE_BYTES)
    PasskeyChallenge.objects.update_or_create(
        browser=digest(browser),
        purpose=purpose,
        defaults={"challenge": challenge, "expires_at": now + CHALLENGE_LIFE},
    )
    return challenge


@transaction.atomic
def _sweep(now: datetime) -> None:
    """A few of those that ran out; two sweeps never wait for each other."""
    over = PasskeyChallenge.objects.select_for_update(skip_locked=True)
    ids = list(over.filter(expires_at__lte=now).values_list("pk", flat=True)[:SWEPT])
    PasskeyChallenge.objects.filter(pk__in=ids).delete()


def take_challenge(browser: str, purpose: str, *, now: datetime) -> bytes:
    """Used up by this, also when the answer turns out wrong. Raises `TookTooLong`."""
    with transaction.atomic():
        row = (
            PasskeyChallenge.objects.select_for_update()
            .filter(browser=digest(browser), purpose=purpose)
            .first()
        )
        if row is not None:
            row.delete()
    if row is None or now >= row.expires_at:
        raise passkeys.TookTooLong
    return bytes(row.challenge)


def ask_to_add(user: User, browser: str, *, now: datetime) -> dict[str, Any]:
    """What the browser needs to make a key; the caller has asked for the password again."""
    challenge = new_challenge(browser, _adding(user), now=now)
    owner = passkeys.Owner(user.public_id.bytes, user.email)
    return passkeys.ask_to_add(owner, _ids(user), challenge, verified=False)


def add(user: User, answer: Answer, name: str, *, now: datetime) -> list[str]:
    """Keep the key that the browser made; recovery codes to show, where there were none.

    Raises `NotRecognised` for the answer, `RuleError` for the name or one key too many.
    """
    challenge = take_challenge(answer.browser, _adding(user), now=now)
    new = passkeys.added(answer.sent, challenge, verified=False)
    name = name.strip()[:60]
    if not name:
        raise RuleError(_("Give the passkey a name."), field="name")
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            if user.passkeys.count() >= MOST:
                raise RuleError(_("Ten passkeys are enough. Remove one first."))
            user.passkeys.create(
                credential_id=new.credential_id, stored=new.stored,
                sign_count=new.sign_count, name=name, made_at=now,
            )  # fmt: skip
            _note("added a passkey", user, now)
            return factors.recovery_codes_if_none(user, now=now)
    except IntegrityError as error:
        raise RuleError(_("This passkey is here already.")) from error


@transaction.atomic
def remove(user: User, key: StaffPasskey, *, now: datetime) -> None:
    """One's own. Raises `RuleError` where nothing would be left that production requires."""
    User.objects.select_for_update().get(pk=user.pk)
    others = user.passkeys.exclude(pk=key.pk).exists()
    if settings.STAFF_SECOND_FACTOR and not others and not factors.has_app(user):
        raise RuleError(_("This is your only second factor. Set up another one first."))
    user.passkeys.filter(pk=key.pk).delete()
    _note("removed a passkey", user, now)


def ask_to_enter(browser: str, *, now: datetime) -> dict[str, Any]:
    """For whoever stands at the door: the device offers the keys that it has for us."""
    challenge = new_challenge(browser, ENTER, now=now)
    return passkeys.ask_to_enter([], challenge, verified=True)


def ask_as_second(user: User, browser: str, *, now: datetime) -> dict[str, Any]:
    """For whose password was right just now: one of their own keys, a touch is enough."""
    known = _ids(user)
    if not known:
        raise NotRecognised(_("There is no passkey for this account."))
    challenge = new_challenge(browser, _second(user), now=now)
    return passkeys.ask_to_enter(known, challenge, verified=False)


def key_of(answer: Answer) -> StaffPasskey:
    """The key that an answer claims to be made with, of an open account; nothing is proved yet."""
    keys = StaffPasskey.objects.select_related("user").filter(user__is_active=True)
    key = keys.filter(credential_id=passkeys.credential_of(answer.sent)).first()
    if key is None:
        raise NotRecognised(_("This passkey does not open anything here."))
    return key


def enter(key: StaffPasskey, answer: Answer, *, after_password: bool, now: datetime) -> User:
    """Who signs in. Without the password, the device must have verified its owner.

    Raises `NotRecognised`, `CounterWentBack`. The challenge is used up all the same.
    """
    purpose = _second(key.user) if after_password else ENTER
    challenge = take_challenge(answer.browser, purpose, now=now)
    with transaction.atomic():
        locked = StaffPasskey.objects.select_for_update().filter(pk=key.pk).first()
        if locked is None:
            raise NotRecognised(_("This passkey does not open anything here."))
        known = locked.known_as(key.user.public_id.bytes)
        count = passkeys.entered(answer.sent, challenge, known, verified=not after_password)
        StaffPasskey.objects.filter(pk=key.pk).update(sign_count=count, last_used_at=now)
    return key.user


def _ids(user: User) -> list[bytes]:
    return [bytes(one) for one in user.passkeys.values_list("credential_id", flat=True)]


def _adding(user: User) -> str:
    return f"staff add {user.public_id}"


def _second(user: User) -> str:
    return f"staff second {user.public_id}"


def _note(verb: str, user: User, now: datetime) -> None:
    record(verb, ("user", user.public_id), by=user.actor, now=now)
