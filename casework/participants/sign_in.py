"""How a participant gets in: invite, PIN, consent, session. Never a Django user."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common import phrases
from casework.common.errors import NotRecognised, RuleError, TooOften
from casework.common.keys import digest, new_code, new_token, normal_code
from casework.participants import rules
from casework.participants.consent import PRIVACY_NOTICE_VERSION as PRIVACY_NOTICE_VERSION
from casework.participants.consent import consent_now
from casework.participants.models import (
    Credential,
    Invite,
    Participant,
    PortalSession,
)
from casework.staff.models import User

INVITE_LIFE = timedelta(days=7)
SESSION_LIFE = timedelta(days=30)
SEEN_RECORDED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    """`token` is shown to the participant's device only now; `login` is what to remember."""

    participant: Participant
    token: str
    login: str


class PinsBlocked(TooOften):
    """Wrong PINs keep this credential waiting; other ways in stay open. Says for how long."""

    def __init__(self, seconds: int):
        when = phrases.span(timedelta(minutes=ceil(seconds / 60)))
        said = _("Too many wrong PINs. You can try again %(when)s.") % {"when": when}
        super().__init__(said, retry_after=seconds)


@transaction.atomic
def invite(participant: Participant, *, by: User, now: datetime) -> str:
    """A new one-time code, good for 7 days; earlier unused ones stop working.

    Also the way back in for someone who forgot the PIN.
    """
    if participant.closed_at is not None:
        raise RuleError(_("Supervision of this person has ended."))
    participant.invites.filter(used_at__isnull=True, replaced_at__isnull=True).update(
        replaced_at=now
    )
    code = new_code(4)
    Invite.objects.create(
        participant=participant,
        code_digest=digest(normal_code(code)),
        created_at=now,
        created_by=by,
        expires_at=now + INVITE_LIFE,
    )
    _note("invited", participant, now, by)
    return code


def open_invite(code: str, *, now: datetime) -> Invite:
    """The invite behind a typed or followed code. Raises `NotRecognised`."""
    found = (
        Invite.objects.select_related("participant")
        .filter(code_digest=digest(normal_code(code)))
        .first()
    )
    if found is None or not found.opens_at(now) or found.participant.closed_at is not None:
        raise NotRecognised(
            _("This invite does not work any more. Ask your officer for a new one."),
            field="invite",
        )
    return found


@transaction.atomic
def accept_invite(
    code: str, pin: str, *, consent: bool, now: datetime, device: str = ""
) -> SignedIn:
    """Set the PIN, record consent to the current privacy notice, and sign in.

    Uses the invite up. Raises `NotRecognised` for the invite, `RuleError` for PIN or consent.
    """
    found = open_invite(code, now=now)
    _require_good_pin(pin)
    if not consent:
        raise RuleError(
            _("To go on, please agree to the privacy notice, or talk to your officer."),
            field="consent",
        )
    used = Invite.objects.filter(
        pk=found.pk, used_at__isnull=True, replaced_at__isnull=True
    ).update(used_at=now)
    if not used:
        raise NotRecognised(_("This invite was used a moment ago. Sign in with your PIN."))
    participant = found.participant
    facts = {
        "pin_hash": make_password(pin),
        "set_at": now,
        "wrong_pins": 0,
        "blocked_until": None,
    }
    credential, _created = Credential.objects.update_or_create(
        participant=participant,
        defaults=facts,
        create_defaults={**facts, "login": new_code(2)},
    )
    participant.portal_sessions.filter(ended_at__isnull=True).update(ended_at=now)
    consent_now(participant, language=participant.language, now=now)
    _note("set a PIN", participant, now)
    return SignedIn(participant, open_session(participant, now, device), credential.login)


def sign_in(login: str, pin: str, *, now: datetime, device: str = "") -> SignedIn:
    """Sign in with the login code (or A-number) and PIN.

    Raises `NotRecognised`, or `TooOften` while wrong PINs keep this credential waiting.
    """
    credential = _require_right_pin(_credential(login), pin, now)
    participant = credential.participant
    with transaction.atomic():
        _note("signed in", participant, now)
        return SignedIn(participant, open_session(participant, now, device), credential.login)


def confirm_pin(participant: Participant | None, pin: str, *, now: datetime) -> None:
    """Whether this is the person, without opening a session: for a call. Raises as `sign_in`.

    With no participant it takes as long and says the same as with a wrong PIN.
    """
    credentials = Credential.objects.filter(participant__closed_at__isnull=True)
    _require_right_pin(credentials.filter(participant=participant).first(), pin, now)
    if participant is not None:
        with transaction.atomic():
            _note("gave the PIN by phone", participant, now)


