"""What people do with findings: propose, tell, answer, give time, withdraw, decide.

One function, one transaction, one event. A machine proposes nothing and decides nothing: the
verbs take a member of staff, and the database wants one in each row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.actors import SYSTEM, Actor
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.findings import clock_of_answers, expunging, registry, telling
from casework.findings.models import Act, Finding
from casework.findings.moves import log_event, move
from casework.findings.querysets import MAY_DECIDE
from casework.findings.registry import Subject
from casework.findings.rules import (
    LONGEST_ANSWER,
    LONGEST_MORE_TIME,
    LONGEST_REASON,
    Kind,
    State,
    is_due,
)
from casework.participants.models import Participant
from casework.staff.models import User

MAY_PROPOSE = "findings.add_finding"


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
    if states & {State.OVERTURNED.value, State.EXPUNGED.value}:
        return "A finding about this was overturned. It cannot be proposed again."
    if states & {State.PROPOSED.value, State.TOLD.value, State.ANSWERED.value, State.UPHELD.value}:
        return "There is a finding about this already."
    return ""


def propose(new: Proposal, *, by: User, now: datetime) -> Finding:
    """Say it, with a reason. The participant is told; nothing counts until a second person decides.

    Raises `RuleError`, `WrongState` when there is or was one about the same thing.
    """
    if not isinstance(by, User) or not by.has_perm(MAY_PROPOSE):
        raise NotPermitted("Your role does not propose findings.")
    reason = _reason(new.reason)
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


def answer_days() -> int:
    """How long a participant has to answer, in days."""
    return int(settings.FINDING_ANSWER_DAYS)


def representative_of(participant: Participant) -> str:
    """Who represents the person before the court, as far as the file says."""
    named = participant.cases.filter(closed_on__isnull=True).exclude(representative="")
    found: str | None = named.values_list("representative", flat=True).first()
    return found or ""


def mark_of(about: str, subject_id: UUID) -> str:
    """Names a thing without giving it away: keyed with the secret of this deployment."""
    value = f"{about} {subject_id}"
    return salted_hmac("casework.findings.subject", value, algorithm="sha256").hexdigest()


@transaction.atomic
def mark_told(finding: Finding, *, now: datetime, by: Actor = SYSTEM) -> bool:
    """The person has it before them: the time to answer begins. False when it had begun, or is
    over."""
    locked = Finding.objects.select_for_update().get(pk=finding.pk)
    if locked.state != State.PROPOSED.value:
        return False
    now = max(now, locked.proposed_at)  # another machine's clock may be a little ahead
    until = now + timedelta(days=answer_days())
    facts: dict[str, Any] = {"told_at": now, "given_until": until, "answer_by": until}
    move(locked, State.TOLD, by=by, now=now, **facts)
    finding.refresh_from_db()
    return True


@transaction.atomic
def tell_again(finding: Finding, *, by: User, now: datetime) -> None:
    """Nothing got through: write the notice once more. Raises `RuleError`."""
    if not by.has_perm(MAY_PROPOSE):
        raise NotPermitted("Your role does not propose findings.")
    locked = Finding.objects.select_for_update().get(pk=finding.pk)
    if locked.state != State.PROPOSED.value:
        raise WrongState("The participant has been told.")
    telling.forget(locked, now=now)
    telling.tell(locked, now=now, variant=f"again {now:%Y-%m-%dT%H:%M}")
    note("sent the notice of a finding again", locked, by.actor, now)


@transaction.atomic
def answer(finding: Finding, text: str, *, by: Participant, now: datetime) -> None:
    """The person's own words; they may be changed until somebody decides. Raises `RuleError`."""
    text = text.strip()
    if not text:
        raise RuleError(_("Write what you want to say."), field="answer")
    if len(text) > LONGEST_ANSWER:
        raise RuleError(
            _("Your answer is too long. %(limit_value)d characters are possible.")
            % {"limit_value": LONGEST_ANSWER},
            field="answer",
        )
    mark_told(finding, now=now, by=by.actor)
    locked = Finding.objects.select_for_update().get(pk=finding.pk, participant=by)
    now = max(now, locked.told_at or now)
    facts: dict[str, Any] = {"answer": text, "answered_at": now}
    if locked.state == State.ANSWERED.value:
        Finding.objects.filter(pk=locked.pk).update(**facts)
        log_event(locked, Act.AMENDED, locked.state, by=by.actor, now=now)
    elif locked.state == State.TOLD.value:
        move(locked, State.ANSWERED, by=by.actor, now=now, **facts)
        telling.forget(locked, now=now)
    else:
        raise WrongState(_("This is decided, or was taken back. It takes no more answers."))
    note("answered a finding", locked, by.actor, now)
    finding.refresh_from_db()


