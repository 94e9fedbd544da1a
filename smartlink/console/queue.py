"""The review queue: what waits for a person, and in which order. Nothing here decides.

The order is `checkins.reviews.rules`: the wait, lengthened by what speaks for looking sooner.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.http import HttpRequest

from casework.common.admin import CappedPaginator
from casework.participants.models import Assignment
from casework.staff.models import User
from checkins.admin.participant_file import with_face
from checkins.models import Attempt, CheckIn, ReferencePhoto, RefusedUpload, Review
from checkins.querysets import AttemptQuerySet, CheckInQuerySet
from checkins.refresh_rules import MOST_PHOTOS, MOST_REFRESHED, why_not
from checkins.refreshing import MAY_ADD, candidate_of
from checkins.reviews.claims import claim_next
from checkins.reviews.repeats import MOST_COMPARED
from checkins.states import State
from checkins.verification.codes import Reason, Result

EARLIER_SHOWN = 6
MOST_REFERENCES = MOST_PHOTOS + MOST_REFRESHED
MOST_KEPT = 100
MOST_ON_TODAY = 100
# The results that a reviewer meets; an unusable photo asks again while there is time.
RESULTS_TO_FILTER = [
    Result.NO_MATCH,
    Result.INCONCLUSIVE,
    Result.MATCH,
    Result.SPOOF_SUSPECTED,
    Result.ERROR,
]


def waiting_for(user: User) -> CheckInQuerySet:
    """Check-ins in review on which `user` can act, the oldest risk first.

    One that somebody proposed not to accept waits for those who may confirm, but the proposer.
    """
    rows: CheckInQuerySet = CheckIn.objects.visible_to(user).in_review().filter(review__verdict="")
    second = Q(review__proposed_by__isnull=False)
    if user.has_perm("checkins.confirm_review"):
        rows = rows.exclude(second & Q(review__proposed_by=user))
    else:
        rows = rows.exclude(second)
    waiting: CheckInQuerySet = rows.annotate(
        since=F("review__opened_at"),
        ranked_from=F("review__ranked_from"),
        # The verification of the photo that brought it here.
        found=Subquery(_newest().values("verification__result")[:1]),
        found_reasons=Subquery(_newest().values("verification__reasons")[:1]),
        late=Subquery(_newest().values("late")[:1]),
        photo_id=Subquery(_newest().values("public_id")[:1]),
        answered_by=Subquery(_newest().values("method")[:1]),
    ).order_by("ranked_from", "pk")
    return waiting


def on_today(request: HttpRequest, user: User) -> list[CheckIn]:
    """The head of the queue with faces, read once for Today's card and the sidebar's badge."""
    rows: list[CheckIn] | None = getattr(request, "queue_on_today", None)
    if rows is None:
        waiting = with_face(waiting_for(user)).select_related("participant", "review")
        rows = list(waiting[: MOST_ON_TODAY + 1])
        setattr(request, "queue_on_today", rows)  # noqa: B010 - not an attribute that Django knows
    return rows


def number_waiting(request: HttpRequest, user: User) -> int:
    """How many wait, counted once for a page and for the sidebar's badge on it."""
    number: int | None = getattr(request, "queue_number", None)
    if number is None:
        number = CappedPaginator(waiting_for(user), 1).count
        setattr(request, "queue_number", number)  # noqa: B010 - as above
    return number


def for_list(rows: CheckInQuerySet) -> CheckInQuerySet:
    """With what a row of the queue shows, in the same query."""
    officer = Assignment.objects.filter(
        participant=OuterRef("participant"), until_at__isnull=True
    ).values("officer__full_name")
    shown: CheckInQuerySet = rows.select_related(
        "participant__office", "review__proposed_by", "review__claimed_by"
    ).annotate(officer_name=Subquery(officer[:1]))
    return shown


def _newest() -> AttemptQuerySet:
    rows: AttemptQuerySet = Attempt.objects.filter(check_in=OuterRef("pk")).order_by("-number")
    return rows


def following(user: User, *, after: CheckIn | None, now: datetime) -> CheckIn | None:
    """Claims the next that nobody else looks at: the one that follows, else the first of all.

    None where there is nothing (else) to look at.
    """
    rows = waiting_for(user)
    if after is None:
        return claim_next(rows, by=user, now=now)
    rest = rows.exclude(pk=after.pk)
    place = _place(after)
    later = Q(ranked_from__gt=place) | Q(ranked_from=place, pk__gt=after.pk)
    return claim_next(rest.filter(later), by=user, now=now) or claim_next(rest, by=user, now=now)


