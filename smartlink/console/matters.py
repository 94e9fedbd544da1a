"""What is going on with each of many people, counted in one query: for hand-overs and balancing."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from casework.findings.models import Finding
from casework.hearings.models import Hearing
from casework.messages.models import Message
from casework.participants.models import Assignment
from casework.participants.querysets import ParticipantQuerySet
from casework.transfers.rules import Standing
from checkins.admin.participant_file import with_face
from checkins.models import CheckIn
from checkins.states import State

HEARINGS_WITHIN = timedelta(days=14)
# The name of the count, and how it is said of one and of several.
WORDS = {
    "open_check_ins": ("check-in open", "check-ins open"),
    "open_reviews": ("review waiting", "reviews waiting"),
    "open_hearings": ("hearing in 14 days", "hearings in 14 days"),
    "open_findings": ("finding not decided", "findings not decided"),
    "open_messages": ("message waiting", "messages waiting"),
}


def with_matters(people: ParticipantQuerySet, now: datetime) -> QuerySet[Any]:
    """Adds the counts of `WORDS`, the officer (name, key), the assignment and the face."""
    current = Assignment.objects.filter(participant=OuterRef("pk"), until_at__isnull=True)
    hearings = Hearing.objects.to_come(now).filter(starts_at__lte=now + HEARINGS_WITHIN)
    waiting = CheckIn.objects.to_answer()
    rows = with_face(people, "pk").select_related("office")
    annotated: QuerySet[Any] = rows.annotate(
        assignment_pk=Subquery(current.values("pk")[:1]),
        officer_pk=Subquery(current.values("officer")[:1]),
        officer_name=Subquery(current.values("officer__full_name")[:1]),
        with_officer_since=Subquery(current.values("from_at")[:1]),
        open_check_ins=_count(waiting, "participant"),
        open_reviews=_count(CheckIn.objects.filter(state=State.IN_REVIEW.value), "participant"),
        open_hearings=_count(hearings, "case__participant"),
        open_findings=_count(Finding.objects.live(), "participant"),
        open_messages=_count(Message.objects.waiting(), "participant"),
    )
    return annotated


def _count(rows: QuerySet[Any], path: str) -> Coalesce:
    """How many of `rows` lead to the participant."""
    theirs = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    number = theirs.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def matters_of(row: Any) -> list[str]:
    """What is open, in words: "1 review waiting"; nothing for nothing."""
    said = []
    for name, (one, several) in WORDS.items():
        number = getattr(row, name)
        if number:
            said.append(f"{number} {one if number == 1 else several}")
    return said


def standing_of(row: Any) -> Standing:
    """What a suggestion goes by."""
    counts = {name.removeprefix("open_"): getattr(row, name) for name in WORDS}
    return Standing(row.pk, row.with_officer_since, **counts)
