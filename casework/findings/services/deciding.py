"""The end of a finding: decided by a second person, withdrawn by the first, or taken back.

A machine does the last alone, and always in the person's favour.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from casework.common.actors import SYSTEM, Actor
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.findings import clock_of_answers, expunging, registry, telling
from casework.findings.models import Finding
from casework.findings.moves import move
from casework.findings.querysets import MAY_DECIDE
from casework.findings.rules import State, is_due
from casework.findings.services.words import MAY_PROPOSE, a_reason, is_proposer, note
from casework.staff.models import User


@transaction.atomic
def withdraw(finding: Finding, *, reason: str, by: User, now: datetime) -> None:
    """Take back what one has proposed oneself, before it is decided. Raises `RuleError`."""
    locked = Finding.objects.select_for_update().get(pk=finding.pk)
    if not (by.has_perm(MAY_PROPOSE) and is_proposer(locked, by)):
        raise NotPermitted("Only who proposed a finding withdraws it.")
    reason = a_reason(reason)
    if not locked.is_live:
        raise WrongState("It is decided, or was withdrawn.")
    _take_back(locked, by=by.actor, now=now, why=reason)
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
    if is_proposer(locked, by):
        raise NotPermitted("You proposed this yourself: a second person must decide it.")
    reason = a_reason(reason)
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
    """What it was said of counts for nothing any more: take back what stands; how many.

    One that was upheld is taken back too: the decision was about something that does not count.
    """
    with transaction.atomic():
        rows = Finding.objects.standing().filter(subject_type=about, subject_id=subject_id)
        found = list(rows.select_for_update())
        for locked in found:
            _take_back(locked, by=by, now=now, why=reason)
    return len(found)


def take_back_void(now: datetime) -> int:
    """Take back what is said of things that count for nothing by now, whoever excused them and
    where; how many. Safe to repeat, and in any number."""
    taken_back = 0
    for about in registry.names():
        todo = Finding.objects.standing().filter(subject_type=about)
        for pk, subject_id in todo.values_list("pk", "subject_id").order_by("pk").iterator():
            subject = registry.about(about).find(subject_id, now)
            if subject is not None and subject.is_void:
                taken_back += _take_back_one(pk, subject.refusal, now)
    return taken_back


@transaction.atomic
def _take_back_one(pk: int, why: str, now: datetime) -> int:
    rows = Finding.objects.standing().filter(pk=pk)
    locked = rows.select_for_update(skip_locked=True).first()
    if locked is None:
        return 0
    _take_back(locked, by=SYSTEM, now=now, why=why)
    return 1


def _take_back(locked: Finding, *, by: Actor, now: datetime, why: str) -> None:
    move(
        locked, State.WITHDRAWN, by=by, now=now, why=why, withdrawn_at=now,
        decided_by=None, decided_at=None, decision_reason="",
    )  # fmt: skip
    _say_it_is_over(locked, now)
    note("withdrew a finding", locked, by, now)


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
