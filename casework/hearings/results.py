"""What came of a hearing: who was there, and what the court did. A person says so, always."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import RuleError
from casework.hearings.adjournments import codes
from casework.hearings.models import Attendance, Hearing, HearingOutcome
from casework.staff.models import User


@dataclass(frozen=True)
class Result:
    """Empty words take back what was recorded. `adjournment` goes with `continued` only."""

    attendance: str
    outcome: str = ""
    adjournment: str = ""


def record_attendance(hearing: Hearing, attendance: str, *, by: User, now: datetime) -> Hearing:
    """Attended, late, absent, excused, or empty to take it back. Raises `RuleError`."""
    result = Result(attendance, hearing.outcome, hearing.adjournment)
    return record_result(hearing, result, by=by, now=now)


@transaction.atomic
def record_result(hearing: Hearing, result: Result, *, by: User, now: datetime) -> Hearing:
    """Attendance and outcome at once. Raises `RuleError`; what is the same changes nothing."""
    locked: Hearing = Hearing.objects.select_for_update(of=("self",)).get(pk=hearing.pk)
    _require_sense(locked, result, now)
    fields: dict[str, object] = {}
    if result.attendance != locked.attendance:
        fields |= {"attendance": result.attendance} | _signed("attendance", result, by, now)
    if result.outcome != locked.outcome:
        fields |= {"outcome": result.outcome} | _signed("outcome", result, by, now)
    if result.adjournment != locked.adjournment:
        fields["adjournment"] = result.adjournment
    if not fields:
        return locked
    was = {"attendance": locked.attendance, "outcome": locked.outcome}
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(fields))
    record(
        "recorded a hearing's result",
        ("hearing", locked.public_id),
        by=by.actor,
        now=now,
        participant=locked.case.participant.public_id,
        facts={"attendance": result.attendance, "outcome": result.outcome, "before": was},
    )
    return locked


def _signed(name: str, result: Result, by: User, now: datetime) -> dict[str, object]:
    said = bool(getattr(result, name))
    return {f"{name}_at": now if said else None, f"{name}_by": by if said else None}


def _require_sense(hearing: Hearing, result: Result, now: datetime) -> None:
    if result.attendance and result.attendance not in Attendance.values:
        raise RuleError(_("There is no such attendance."), field="attendance")
    if result.outcome and result.outcome not in HearingOutcome.values:
        raise RuleError(_("There is no such outcome."), field="outcome")
    if hearing.cancelled_at is not None and (result.attendance or result.outcome):
        raise RuleError(_("This hearing is cancelled: nobody had to be there."), field="attendance")
    if hearing.starts_at > now and (result.attendance or result.outcome):
        raise RuleError(_("This hearing has not begun yet."), field="attendance")
    if result.adjournment and result.adjournment not in codes():
        raise RuleError(_("There is no such adjournment code."), field="adjournment")
    if result.adjournment and result.outcome != HearingOutcome.CONTINUED:
        raise RuleError(
            _("An adjournment code goes with a hearing that is continued."), field="adjournment"
        )
