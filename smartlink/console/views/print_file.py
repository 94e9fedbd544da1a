"""The file on paper: its panels one under the other, with the notes, and no buttons."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.documents.panels import with_papers
from casework.notes.models import Note
from casework.participants.models import Participant
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Looking, file_of_participant
from smartlink.console.gates import StaffRequest, page, staff_page

# Of no use on paper: pictures that are acted on, and the trail that the timeline has whole.
NOT_ON_PAPER = {"references", "timeline", "keeping"}
MOST_NOTES = 50


@require_safe
@staff_page("participants.view_participant")
def print_file(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """Opens the browser's print dialog by itself; printing is written down as a look."""
    participant = _whole_or_404(request, participant_id)
    now = clock.now()
    target = ("participant", participant.public_id)
    record_look(
        "printed the file",
        target,
        by=request.user.actor,
        now=now,
        participant=participant.public_id,
    )
    rows = Note.objects.of(participant).as_it_stands().select_related("author")
    context = {
        "participant": participant,
        "now": now,
        "panels": _panels(request, participant),
        "notes": list(rows[:MOST_NOTES]),
        "officer": participant.assignments.filter(until_at__isnull=True)
        .values_list("officer__full_name", flat=True)
        .first(),
    }
    return page(request, "console/print_file.html", participant.full_name, context)


def _whole_or_404(request: StaffRequest, public_id: UUID) -> Participant:
    """The participant with what the panels would each ask for again."""
    rows: ParticipantQuerySet = Participant.objects.visible_to(request.user)
    found: Participant = get_object_or_404(
        with_papers(rows.select_related("office", "plan")), public_id=public_id
    )
    return found


def _panels(request: StaffRequest, participant: Participant) -> list[dict[str, Any]]:
    looking = Looking(participant, request.user, clock.now())
    frame = {"participant": participant, "now": looking.now, "on_paper": True}
    return [
        {
            "panel": panel,
            "html": render_to_string(
                panel.template,
                {**frame, **panel.context(looking)},
                request,
            ),
        }
        for panel in sorted(file_of_participant.panels, key=lambda one: (not one.side, one.order))
        if panel.slug not in NOT_ON_PAPER
    ]
