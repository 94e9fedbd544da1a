"""Entering the dates that participants must keep."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import RuleError
from casework.hearings.models import Hearing, HearingMode
from casework.participants.models import Participant
from casework.staff.models import User


@transaction.atomic
def enter(participant: Participant, terms: dict[str, Any], *, by: User, now: datetime) -> Hearing:
    """A date for the participant's latest open case, verified now by whoever enters it."""
    case = participant.cases.filter(closed_on__isnull=True).first()
    if case is None:
        raise RuleError(_("This person has no open case."), field="participant")
    if terms.get("video_url") and terms.get("mode") != HearingMode.VIDEO:
        raise RuleError(_("Only a hearing by video has a video link."), field="video_url")
    hearing = Hearing.objects.create(case=case, verified_at=now, **terms)
    record(
        "entered a hearing",
        ("hearing", hearing.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
    )
    return hearing
