"""Reported changes as what a document can be about."""

from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from casework.documents.registry import Subject, subjects
from casework.participants.models import Participant
from casework.requests.models import ChangeReport

MOST = 50


def _changes(person: Participant) -> Iterator[tuple[UUID, str]]:
    for one in ChangeReport.objects.of(person)[:MOST]:
        local = timezone.localtime(one.reported_at, person.timezone)
        yield one.public_id, f"{one.get_kind_display()}, reported {local:%-d %b %Y}"


def register() -> None:
    """Called once, at start."""
    subjects.add(Subject("change", "Reported changes", "console:change", _changes))
