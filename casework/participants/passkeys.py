"""Passkeys of participants: face or finger on their own phone, never the only way in."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common import passkeys
from casework.common.errors import NotRecognised, RuleError
from casework.participants.models import Participant, ParticipantPasskey
from casework.participants.sign_in import SignedIn, open_session
from casework.staff.models import User
from casework.staff.passkeys import Answer, new_challenge, take_challenge

MOST = 10
ENTER = "portal enter"


def ask_to_add(participant: Participant, browser: str, *, now: datetime) -> dict[str, Any]:
    """What the phone needs to make a key; it shows the login code with it, never a name."""
    challenge = new_challenge(browser, _adding(participant), now=now)
    owner = passkeys.Owner(participant.public_id.bytes, participant.credential.login)
    known = [bytes(key.credential_id) for key in participant.passkeys.all()]
    return passkeys.ask_to_add(owner, known, challenge, verified=True)


def add(participant: Participant, answer: Answer, name: str, *, now: datetime) -> None:
    """Keep the key that the phone made. Raises `NotRecognised`, `RuleError`."""
    challenge = take_challenge(answer.browser, _adding(participant), now=now)
    new = passkeys.added(answer.sent, challenge, verified=True)
    try:
        with transaction.atomic():
            Participant.objects.select_for_update().get(pk=participant.pk)
            if participant.passkeys.count() >= MOST:
                raise RuleError(_("There are ten already. Remove one first."))
            participant.passkeys.create(
                credential_id=new.credential_id, stored=new.stored,
                sign_count=new.sign_count, name=name[:60], made_at=now,
            )  # fmt: skip
            _note("added a passkey", participant, now)
    except IntegrityError as error:
        raise RuleError(_("This phone is added already.")) from error


@transaction.atomic
def remove(key: ParticipantPasskey, *, now: datetime) -> None:
    """The person's own wish. Login code and PIN go on working."""
    if ParticipantPasskey.objects.filter(pk=key.pk).delete()[0]:
        _note("removed a passkey", key.participant, now)


@transaction.atomic
def remove_all(participant: Participant, *, by: User, now: datetime) -> int:
    """The phone is lost or stolen: no passkey opens anything, and nobody stays signed in."""
    removed, _rows = participant.passkeys.all().delete()
    participant.portal_sessions.filter(ended_at__isnull=True).update(ended_at=now)
    _note("removed the passkeys of a lost phone", participant, now, by)
    return removed


def ask_to_enter(browser: str, *, now: datetime) -> dict[str, Any]:
    """The phone offers the keys that it has for us."""
    challenge = new_challenge(browser, ENTER, now=now)
    return passkeys.ask_to_enter([], challenge, verified=True)


def enter(answer: Answer, *, now: datetime, device: str = "") -> SignedIn:
    """Who signs in. Raises `NotRecognised`; the challenge is used up all the same."""
    challenge = take_challenge(answer.browser, ENTER, now=now)
    credential_id = passkeys.credential_of(answer.sent)
    with transaction.atomic():
        key = (
            ParticipantPasskey.objects.select_for_update(of=("self",))
            .select_related("participant__credential")
            .filter(credential_id=credential_id, participant__closed_at__isnull=True)
            .first()
        )
        if key is None:
            raise NotRecognised(_("This passkey does not open anything here."))
        person = key.participant
        known = key.known_as(person.public_id.bytes)
        count = passkeys.entered(answer.sent, challenge, known, verified=True)
        ParticipantPasskey.objects.filter(pk=key.pk).update(sign_count=count, last_used_at=now)
        _note("signed in with a passkey", person, now)
        return SignedIn(person, open_session(person, now, device), person.credential.login)


def _adding(participant: Participant) -> str:
    return f"portal add {participant.public_id}"


def _note(verb: str, participant: Participant, now: datetime, by: User | None = None) -> None:
    record(
        verb,
        ("participant", participant.public_id),
        by=by.actor if by is not None else participant.actor,
        now=now,
        participant=participant.public_id,
    )
