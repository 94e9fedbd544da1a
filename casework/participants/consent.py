"""What a participant agreed to, and taking it back: seen, withdrawn and given again by them."""

from datetime import datetime

from django.db import transaction

from casework.audit.services import record
from casework.participants.models import Consent, Participant

PRIVACY_NOTICE_VERSION = "2026-11"


def latest_consent(participant: Participant) -> Consent | None:
    """The last one given, withdrawn or not."""
    return participant.consents.order_by("-given_at", "-pk").first()


def has_withdrawn(participant: Participant) -> bool:
    """Agreed once and took it back; somebody who has not been asked yet has not."""
    latest = latest_consent(participant)
    return latest is not None and latest.withdrawn_at is not None


def is_of_today(consent: Consent | None) -> bool:
    """Whether it stands and is about the notice in force."""
    return (
        consent is not None
        and consent.withdrawn_at is None
        and consent.notice_version == PRIVACY_NOTICE_VERSION
    )


@transaction.atomic
def withdraw_consent(participant: Participant, *, now: datetime) -> bool:
    """Take back every consent that stands, to whichever notice; False if none does."""
    _one_at_a_time(participant)
    standing = participant.consents.filter(withdrawn_at__isnull=True)
    withdrawn = standing.update(withdrawn_at=now)
    if withdrawn:
        _note("withdrew their consent", participant, now)
    return bool(withdrawn)


@transaction.atomic
def give_consent(participant: Participant, *, language: str, now: datetime) -> bool:
    """Agree to the notice of today, for the first time or again; False if that stands already."""
    _one_at_a_time(participant)
    given = consent_now(participant, language=language, now=now)
    if given:
        _note("agreed to the privacy notice", participant, now)
    return given


def consent_now(participant: Participant, *, language: str, now: datetime) -> bool:
    """Record consent to the privacy notice of today, once; whether it was new."""
    current = participant.consents.filter(
        notice_version=PRIVACY_NOTICE_VERSION, withdrawn_at__isnull=True
    )
    if current.exists():
        return False
    Consent.objects.create(
        participant=participant,
        notice_version=PRIVACY_NOTICE_VERSION,
        language=language,
        given_at=now,
    )
    return True


def _one_at_a_time(participant: Participant) -> None:
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)


def _note(verb: str, participant: Participant, now: datetime) -> None:
    record(
        verb,
        ("participant", participant.public_id),
        by=participant.actor,
        now=now,
        participant=participant.public_id,
        facts={"notice_version": PRIVACY_NOTICE_VERSION},
    )
