"""Why a row of the review queue stands where it stands, and how long reviews take, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F
from django.utils.translation import gettext as _

from casework.common.moments import span
from casework.staff.models import User
from checkins.models import Review
from checkins.models.plan import Method
from checkins.reviews.rules import HEAD_START, Ground, Waiting, grounds

OVER = timedelta(days=30)
MOST_OFFICES = 5
MOST_REVIEWS = 1_000
"""The newest of those 30 days; more would make the queue wait for a figure beside it."""


class Median(Aggregate):
    """PostgreSQL's percentile_cont: between the two in the middle where their number is even."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class TimeToReview:
    """Of the reviews that an office has decided lately."""

    office: str
    median: timedelta
    number: int


def standing(row: Any) -> list[str]:
    """What moves a row of `queue.waiting_for` up, each as words; empty: its wait alone."""
    facts = Waiting(
        result=row.found or "",
        by_phone=row.answered_by == Method.PHONE,
        late=bool(row.late),
        proposed=row.review.proposed_at is not None,
    )
    return [
        _("%(why)s: stands as if %(time)s older")
        % {"why": _words(ground), "time": span(HEAD_START[ground])}
        for ground in grounds(facts)
    ]


def times_to_review(user: User, now: datetime) -> list[TimeToReview]:
    """The median of the newest for each office of the user's, from opening to decision."""
    lately = Review.objects.filter(decided_at__gte=now - OVER).exclude(verdict="")
    office = "check_in__participant__office"
    if not user.is_administrator:
        lately = lately.filter(**{f"{office}__in": user.offices.values("pk")})
    took = ExpressionWrapper(F("decided_at") - F("opened_at"), output_field=DurationField())
    newest = lately.order_by("-decided_at").values("pk")[:MOST_REVIEWS]
    rows = (
        Review.objects.filter(pk__in=newest)
        .order_by()
        .values(f"{office}__name")
        .annotate(median=Median(took, output_field=DurationField()), number=Count("pk"))
        .order_by("-number", f"{office}__name")
    )
    return [
        TimeToReview(row[f"{office}__name"], row["median"], row["number"])
        for row in rows[:MOST_OFFICES]
    ]


def _words(ground: Ground) -> str:
    return {
        Ground.SECOND_REVIEWER: _("Somebody proposed not to accept it"),
        Ground.SPOOF: _("A picture or a screen is suspected"),
        Ground.NO_MATCH: _("The face did not match"),
        Ground.LATE: _("It came late and counts as missed until you look"),
        Ground.UNUSABLE: _("No photo could be used"),
        Ground.CALL: _("Only a person can listen to a call"),
        Ground.CLOSE: _("A close call"),
        Ground.OUR_ERROR: _("Our error, nothing that the person did"),
        Ground.NO_TURNS: _("A match without the head turns"),
    }[ground]
