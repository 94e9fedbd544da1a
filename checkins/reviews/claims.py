"""Who is looking at a review: one at a time, and nobody for longer than a claim lasts.

A claim keeps two people from deciding the same thing at once. It gives no right: whoever may
decide may claim, and a review that nobody holds is claimed by deciding it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, WrongState
from casework.staff.models import User
from checkins.models import CheckIn, Review
from checkins.querysets import CheckInQuerySet
from checkins.reviews.rules import CLAIM_LASTS, is_held

MAY_CLAIM = "checkins.change_review"
MAY_CONFIRM = "checkins.confirm_review"
MAY_TAKE_OVER = "checkins.take_over_review"
_NOBODY = {"claimed_by": None, "claimed_at": None}


class HeldByAnother(WrongState):
    """Somebody else is looking at it just now."""

    code = "held_by_another"


def held_by_other(review: Review, by: User, now: datetime) -> bool:
    return review.claimed_by_id != by.pk and is_held(review.claimed_at, now)


def refuse_if_held(review: Review, by: User, now: datetime) -> None:
    """Raises `HeldByAnother` where somebody else's claim still counts."""
    if held_by_other(review, by, now):
        raise HeldByAnother(
            _("%(who)s is looking at this check-in now. Nothing has been decided.")
            % {"who": review.claimed_by}
        )


def waits_for(review: Review, by: User) -> bool:
    """Whether it is for `by` to act on. A proposal waits for somebody else, who may confirm it."""
    if review.proposed_by_id is None:
        return True
    return review.proposed_by_id != by.pk and by.has_perm(MAY_CONFIRM)


def takeable(by: User, now: datetime) -> Q:
    """The condition on check-ins whose review `by` may claim: their own, and unheld ones."""
    free = Q(review__claimed_at__isnull=True) | Q(review__claimed_at__lte=now - CLAIM_LASTS)
    return free | Q(review__claimed_by=by)


@transaction.atomic
def claim(check_in: CheckIn, *, by: User, now: datetime) -> Review:
    """Take or renew the claim; where somebody else holds it, or it waits for others, none changes.

    Returns the review as it is then: `claimed_by` says whose it is. Whoever claims lets go of
    what they held before. Raises `WrongState` when it is decided.
    """
    review = _waiting(check_in, by)
    if held_by_other(review, by, now) or not waits_for(review, by):
        return review
    _take(review, by, now, "claimed a review")
    return review


@transaction.atomic
def take_over(check_in: CheckIn, *, by: User, now: datetime) -> Review:
    """A supervisor's: the claim passes to `by`, whoever held it."""
    review = _waiting(check_in, by)
    if not by.has_perm(MAY_TAKE_OVER):
        raise NotPermitted(_("A supervisor may take over what somebody else is looking at."))
    _take(review, by, now, "took over a review")
    return review


@transaction.atomic
def claim_next(waiting: CheckInQuerySet, *, by: User, now: datetime) -> CheckIn | None:
    """Claim the first of these that nobody else holds; two who ask at once get two.

    `waiting` is in order. None where there is nothing to take.
    """
    rows = waiting.filter(takeable(by, now), review__verdict="").select_related("review")
    found: CheckIn | None = rows.select_for_update(of=("review",), skip_locked=True).first()
    if found is not None:
        _take(found.review, by, now, "claimed a review")
    return found


@transaction.atomic
def release(
    check_in: CheckIn, *, by: User, now: datetime, taken_at: datetime | None = None
) -> bool:
    """Let go, so that others need not wait; False when there was nothing to let go.

    With `taken_at` only a claim of just that time: a word that comes late ends no newer one.
    """
    review = Review.objects.select_for_update().filter(check_in=check_in, claimed_by=by).first()
    if review is None or taken_at not in {None, review.claimed_at}:
        return False
    Review.objects.filter(pk=review.pk).update(**_NOBODY)
    _note("released a review", check_in, by, now)
    return True


def _waiting(check_in: CheckIn, by: User) -> Review:
    """The undecided review under lock."""
    if not by.has_perm(MAY_CLAIM):
        raise NotPermitted(_("Your role does not decide reviews."))
    rows = Review.objects.select_related("claimed_by", "check_in__participant")
    review = rows.select_for_update(of=("self",)).filter(check_in=check_in, verdict="").first()
    if review is None:
        raise WrongState(_("This check-in is not waiting for a review."))
    return review


def _take(review: Review, by: User, now: datetime, act: str) -> None:
    """Write the claim down. A renewal is no new line in the trail."""
    _let_go_of_others(review, by)
    renewed = review.claimed_by_id == by.pk and is_held(review.claimed_at, now)
    Review.objects.filter(pk=review.pk).update(claimed_by=by, claimed_at=now)
    review.claimed_by, review.claimed_at = by, now
    if not renewed:
        _note(act, review.check_in, by, now)


def _let_go_of_others(review: Review, by: User) -> None:
    """What they held besides; rows that somebody works on are left: their claim runs out."""
    held = Review.objects.filter(claimed_by=by).exclude(pk=review.pk)
    free = held.select_for_update(skip_locked=True).values("pk")
    Review.objects.filter(pk__in=free).update(**_NOBODY)


def _note(act: str, check_in: CheckIn, by: User, now: datetime) -> None:
    record(
        act,
        ("check-in", check_in.public_id),
        by=by.actor,
        now=now,
        participant=check_in.participant.public_id,
    )
