"""Setting how a participant is supervised: the first term, step-up and step-down."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.participants import rules
from casework.participants.models import Participant, SupervisionTerm
from casework.staff.models import User


@dataclass(frozen=True)
class Wanted:
    """`level` is 1 (the lightest) to 3."""

    technology: str
    level: int
    reason: str


def current_term(participant: Participant) -> SupervisionTerm | None:
    return participant.terms.filter(until_at__isnull=True).first()


@transaction.atomic
def set_term(
    participant: Participant, wanted: Wanted, *, by: User, now: datetime
) -> SupervisionTerm:
    """The term before ends at the same instant.

    An officer may always lighten; what makes it heavier is a supervisor's (`NotPermitted`).
    """
    if wanted.technology not in rules.LADDER or wanted.level not in rules.LEVELS:
        raise RuleError(_("That is not a way to supervise somebody."), field="technology")
    if not wanted.reason.strip():
        raise RuleError(_("Say why."), field="reason")
    locked = Participant.objects.select_for_update().get(pk=participant.pk)
    if locked.closed_at is not None:
        raise RuleError(_("Supervision of this person has ended."))
    before = current_term(participant)
    was = (before.technology, before.level) if before is not None else None
    step = rules.step_between(was, (wanted.technology, wanted.level))
    if step is None:
        raise RuleError(_("That is how this person is supervised already."), field="technology")
    if rules.step_needs_supervisor(step, wanted.technology) and not by.has_perm(
        "participants.step_up"
    ):
        raise NotPermitted(_("Only a supervisor orders closer supervision."), field="technology")
    if before is not None:
        SupervisionTerm.objects.filter(pk=before.pk).update(until_at=now)
    term = SupervisionTerm.objects.create(
        participant=participant,
        technology=wanted.technology,
        level=wanted.level,
        step=step.value,
        reason=wanted.reason.strip(),
        set_by=by,
        from_at=now,
    )
    record(
        "set the supervision term",
        ("supervision term", term.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"technology": term.technology, "level": term.level, "step": term.step},
    )
    return term
