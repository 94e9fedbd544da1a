"""What people decide: one accepts; not to accept takes one to propose and another to confirm."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.staff.models import User
from checkins.lifecycle.moves import move
from checkins.models import CheckIn, Review
from checkins.notices.written import forget_result, tell_result
from checkins.refreshing import wish
from checkins.reviews.claims import refuse_if_held, waits_for
from checkins.reviews.ranking import rank
from checkins.reviews.rules import UNDO_FOR, may_undo
from checkins.states import State

TAKEN_BACK = "the reviewer took the acceptance back"
MAY_DECIDE = "checkins.change_review"


@transaction.atomic
def decide_review(
    check_in: CheckIn,
    *,
    accept: bool,
    by: User,
    reason: str,
    now: datetime,
    add_to_references: bool = False,
) -> Review:
    """One person's verdict. To accept decides, also against a proposal; else it proposes, or
    confirms what somebody else proposed. Raises `WrongState` when it is decided already, and
    `HeldByAnother` while somebody else is looking at it.

    `add_to_references`: the accepted photo joins the reference photos, once that can stand.
    """
    if accept:
        review = _accept(check_in, by, reason.strip(), now)
        return _with_wish(check_in, review, by) if add_to_references else review
    if add_to_references:
        raise RuleError(_("Only a photo that is accepted can be added."), field="add_to_references")
    locked, review = _waiting(check_in, by, now)
    if review.proposed_by_id is None:
        return _propose(locked, review, by, reason, now)
    return _confirm(check_in, locked, review, by, reason, now)


@transaction.atomic
def accept_as_seen(
    check_in: CheckIn,
    *,
    proposed_at: datetime | None,
    by: User,
    now: datetime,
    add_to_references: bool = False,
) -> Review:
    """Accept, by somebody who saw the proposal of that time, or none.

    Raises `WrongState` where another has been made since: nobody overturns what they did not see.
    """
    _locked, review = _waiting(check_in, by, now)
    if review.proposed_at != proposed_at:
        raise WrongState("Somebody has proposed not to accept this since you opened it.")
    return decide_review(
        check_in, accept=True, by=by, reason="", now=now, add_to_references=add_to_references
    )


@transaction.atomic
def propose_not_accepted(check_in: CheckIn, *, by: User, reason: str, now: datetime) -> Review:
    """The first of two: it stays in review, and nothing reaches the participant."""
    locked, review = _waiting(check_in, by, now)
    if review.proposed_by_id is not None:
        raise WrongState("Somebody has already proposed not to accept this check-in.")
    return _propose(locked, review, by, reason, now)


@transaction.atomic
def confirm_not_accepted(check_in: CheckIn, *, by: User, reason: str, now: datetime) -> Review:
    """The second of two; without a reason of their own the first one's stands."""
    locked, review = _waiting(check_in, by, now)
    if review.proposed_by_id is None:
        raise WrongState("Nobody has proposed not to accept this check-in.")
    return _confirm(check_in, locked, review, by, reason, now)


@transaction.atomic
def undo_acceptance(check_in: CheckIn, *, by: User, now: datetime) -> Review:
    """Its reviewer takes an acceptance back: in review again, and theirs to look at.

    Only for a minute, in which the participant's notice waits. A proposal that it overturned
    stands again. Raises `WrongState` when it is too late, or somebody else or a machine accepted.
    """
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    review = Review.objects.select_for_update().filter(check_in=locked).first()
    if (
        locked.state != State.ACCEPTED.value
        or review is None
        or review.decided_by_id != by.pk
        or review.decided_at is None
        or not may_undo(review.decided_at, now)
    ):
        raise WrongState(_("Only who accepted it can take that back, and only for a minute."))
    move(locked, State.IN_REVIEW, by=by.actor, now=now, reason=TAKEN_BACK, decided_at=None)
    forget_result(locked, now=now)
    Review.objects.filter(pk=review.pk).update(
        verdict="",
        reason="",
        decided_by=None,
        decided_at=None,
        refresh="",
        claimed_by=by,
        claimed_at=now,
    )
    rank(locked)
    _note("took back an acceptance", locked, by, now)
    check_in.state = locked.state
    review.refresh_from_db()
    return review


def may_confirm(review: Review, by: User) -> bool:
    """Whether `by` may be the second of the two."""
    return review.proposed_by_id is not None and waits_for(review, by)


def _waiting(check_in: CheckIn, by: User, now: datetime) -> tuple[CheckIn, Review]:
    """The check-in and its review under lock, if it waits and `by` may decide it now."""
    if not by.has_perm(MAY_DECIDE):
        raise NotPermitted(_("Your role does not decide reviews."))
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if locked.state != State.IN_REVIEW.value:
        raise WrongState(_("This check-in is not waiting for a review."))
    rows = Review.objects.select_related("claimed_by").select_for_update(of=("self",))
    review = rows.get(check_in=locked)
    refuse_if_held(review, by, now)
    return locked, review


def _propose(locked: CheckIn, review: Review, by: User, reason: str, now: datetime) -> Review:
    reason = reason.strip()
    if not reason:
        raise RuleError(_("Say why you do not accept this check-in."), field="reason")
    Review.objects.filter(pk=review.pk).update(
        proposed_by=by,
        proposed_reason=reason,
        proposed_at=now,
        claimed_by=None,
        claimed_at=None,
    )
    rank(locked)
    _note("proposed not_accepted", locked, by, now)
    review.refresh_from_db()
    return review


def _confirm(
    check_in: CheckIn, locked: CheckIn, review: Review, by: User, reason: str, now: datetime
) -> Review:
    if review.proposed_by_id == by.pk:
        raise WrongState("You proposed this yourself: a second reviewer must confirm it.")
    if not may_confirm(review, by):
        raise NotPermitted("A supervisor must confirm this as the second reviewer.")
    reason = reason.strip() or review.proposed_reason
    return _decide(check_in, locked, Review.Verdict.NOT_ACCEPTED, by, reason, now)


def _accept(check_in: CheckIn, by: User, reason: str, now: datetime) -> Review:
    locked, _review = _waiting(check_in, by, now)
    return _decide(check_in, locked, Review.Verdict.ACCEPTED, by, reason, now)


def _with_wish(check_in: CheckIn, review: Review, by: User) -> Review:
    wish(check_in, by=by)
    review.refresh_from_db()
    return review


def _decide(
    check_in: CheckIn,
    locked: CheckIn,
    verdict: Review.Verdict,
    by: User,
    reason: str,
    now: datetime,
) -> Review:
    move(locked, State(verdict.value), by=by.actor, now=now, reason=reason, decided_at=now)
    accepted = verdict == Review.Verdict.ACCEPTED
    tell_result(locked, now=now, held_back=UNDO_FOR if accepted else timedelta())
    Review.objects.filter(check_in=locked).update(
        verdict=verdict,
        reason=reason,
        decided_by=by,
        decided_at=now,
        claimed_by=None,
        claimed_at=None,
    )
    _note(f"decided {verdict.value}", locked, by, now)
    check_in.state = locked.state
    return Review.objects.get(check_in=locked)


def _note(act: str, check_in: CheckIn, by: User, now: datetime) -> None:
    record(
        act,
        ("check-in", check_in.public_id),
        by=by.actor,
        now=now,
        participant=check_in.participant.public_id,
    )
