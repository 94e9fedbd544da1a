"""Setting and reading a participant's plan."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models.plan import LivenessMode, Method, Plan
from checkins.timing import agree_on_timing


@dataclass(frozen=True)
class PlanTerms:
    """What a plan says; hours are the participant's local ones (forms: see `models.Plan`)."""

    rate_per_week: Decimal = Decimal(2)
    method: str = Method.SELFIE.value
    window_minutes: int = 120
    liveness: str = LivenessMode.CHALLENGE.value
    liveness_reason: str = ""
    from_hour: time = time(8)
    until_hour: time = time(20)
    day_hours: dict[str, Any] = field(default_factory=dict)
    exclusions: list[dict[str, Any]] = field(default_factory=list)
    gap_minutes: int | None = None
    max_per_day: int | None = None
    silence_days: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    paused: bool = False


def plan_of(participant: Participant, *, now: datetime) -> Plan:
    """The participant's plan; one with the default terms is made when there is none yet."""
    plan, _created = Plan.objects.get_or_create(
        participant=participant, defaults={"updated_at": now}
    )
    return plan


@transaction.atomic
def set_plan(participant: Participant, terms: PlanTerms, *, by: User, now: datetime) -> Plan:
    """Replace the terms. Raises `RuleError` naming the field that does not fit.

    Going without liveness needs a reason and the right to waive it (supervisors have it).
    """
    plan = plan_of(participant, now=now)
    waived = terms.liveness == LivenessMode.NONE.value
    changes_waiver = waived and (
        plan.liveness != terms.liveness or plan.liveness_reason != terms.liveness_reason.strip()
    )
    if changes_waiver and not by.has_perm("checkins.waive_liveness"):
        raise NotPermitted(_("Only a supervisor may let one photo be enough."), field="liveness")
    if waived and not terms.liveness_reason.strip():
        raise RuleError(_("Say why one photo is enough here."), field="liveness_reason")
    before = _terms_as_facts(plan)
    for name in PlanTerms.__dataclass_fields__:
        setattr(plan, name, getattr(terms, name))
    plan.liveness_reason = terms.liveness_reason.strip() if waived else ""
    plan.updated_at = now
    agree_on_timing(plan)  # first: it names the field where a constraint would name itself
    _check(plan)
    plan.save()
    record(
        "changed the plan",
        ("plan", plan.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"before": before, "after": _terms_as_facts(plan)},
    )
    return plan


def _check(plan: Plan) -> None:
    try:
        plan.full_clean(exclude=["participant"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise RuleError(messages[0], field=None if field == "__all__" else field) from error


def _terms_as_facts(plan: Plan) -> dict[str, Any]:
    return {
        name: str(getattr(plan, name))
        for name in PlanTerms.__dataclass_fields__
        if name != "liveness_reason"
    }
