"""An answer by telephone: the person's own call, or one that an officer held."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.actors import Actor
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.staff.models import User
from checkins.lifecycle.moves import move
from checkins.lifecycle.reviewing import decide_review
from checkins.models import Attempt, CheckIn, PhoneCall
from checkins.models.plan import Method
from checkins.receipts import receipt_of_attempt
from checkins.reviews.ranking import open_review
from checkins.states import TAKES_ATTEMPTS, State


@transaction.atomic
def receive_call(
    check_in: CheckIn, call: PhoneCall, *, by: Actor, now: datetime, enough: bool = False
) -> Attempt:
    """Take the call as the answer: to a person, or accepted at once where it is `enough`.

    A late call always goes to a person. The same call gives the same attempt again. Raises
    `WrongState` when the check-in takes no answer now.
    """
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    earlier: Attempt | None = Attempt.objects.filter(call=call).first()
    if earlier is not None:
        return earlier
    if State(locked.state) not in TAKES_ATTEMPTS:
        raise WrongState(_("This check-in takes no more answers."))
    late = locked.state == State.MISSED.value
    number = (locked.attempts.aggregate(top=Max("number"))["top"] or 0) + 1
    told = {"delivered_at": locked.delivered_at or now}
    if not late:
        move(locked, State.VERIFYING, by=by, now=now, reason=f"phone call {number}", **told)
    if enough and not late:
        reason = "the plan lets the PIN alone be enough"
        move(locked, State.ACCEPTED, by=by, now=now, reason=reason, decided_at=now)
    else:
        reason = f"late phone call {number}" if late else "a person listens to the call"
        move(locked, State.IN_REVIEW, by=by, now=now, reason=reason, **told)
    attempt = Attempt.objects.create(
        check_in=locked,
        number=number,
        method=Method.PHONE.value,
        call=call,
        received_at=now,
        late=late,
    )
    if locked.state == State.IN_REVIEW.value:
        open_review(locked, now=now)
    receipt_of_attempt(attempt, method=Method.PHONE.value, now=now)
    check_in.state, check_in.delivered_at = locked.state, locked.delivered_at
    return attempt


@dataclass(frozen=True)
class HeldCall:
    """What an officer writes down about a call: how they knew who it was, and what was said."""

    identity_checked_by: str
    note: str
    accept: bool


@transaction.atomic
def log_call(check_in: CheckIn, held: HeldCall, *, by: User, now: datetime) -> Attempt:
    """A call that an officer held for an open or missed check-in; accepted, or left for review.

    Raises `RuleError` without the facts, `WrongState` when the check-in takes no answer now.
    """
    if not by.has_perm("checkins.change_review"):
        raise NotPermitted(_("Your role does not decide reviews."))
    how, note = held.identity_checked_by.strip(), held.note.strip()
    if not how:
        raise RuleError(_("Say how you knew who it was."), field="identity_checked_by")
    if not note:
        raise RuleError(_("Say what came of the call."), field="note")
    call = PhoneCall.objects.create(
        direction=PhoneCall.Direction.OFFICER,
        state=PhoneCall.State.ANSWERED,
        step=PhoneCall.Step.OVER,
        participant=check_in.participant,
        check_in=check_in,
        language=check_in.participant.language,
        created_at=now,
        started_at=now,
        ended_at=now,
        identified_at=now,
        requested_by=by,
        identity_checked_by=how[:1000],
        note=note[:4000],
    )
    attempt = receive_call(check_in, call, by=by.actor, now=now)
    record(
        "logged a call",
        ("check-in", check_in.public_id),
        by=by.actor,
        now=now,
        participant=check_in.participant.public_id,
    )
    if held.accept:
        decide_review(check_in, accept=True, by=by, reason=note, now=now)
    return attempt