@transaction.atomic
def give_time(finding: Finding, until: datetime, *, reason: str, by: User, now: datetime) -> None:
    """More time to answer, never less; by whoever proposed it or may decide it."""
    locked = Finding.objects.select_for_update().get(pk=finding.pk)
    if not (by.has_perm(MAY_DECIDE) or _is_proposer(locked, by)):
        raise NotPermitted("Only who proposed it, or may decide it, gives more time.")
    reason = _reason(reason)
    if locked.state != State.TOLD.value or locked.answer_by is None:
        raise WrongState("No answer is awaited.")
    if not locked.answer_by < until <= now + LONGEST_MORE_TIME:
        raise RuleError(
            "Choose a later day than now, at most 90 days from today.", field="answer_by"
        )
    Finding.objects.filter(pk=locked.pk).update(given_until=until, answer_by=until)
    log_event(locked, Act.MORE_TIME, locked.state, by=by.actor, now=now, reason=reason)
    note("gave more time to answer a finding", locked, by.actor, now)
    finding.refresh_from_db()


@transaction.atomic
def withdraw(finding: Finding, *, reason: str, by: User, now: datetime) -> None:
    """Take back what one has proposed oneself, before it is decided. Raises `RuleError`."""
    locked = Finding.objects.select_for_update().get(pk=finding.pk)
    if not (by.has_perm(MAY_PROPOSE) and _is_proposer(locked, by)):
        raise NotPermitted("Only who proposed a finding withdraws it.")
    reason = _reason(reason)
    move(locked, State.WITHDRAWN, by=by.actor, now=now, why=reason, withdrawn_at=now)
    _say_it_is_over(locked, now)
    note("withdrew a finding", locked, by.actor, now)
    finding.refresh_from_db()


@transaction.atomic
def decide(finding: Finding, *, uphold: bool, reason: str, by: User, now: datetime) -> None:
    """A second person's word, once the participant has answered or had the time to.

    What is overturned is erased at once. One that was upheld can still be overturned.
    Raises `RuleError`; `WrongState` when somebody was quicker or it is too early.
    """
    locked = Finding.objects.select_for_update().select_related("participant").get(pk=finding.pk)
    if not by.has_perm(MAY_DECIDE):
        raise NotPermitted("Your role does not decide findings.")
    if _is_proposer(locked, by):
        raise NotPermitted("You proposed this yourself: a second person must decide it.")
    reason = _reason(reason)
    now = max(now, locked.answered_at or now)
    if locked.is_live:
        _require_due(locked, now)
    if uphold:
        _require_still_true(locked, now)
    to = State.UPHELD if uphold else State.OVERTURNED
    move(
        locked, to, by=by.actor, now=now, why=reason, decided_by=by, decided_at=now,
        decision_reason=reason,
    )  # fmt: skip
    note("decided a finding", locked, by.actor, now)
    telling.tell_result(locked, now=now)
    if not uphold:
        expunging.expunge_now(locked, by=by.actor, now=now)
    finding.refresh_from_db()


def excuse(about: str, subject_id: UUID, *, by: Actor, now: datetime, reason: str) -> int:
    """What it was said of counts for nothing any more: take back what is not decided; how many.

    The only thing a machine does to a finding, and always in the person's favour.
    """
    taken_back = 0
    with transaction.atomic():
        rows = Finding.objects.live().filter(subject_type=about, subject_id=subject_id)
        for locked in rows.select_for_update():
            move(locked, State.WITHDRAWN, by=by, now=now, why=reason, withdrawn_at=now)
            _say_it_is_over(locked, now)
            note("withdrew a finding", locked, by, now)
            taken_back += 1
    return taken_back


def _require_due(locked: Finding, now: datetime) -> None:
    if locked.state == State.PROPOSED.value:
        raise WrongState("The participant has not been told yet.")
    clock_of_answers.extend(locked, clock_of_answers.faults_of([locked], now), now)
    answered = locked.state == State.ANSWERED.value
    until = clock_of_answers.answer_by_now(locked, now)
    if until is None or not is_due(answered=answered, answer_by=until, now=now):
        raise WrongState("The participant still has time to answer.")


def _require_still_true(locked: Finding, now: datetime) -> None:
    subject = registry.about(locked.subject_type).find(locked.subject_id, now)  # type: ignore[arg-type]
    if subject is None or locked.kind not in subject.kinds:
        why = subject.refusal if subject is not None else "What it is about is gone."
        raise RuleError(f"This cannot be upheld any more. {why}".strip())


def _say_it_is_over(locked: Finding, now: datetime) -> None:
    """Only to whom it was said: a letter that nobody was shown is not sent any more."""
    if locked.told_at is None:
        telling.forget(locked, now=now)
    else:
        telling.tell_result(locked, now=now)


def _is_proposer(finding: Finding, by: User) -> bool:
    return bool(finding.proposed_by_id == by.pk)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise RuleError("Please give a reason.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(f"At most {LONGEST_REASON} characters.", field="reason")
    return reason


def note(verb: str, finding: Finding, by: Actor, now: datetime) -> None:
    """A line of the audit trail, which says nothing of what the finding says."""
    record(
        verb,
        ("finding", finding.public_id),
        by=by,
        now=now,
        participant=finding.participant.public_id,
    )