def preceding(user: User, *, before: CheckIn, now: datetime) -> CheckIn | None:
    """Claims the nearest before it that nobody else looks at; None at the head of the queue."""
    place = _place(before)
    earlier = Q(ranked_from__lt=place) | Q(ranked_from=place, pk__lt=before.pk)
    rows = waiting_for(user).filter(earlier).order_by("-ranked_from", "-pk")
    return claim_next(rows, by=user, now=now)


def _place(check_in: CheckIn) -> datetime | None:
    review = getattr(check_in, "review", None)
    return check_in.issued_at if review is None else review.ranked_from


def with_evidence(user: User) -> CheckInQuerySet:
    """Any check-in that `user` may see, with its attempts and what was found, newest first."""
    attempts = Attempt.objects.select_related(
        "verification", "receipt", "call", "call__requested_by"
    ).order_by("-number")
    return (
        CheckIn.objects.visible_to(user)
        .select_related(
            "participant__office",
            "requested_by",
            "review",
            "review__decided_by",
            "review__proposed_by",
            "review__claimed_by",
            "plan",
            "told",
            "told__handled_by",
        )
        .prefetch_related(Prefetch("attempts", queryset=attempts, to_attr="shown_attempts"))
    )


def photos_of(check_in: CheckIn) -> list[ReferencePhoto]:
    """All reference photos, those out of use too: what a copy may have been made of."""
    rows = ReferencePhoto.objects.filter(participant=check_in.participant_id).annotate_consent()
    every = rows.select_related("added_by", "taken_from")
    return list(every.order_by(F("retired_at").desc(nulls_first=True), "pk")[:MOST_KEPT])


def in_use(photos: list[ReferencePhoto]) -> list[ReferencePhoto]:
    """Of these the photos in use, usable ones first: what a reviewer compares with."""
    rows = [one for one in photos if one.retired_at is None and one.state in {"usable", "waiting"}]
    rows.sort(key=lambda one: (one.state, one.is_refreshed, one.added_at, one.pk))
    return rows[:MOST_REFERENCES]


def may_add(attempt: Attempt | None, references: list[ReferencePhoto], user: User) -> bool:
    """Whether the photo, once accepted, may join these reference photos."""
    anchors = sum(one.state == "usable" and not one.is_refreshed for one in references)
    if why_not(candidate_of(attempt, anchors)) is not None or not user.has_perm(MAY_ADD):
        return False
    return all(getattr(one, "consent_stands", True) for one in references)


def earlier_attempts(check_in: CheckIn) -> list[Attempt]:
    """The person's attempts on other check-ins, newest first, with what came of them."""
    rows = (
        Attempt.objects.filter(check_in__participant=check_in.participant_id)
        .exclude(check_in=check_in.pk)
        .select_related("verification", "check_in", "call", "call__requested_by")
        .defer("verification__measures", "verification__thresholds", "verification__timings_ms")
        .order_by(F("received_at").desc())
    )
    return list(rows[:MOST_COMPARED])


def refused_files(check_in: CheckIn) -> list[RefusedUpload]:
    """The files that were refused at the door, for what was wrong with them."""
    return list(check_in.refused_uploads.exclude(reason=Reason.CLOSED.value).order_by("number"))


def decider_of(check_in_id: UUID, user: User) -> str:
    """Who decided a check-in that somebody else was quicker with; empty when it is not decided."""
    row = (
        CheckIn.objects.visible_to(user)
        .select_related("review__decided_by")
        .filter(public_id=check_in_id)
        .exclude(state=State.IN_REVIEW.value)
        .first()
    )
    review = getattr(row, "review", None)
    return str(review.decided_by) if review is not None and review.decided_by else ""


def is_settled_by(check_in_id: UUID, user: User) -> bool:
    """Whether `user` decided it, or proposed what waits for somebody else now."""
    proposed = Q(verdict="", proposed_by=user)
    rows = Review.objects.filter(check_in__public_id=check_in_id)
    return rows.filter(proposed | Q(decided_by=user)).exists()


def is_in_review(check_in_id: UUID) -> bool:
    """Whether it still waits, for one whom the gate has let see it."""
    return CheckIn.objects.in_review().filter(public_id=check_in_id).exists()
