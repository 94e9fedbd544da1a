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
    hearing = Hearing(case=case, verified_at=now, **terms)
    _require_fitting_link(hearing)
    hearing.save()
    record(
        "entered a hearing",
        ("hearing", hearing.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
    )
    return hearing


@transaction.atomic
def change(hearing: Hearing, terms: dict[str, Any], *, by: User, now: datetime) -> Hearing:
    """Put a date right, or take it back (`cancelled`); verified now by whoever does so."""
    if not terms:
        return hearing
    locked: Hearing = Hearing.objects.select_for_update().get(pk=hearing.pk)
    fields = {name: value for name, value in terms.items() if name != "cancelled"}
    for name, value in fields.items():
        setattr(locked, name, value)
    if "cancelled" in terms and terms["cancelled"] != (locked.cancelled_at is not None):
        locked.cancelled_at = now if terms["cancelled"] else None
    locked.verified_at = now
    _require_fitting_link(locked)
    locked.save(update_fields=[*fields, "cancelled_at", "verified_at"])
    record(
        "changed a hearing",
        ("hearing", locked.public_id),
        by=by.actor,
        now=now,
        participant=locked.case.participant.public_id,
        facts={"fields": sorted(terms)},
    )
    return locked


def _require_fitting_link(hearing: Hearing) -> None:
    if hearing.video_url and hearing.mode != HearingMode.VIDEO:
        raise RuleError(_("Only a hearing by video has a video link."), field="video_url")
