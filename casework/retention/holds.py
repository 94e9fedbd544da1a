"""Legal holds: set and lifted by a supervisor, with a reason."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.participants.models import Participant
from casework.retention.models import Hold
from casework.staff.models import User


def set_hold(participant: Participant, *, reason: str, by: User, now: datetime) -> Hold:
    """From now on retention deletes nothing in this file. Raises `RuleError`."""
    _may(by)
    if not reason.strip():
        raise RuleError(_("Say why."), field="reason")
    try:
        with transaction.atomic():
            hold = Hold.objects.create(
                participant=participant, reason=reason.strip(), set_at=now, set_by=by
            )
            _note("set a legal hold", hold, by, now)
    except IntegrityError as error:
        if "hold_one_standing" not in str(error):
            raise
        raise WrongState(_("A legal hold stands already.")) from error
    return hold


@transaction.atomic
def lift_hold(participant: Participant, *, reason: str, by: User, now: datetime) -> None:
    """What was due meanwhile is deleted at the next run. Raises `RuleError`."""
    _may(by)
    if not reason.strip():
        raise RuleError(_("Say why."), field="reason")
    hold = Hold.objects.standing().select_for_update().filter(participant=participant).first()
    if hold is None:
        raise WrongState(_("No legal hold stands."))
    Hold.objects.filter(pk=hold.pk).update(lifted_at=now, lifted_by=by, lift_reason=reason.strip())
    _note("lifted a legal hold", hold, by, now)


def _may(by: User) -> None:
    if not by.has_perm("retention.change_hold"):
        raise NotPermitted(_("Only a supervisor sets or lifts a legal hold."))


def _note(verb: str, hold: Hold, by: User, now: datetime) -> None:
    record(
        verb,
        ("legal hold", hold.public_id),
        by=by.actor,
        now=now,
        participant=hold.participant.public_id,
    )
