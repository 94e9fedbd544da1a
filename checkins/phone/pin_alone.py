"""Letting the PIN be enough on the telephone: for one person, with a reason, by a supervisor."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import Plan
from checkins.plans import plan_of


@transaction.atomic
def set_pin_alone(
    participant: Participant, *, alone: bool, reason: str, by: User, now: datetime
) -> Plan:
    """Allow it or end it. Needs the right to waive liveness, and a reason to allow it."""
    if not by.has_perm("checkins.waive_liveness"):
        raise NotPermitted(_("Only a supervisor may let the PIN alone be enough."))
    reason = reason.strip()
    if alone and not reason:
        raise RuleError(_("Say why the PIN alone is enough here."), field="reason")
    plan = plan_of(participant, now=now)
    # `updated_at` stays: it tells the draws that their terms changed, and these do not.
    plan.phone_pin_alone, plan.phone_pin_reason = alone, reason if alone else ""
    plan.save(update_fields=["phone_pin_alone", "phone_pin_reason"])
    record(
        "let the PIN alone be enough" if alone else "ended the PIN alone",
        ("plan", plan.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
    )
    return plan
