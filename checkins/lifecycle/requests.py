"""Asking for a check-in, showing it, taking it back."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import RuleError, TooOften
from casework.faults import services as faults
from casework.participants.consent import has_withdrawn
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.lifecycle.moves import log_event, move, require_reason
from checkins.models import CheckIn
from checkins.models.plan import Method
from checkins.notices.written import forget_request, tell_issued
from checkins.plans import plan_of
from checkins.states import State

REQUESTS_A_DAY = 3


def request_check_in(participant: Participant, *, by: User, reason: str, now: datetime) -> CheckIn:
    """An extra check-in that an officer asks for: issued at once, marked, counted apart.

    Raises `RuleError` without a reason, while another waits or a fault of ours is on, `TooOften`
    past 3 in 24 hours.
    """
    reason = reason.strip()
    if not reason:
        raise RuleError(_("Say why you ask for this check-in."), field="reason")
    if participant.closed_at is not None:
        raise RuleError(_("Supervision of this person has ended."))
    if faults.blocking(now) is not None:
        raise RuleError(
            _("A fault on our side is on: nobody is asked for a check-in until it is over."),
            code="fault",
        )
    plan = plan_of(participant, now=now)
    with transaction.atomic():
        # Not its key: a dispatcher that has just issued one must still be able to commit.
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        _require_room_for_request(participant, now)
        try:
            with transaction.atomic():
                check_in = CheckIn.objects.create(
                    participant=participant,
                    plan=plan,
                    origin=CheckIn.Origin.OFFICER_REQUESTED,
                    requested_by=by,
                    reason=reason,
                    method=Method.PHONE.value if has_withdrawn(participant) else plan.method,
                    liveness=plan.liveness,
                    state=State.OPEN.value,
                    created_at=now,
                    issued_at=now,
                    deadline_at=now + timedelta(minutes=plan.window_minutes),
                )
        except IntegrityError as error:
            if "checkin_one_to_answer_at_a_time" not in str(error):
                raise
            raise RuleError(
                _("A check-in is already open for this person."), code="already_open"
            ) from error
        log_event(check_in, "", State.OPEN, by=by.actor, now=now, reason=reason)
        tell_issued(check_in, now=now)
        record(
            "requested a check-in",
            ("check-in", check_in.public_id),
            by=by.actor,
            now=now,
            participant=participant.public_id,
        )
    return check_in


def _require_room_for_request(participant: Participant, now: datetime) -> None:
    day = timedelta(days=1)
    recent = participant.check_ins.filter(
        origin=CheckIn.Origin.OFFICER_REQUESTED, issued_at__gt=now - day
    ).exclude(state=State.CANCELLED.value)
    times = sorted(at for at in recent.values_list("issued_at", flat=True) if at is not None)
    if len(times) >= REQUESTS_A_DAY:
        wait = times[-REQUESTS_A_DAY] + day - now
        raise TooOften(
            _("This person was already asked for %(number)d extra check-ins in 24 hours.")
            % {"number": REQUESTS_A_DAY},
            retry_after=int(wait.total_seconds()) + 1,
        )


def mark_delivered(check_in: CheckIn, *, now: datetime) -> None:
    """The participant has the request before them: from now on the window can count."""
    if check_in.delivered_at is None and check_in.state == State.OPEN.value:
        CheckIn.objects.filter(pk=check_in.pk, delivered_at__isnull=True).update(delivered_at=now)
        check_in.delivered_at = now


@transaction.atomic
def withdraw(check_in: CheckIn, *, by: User, reason: str, now: datetime) -> None:
    """Take back a planned or open check-in. It counts for nothing."""
    require_reason(reason)
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    move(locked, State.CANCELLED, by=by.actor, now=now, reason=reason.strip())
    forget_request(locked, now=now)
    record(
        "withdrew a check-in",
        ("check-in", locked.public_id),
        by=by.actor,
        now=now,
        participant=locked.participant.public_id,
    )
    check_in.state = locked.state
