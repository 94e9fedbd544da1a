"""Verifying a new number: a code goes there, and only then does it take the old one's place."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from casework.common.actors import Actor
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.common.sealing import seal, unseal
from casework.participants.contacts import add_phone, take_over
from casework.participants.models import ContactPoint, Participant
from casework.requests import rules
from casework.requests.models import PhoneProof
from casework.requests.telling import tell_code
from casework.staff.models import User


def begin(participant: Participant, number: str, *, by: Actor, now: datetime) -> ContactPoint:
    """Into the record, not verified. An earlier number that was never verified is dropped.

    In the caller's transaction. Raises `RuleError` for a number in use.
    """
    point, in_use = add_phone(participant, number, by=by, now=now)
    never = ContactPoint.objects.filter(
        participant=participant, verified_at=None, proof__replaces__isnull=False
    )
    never.exclude(pk=point.pk).delete()
    if in_use is not None and not ContactPoint.objects.filter(pk=in_use.pk).exists():
        phones = participant.contact_points.filter(kind=ContactPoint.Kind.PHONE)
        in_use = phones.exclude(pk=point.pk).first()
    PhoneProof.objects.update_or_create(point=point, defaults={"replaces": in_use, "began_at": now})
    return point


def waiting_for(participant: Participant) -> PhoneProof | None:
    """The number that this person has still to verify."""
    rows = PhoneProof.objects.filter(point__participant=participant)
    return rows.select_related("point").order_by("-began_at").first()


@transaction.atomic
def send_code(proof: PhoneProof, *, now: datetime) -> None:
    """A new code to the new number; the one before it stops working. Raises `TooOften`."""
    locked = _locked(proof)
    fresh = locked.codes_since is None or now - locked.codes_since >= rules.DAY
    sent = 0 if fresh else locked.codes_that_day
    if sent >= rules.MOST_CODES_A_DAY:
        raise TooOften(
            _("We have sent you several codes today. Try again tomorrow, or call your office."),
            retry_after=int(rules.DAY.total_seconds()),
        )
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    locked.sealed, locked.expires_at = seal(code.encode()), now + rules.CODE_LIFE
    locked.tries_left = rules.CODE_TRIES
    locked.codes, locked.codes_that_day = locked.codes + 1, sent + 1
    locked.codes_since = now if fresh else locked.codes_since
    locked.save()
    tell_code(locked, now=now)


def prove(proof: PhoneProof, typed: str, *, now: datetime) -> None:
    """The person has typed the code. Raises `RuleError` for a wrong one, `WrongState` too late."""
    with transaction.atomic():
        locked = _locked(proof)
        if not locked.is_open(now):
            raise WrongState(_("This code is no longer valid. Ask for a new one."))
        given = "".join(sign for sign in typed if sign.isdecimal())
        right = secrets.compare_digest(unseal(bytes(locked.sealed or b"")), given.encode())
        if right:
            _finish(locked, locked.point.participant.actor, now)
        else:
            locked.tries_left -= 1
            locked.save(update_fields=["tries_left"])
    if not right:
        raise RuleError(_("That is not the code. Look at the newest message."), field="code")


@transaction.atomic
def vouch(proof: PhoneProof, *, by: User, now: datetime) -> None:
    """An officer has called the number and spoken with the person."""
    if not by.has_perm("requests.change_changereport"):
        raise NotPermitted(_("Your role does not do this."))
    _finish(_locked(proof), by.actor, now)


def _locked(proof: PhoneProof) -> PhoneProof:
    rows = PhoneProof.objects.select_for_update(of=("self",)).select_related("point__participant")
    found: PhoneProof | None = rows.filter(pk=proof.pk).first()
    if found is None:
        raise WrongState(_("This number is verified already, or no longer wanted."))
    return found


def _finish(proof: PhoneProof, by: Actor, now: datetime) -> None:
    take_over(proof.point, proof.replaces, by=by, now=now)
    proof.delete()
