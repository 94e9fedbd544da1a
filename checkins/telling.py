"""What a participant tells with a check-in: changes, needs, a wish for a call."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.staff.models import User
from checkins.models import CheckIn, Told
from checkins.passing_on import acknowledge, pass_on
from checkins.rules import LONGEST_TOLD, may_still_tell


def questions_of(check_in: CheckIn) -> list[str]:
    """What the plan lets the participant tell with this check-in; empty: nothing is asked."""
    return list(check_in.plan.questions) if check_in.plan is not None else []


def may_tell(check_in: CheckIn, now: datetime) -> bool:
    """Whether the participant may answer the questions of this check-in now."""
    return bool(questions_of(check_in)) and may_still_tell(
        check_in.state, check_in.deadline_at, now
    )


@transaction.atomic
def tell(check_in: CheckIn, answers: Mapping[str, str], *, now: datetime) -> Told:
    """Keep what was told, apart from any photo; a later answer replaces an earlier one.

    `answers`: the questions answered with yes, each with the person's words. Raises `RuleError`
    for a question that is not asked or words that are too many, `WrongState` when it is too late.
    """
    if not may_tell(check_in, now):
        raise WrongState(_("These questions can no longer be answered. Call your office."))
    if not set(answers) <= set(questions_of(check_in)):
        raise RuleError(_("This question is not asked."), field="answers")
    kept = {name: words.strip() for name, words in answers.items()}
    for name, words in kept.items():
        if len(words) > LONGEST_TOLD:
            raise RuleError(
                _("That is too long. Write %(most)d letters at most.") % {"most": LONGEST_TOLD},
                field=name,
            )
    CheckIn.objects.select_for_update(no_key=True).get(pk=check_in.pk)
    known: Told | None = Told.objects.filter(check_in=check_in).first()
    if known is not None and known.answers == kept:
        return known  # sent twice: what an officer saw to stays seen to
    told: Told = Told.objects.update_or_create(
        check_in=check_in,
        defaults={
            "answers": kept,
            "told_at": now,
            "needs_officer": bool(kept),
            "handled_at": None,
            "handled_by": None,
            "handled_note": "",
        },
    )[0]
    pass_on(told, check_in.participant, now=now)
    record(
        "answered the questions",
        ("check-in", check_in.public_id),
        by=check_in.participant.actor,
        now=now,
        participant=check_in.participant.public_id,
        facts={"told": sorted(kept)},
    )
    return told


@transaction.atomic
def handle(told: Told, *, by: User, note: str, now: datetime) -> None:
    """An officer has seen to it. Raises `WrongState` when somebody else was quicker.

    A change that was told still waits to be confirmed: that is another decision.
    """
    if not by.has_perm("checkins.change_told"):
        raise NotPermitted(_("Your role does not do this."))
    seen_to = Told.objects.to_handle().filter(pk=told.pk, told_at=told.told_at)
    if not seen_to.update(handled_at=now, handled_by=by, handled_note=note.strip()):
        raise WrongState(_("Somebody was quicker, or the answer has just changed. Look again."))
    acknowledge(told, by=by, now=now)
    participant = told.check_in.participant
    record(
        "handled what was told",
        ("check-in", told.check_in.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"told": sorted(told.answers)},
    )
