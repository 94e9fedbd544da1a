"""Opening a review and keeping its place in the queue. The rule is `checkins.reviews.rules`."""

from datetime import datetime

from checkins.models import Attempt, CheckIn, Review
from checkins.models.plan import Method
from checkins.reviews.rules import Waiting, ranks_from


def open_review(check_in: CheckIn, *, now: datetime) -> Review:
    """The check-in, just moved to review, waits for a person from now on."""
    review: Review = Review.objects.create(
        check_in=check_in, opened_at=now, ranked_from=ranks_from(now, waiting_of(check_in))
    )
    return review


def rank(check_in: CheckIn) -> None:
    """Put a waiting review where it belongs by what is known of it now."""
    review = Review.objects.filter(check_in=check_in, verdict="").first()
    if review is not None:
        place = ranks_from(review.opened_at, waiting_of(check_in, review))
        Review.objects.filter(pk=review.pk).update(ranked_from=place)


def waiting_of(check_in: CheckIn, review: Review | None = None) -> Waiting:
    """What the order goes by: the newest attempt, and whether somebody proposed a refusal."""
    rows = Attempt.objects.filter(check_in=check_in).select_related("verification")
    newest = rows.order_by("-number").first()
    proposed = review is not None and review.proposed_at is not None
    if newest is None:
        return Waiting(proposed=proposed)
    verification = getattr(newest, "verification", None)
    return Waiting(
        result="" if verification is None else verification.result,
        by_phone=newest.method == Method.PHONE,
        late=newest.late,
        proposed=proposed,
    )