def _require_right_pin(credential: Credential | None, pin: str, now: datetime) -> Credential:
    if credential is None:
        check_password(pin, make_password(None))
        raise NotRecognised(_("Login or PIN is not right."))
    if credential.blocked_until is not None and now < credential.blocked_until:
        raise PinsBlocked(int((credential.blocked_until - now).total_seconds()) + 1)
    if not check_password(pin, credential.pin_hash):
        _count_wrong_pin(credential, now)
        raise NotRecognised(_("Login or PIN is not right."))
    Credential.objects.filter(pk=credential.pk).update(wrong_pins=0, blocked_until=None)
    return credential


def participant_on_keypad(digits: str) -> Participant | None:
    """Who typed this login code (by the letters on the keys) or A-number; None if not just one."""
    a_number = rules.normal_a_number(digits) if len(digits) == rules.A_NUMBER_DIGITS else None
    people = Participant.objects.filter(closed_at__isnull=True, credential__isnull=False)
    if a_number is not None:
        return people.filter(a_number=a_number).first()
    credentials = Credential.objects.on_keypad(digits).filter(participant__closed_at__isnull=True)
    found = list(credentials.select_related("participant")[:2])
    return found[0].participant if len(found) == 1 else None


def _credential(login: str) -> Credential | None:
    credentials = Credential.objects.select_related("participant").filter(
        participant__closed_at__isnull=True
    )
    code = normal_code(login)
    by_login = credentials.filter(login=f"{code[:4]}-{code[4:]}").first()
    a_number = rules.normal_a_number(login)
    if by_login is not None or a_number is None:
        return by_login
    return credentials.filter(participant__a_number=a_number).first()


@transaction.atomic
def _count_wrong_pin(credential: Credential, now: datetime) -> None:
    locked = Credential.objects.select_for_update().get(pk=credential.pk)
    wrong = locked.wrong_pins + 1
    wait = rules.block_after(wrong)
    Credential.objects.filter(pk=locked.pk).update(
        wrong_pins=wrong, blocked_until=now + wait if wait else None
    )


def participant_of_token(token: str, *, now: datetime) -> Participant | None:
    """Who a portal token speaks for, or None when it opens nothing (any more)."""
    session = (
        PortalSession.objects.select_related("participant", "participant__office")
        .filter(
            key_digest=digest(token),
            ended_at__isnull=True,
            expires_at__gt=now,
            participant__closed_at__isnull=True,
        )
        .first()
    )
    if session is None:
        return None
    if now - session.last_seen_at > SEEN_RECORDED_EVERY:
        PortalSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    return session.participant


def sign_out(token: str, *, now: datetime) -> None:
    """End the session of this token, if it is open."""
    PortalSession.objects.filter(key_digest=digest(token), ended_at__isnull=True).update(
        ended_at=now
    )


def open_sessions(participant: Participant, *, now: datetime) -> QuerySet[PortalSession]:
    """Where the participant is signed in; the last used first."""
    return participant.portal_sessions.filter(ended_at__isnull=True, expires_at__gt=now)


def is_of(session: PortalSession, token: str) -> bool:
    """Whether this token opened that session."""
    return session.key_digest == digest(token)


@transaction.atomic
def end_sessions(participant: Participant, *, now: datetime, only: int | None, but: str) -> int:
    """End one session of one's own, or (`only` None) all others; how many. Never that of `but`."""
    mine = open_sessions(participant, now=now).exclude(key_digest=digest(but))
    if only is not None:
        mine = mine.filter(pk=only)
    ended = mine.update(ended_at=now)
    if ended:
        _note("signed out elsewhere", participant, now)
    return ended


def open_session(participant: Participant, now: datetime, device: str) -> str:
    """A new token for somebody who has just shown who they are."""
    token = new_token("portal")
    PortalSession.objects.create(
        participant=participant,
        key_digest=digest(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LIFE,
        device=device[:120],
    )
    return token


def _require_good_pin(pin: str) -> None:
    if not rules.pin_is_well_formed(pin):
        raise RuleError(_("A PIN has four to eight digits."), field="pin")
    if rules.pin_is_easy(pin):
        raise RuleError(_("This PIN is too easy to guess. Choose another."), field="pin")


def _note(verb: str, participant: Participant, now: datetime, by: User | None = None) -> None:
    record(
        verb,
        ("participant", participant.public_id),
        by=by.actor if by is not None else participant.actor,
        now=now,
        participant=participant.public_id,
    )
