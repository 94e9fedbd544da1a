"""Setting and reading a participant's plan."""

from copy import copy
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
from checkins.models.plan import LivenessMode, Method, Plan, every_question
from checkins.rules import EVERY_QUESTION
from checkins.timing import timing_problems


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
    questions: list[str] = field(default_factory=every_question)
    location: bool = False
    location_reason: str = ""


NAMES = tuple(PlanTerms.__dataclass_fields__)
# Free text that staff wrote stays out of the audit trail's facts.
_WORDS = {"liveness_reason", "location_reason"}


def plan_of(participant: Participant, *, now: datetime) -> Plan:
    """The participant's plan; one with the default terms is made when there is none yet."""
    plan, _created = Plan.objects.get_or_create(
        participant=participant, defaults={"updated_at": now}
    )
    return plan


def terms_of(plan: Plan) -> PlanTerms:
    """What a plan says now."""
    return PlanTerms(**{name: getattr(plan, name) for name in NAMES})


def problems_of(plan: Plan, terms: PlanTerms, *, by: User) -> list[RuleError]:
    """Everything that stands against changing `plan` to `terms`, each naming its field."""
    draft = _draft(plan, terms, by)
    return [
        *_liveness_problems(plan, terms, by),
        *_location_problems(plan, terms, by),
        *_question_problems(terms),
        *timing_problems(draft),  # these name the field where a constraint would name itself
    ] or _field_problems(draft)


@transaction.atomic
def set_plan(participant: Participant, terms: PlanTerms, *, by: User, now: datetime) -> Plan:
    """Replace the terms. Raises `RuleError` naming the field that does not fit.

    Going without liveness, and asking for a location, each need a reason and the right to
    authorise it (supervisors have both).
    """
    plan = plan_of(participant, now=now)
    for problem in problems_of(plan, terms, by=by):
        raise problem
    before = _as_facts(plan)
    plan = _draft(plan, terms, by)
    plan.updated_at = now
    plan.save()
    record(
        "changed the plan",
        ("plan", plan.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"before": before, "after": _as_facts(plan)},
    )
    return plan


def _draft(plan: Plan, terms: PlanTerms, by: User) -> Plan:
    """The plan as it would be; not saved."""
    draft = copy(plan)
    for name in NAMES:
        setattr(draft, name, getattr(terms, name))
    draft.liveness_reason = terms.liveness_reason.strip() if _waived(terms) else ""
    draft.location_reason = terms.location_reason.strip() if terms.location else ""
    if not terms.location:
        draft.location_authorised_by = None
    elif _authorises(plan, terms):
        draft.location_authorised_by = by
    return draft


def _waived(terms: PlanTerms) -> bool:
    return terms.liveness == LivenessMode.NONE.value


def _authorises(plan: Plan, terms: PlanTerms) -> bool:
    """Whether this asks for a location anew, or for another reason than before."""
    same = plan.location and plan.location_reason == terms.location_reason.strip()
    return terms.location and not same


def _liveness_problems(plan: Plan, terms: PlanTerms, by: User) -> list[RuleError]:
    reason = terms.liveness_reason.strip()
    same = plan.liveness == terms.liveness and plan.liveness_reason == reason
    if not _waived(terms):
        return []
    if not same and not by.has_perm("checkins.waive_liveness"):
        return [NotPermitted(_("Only a supervisor may let one photo be enough."), field="liveness")]
    if not reason:
        return [RuleError(_("Say why one photo is enough here."), field="liveness_reason")]
    return []


def _location_problems(plan: Plan, terms: PlanTerms, by: User) -> list[RuleError]:
    if not _authorises(plan, terms):
        return []
    if not by.has_perm("checkins.authorise_location"):
        return [NotPermitted(_("Only a supervisor may ask for a location."), field="location")]
    if not terms.location_reason.strip():
        return [RuleError(_("Say why a location is needed here."), field="location_reason")]
    return []


def _question_problems(terms: PlanTerms) -> list[RuleError]:
    asked = terms.questions
    known = isinstance(asked, list) and all(isinstance(one, str) for one in asked)
    if known and set(asked) <= set(EVERY_QUESTION) and len(set(asked)) == len(asked):
        return []
    return [RuleError(_("Choose from the questions that there are."), field="questions")]


def _field_problems(draft: Plan) -> list[RuleError]:
    try:
        draft.full_clean(exclude=["participant", "updated_at"])
    except ValidationError as error:
        return [
            RuleError(messages[0], field=None if name == "__all__" else name)
            for name, messages in error.message_dict.items()
        ]
    return []


def _as_facts(plan: Plan) -> dict[str, Any]:
    return {name: str(getattr(plan, name)) for name in NAMES if name not in _WORDS}
