"""Saying something of a person: always a member of staff, on evidence, with a reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.findings import registry, telling
from casework.findings.models import Act, Finding
from casework.findings.moves import log_event
from casework.findings.registry import Subject
from casework.findings.rules import OUT_OF_SIGHT, STANDING, Kind, State
from casework.findings.services.words import MAY_PROPOSE, a_reason, note
from casework.participants.models import Participant
from casework.staff.models import User


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to say of one thing."""

    about: str
    subject_id: UUID
    kind: str
    reason: str


def subject_for(user: User, about: str, subject_id: UUID, now: datetime) -> Subject | None:
    """The thing as it is now, if `user` may open its person's file. May raise `UnknownSubject`."""
    subject = registry.about(about).find(subject_id, now)
    if subject is None:
        return None
    seen = Participant.objects.visible_to(user).filter(pk=subject.participant.pk).exists()
    return subject if seen else None


def why_not_proposable(about: str, subject: Subject) -> str:
    """Why nobody can propose a finding about this now; empty when somebody can."""
    if subject.refusal:
        return subject.refusal
    known = Finding.objects.filter(subject_mark=mark_of(about, subject.id))
    states = set(known.values_list("state", flat=True))
    if states & OUT_OF_SIGHT:
        return "A finding about this was overturned. It cannot be proposed again."
    if states & STANDING:
        return "There is a finding about this already."
    return ""


def propose(new: Proposal, *, by: User, now: datetime) -> Finding:
    """Say it, with a reason. The participant is told; nothing counts until a second person decides.

    Raises `RuleError`, `WrongState` when there is or was one about the same thing.
    """
    if not isinstance(by, User) or not by.has_perm(MAY_PROPOSE):
        raise NotPermitted("Your role does not propose findings.")
    reason = a_reason(new.reason)
    subject = subject_for(by, new.about, new.subject_id, now)
    if subject is None:
        raise NotPermitted("This is not in a file of yours.")
    refusal = why_not_proposable(new.about, subject)
    if refusal:
        raise WrongState(refusal)
    if new.kind not in subject.kinds:
        raise RuleError("That cannot be said of this.", field="kind")
    try:
        with transaction.atomic():
            return _propose(new, subject, reason, by, now)
    except IntegrityError as error:
        if "finding_one_about_a_thing" not in str(error):
            raise
        raise WrongState("There is a finding about this already.") from error


def _propose(new: Proposal, subject: Subject, reason: str, by: User, now: datetime) -> Finding:
    finding = Finding.objects.create(
        participant=subject.participant,
        kind=Kind(new.kind).value,
        subject_type=new.about,
        subject_id=subject.id,
        subject_at=subject.at,
        subject_mark=mark_of(new.about, subject.id),
        state=State.PROPOSED.value,
        reason=reason,
        evidence=dict(subject.evidence),
        proposed_by=by,
        proposed_at=now,
    )
    log_event(finding, Act.PROPOSED, "", by=by.actor, now=now, reason=reason)
    telling.tell(finding, now=now)
    note("proposed a finding", finding, by.actor, now)
    return finding


def mark_of(about: str, subject_id: UUID) -> str:
    """Names a thing without giving it away: keyed with the secret of this deployment."""
    value = f"{about} {subject_id}"
    return salted_hmac("casework.findings.subject", value, algorithm="sha256").hexdigest()
