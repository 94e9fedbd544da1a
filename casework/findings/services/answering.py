"""Being told and answering: the time to answer begins with the one and ends with the other."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from casework.common.actors import SYSTEM, Actor
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.findings import telling
from casework.findings.models import Act, Finding
from casework.findings.moves import log_event, move
from casework.findings.querysets import MAY_DECIDE
from casework.findings.rules import LONGEST_ANSWER, LONGEST_MORE_TIME, State
from casework.findings.services.words import MAY_PROPOSE, a_reason, is_proposer, note
from casework.participants.models import Participant
from casework.staff.models import User


def answer_days() -> int:
    """How long a participant has to answer, in days."""
    return int(settings.FINDING_ANSWER_DAYS)


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
    if not (by.has_perm(MAY_DECIDE) or is_proposer(locked, by)):
        raise NotPermitted("Only who proposed it, or may decide it, gives more time.")
    reason = a_reason(reason)
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
