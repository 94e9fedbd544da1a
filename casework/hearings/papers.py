"""Hearings as what a document can be about."""

from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from casework.documents.registry import Subject, subjects
from casework.hearings.models import Hearing
from casework.participants.models import Participant

MOST = 50


def _hearings(person: Participant) -> Iterator[tuple[UUID, str]]:
    rows = Hearing.objects.of(person).select_related("court").order_by("-starts_at")
    for one in rows[:MOST]:
        local = timezone.localtime(one.starts_at, one.court.timezone)
        yield one.public_id, f"{one.get_kind_display()}, {local:%-d %b %Y}, {one.court}"


def register() -> None:
    """Called once, at start."""
    subjects.add(Subject("hearing", "Hearings", "console:hearing", _hearings))
