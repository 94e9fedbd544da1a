"""The file on paper: its panels, findings, messages, notes and last acts; no buttons."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.documents.panels import with_papers
from casework.findings.models import Finding
from casework.messages.models import Message
from casework.notes.models import Note
from casework.participants.models import Assignment, Participant
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Looking, file_of_participant
from casework.requests.panels import with_requests
from casework.staff.models import User
from smartlink.console.gates import StaffRequest, page, staff_page

# Of no use on paper: pictures that are acted on, and what only leads to something said below.
NOT_ON_PAPER = {"references", "open_now", "keeping"}
MOST_NOTES = 50
MOST_MESSAGES = 30
_WORDS = ("kind", "state", "reason", "answer", "decision_reason")
_TIMES = (
    "subject_at", "proposed_at", "told_at", "answer_by", "answered_at", "decided_at",
    "withdrawn_at",
)  # fmt: skip


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
    panels = _panels(request, participant)
    context = {
        "participant": participant,
        "now": now,
        "panels": [one for one in panels if one["panel"].slug != "timeline"],
        "timeline": [one for one in panels if one["panel"].slug == "timeline"],
        "notes": list(rows[:MOST_NOTES]),
        **_said(request.user, participant),
    }
    return page(request, "console/print_file.html", participant.full_name, context)


def _whole_or_404(request: StaffRequest, public_id: UUID) -> Any:
    """The participant with what the page would each ask for again."""
    rows: ParticipantQuerySet = Participant.objects.visible_to(request.user)
    rows = with_requests(with_papers(rows)).select_related("office", "plan__location_authorised_by")
    mine = OuterRef("pk")
    current = Assignment.objects.filter(participant=mine, until_at__isnull=True)
    said = Finding.objects.visible_to(request.user).filter(participant=mine)
    facts = JSONObject(**{name: name for name in (*_WORDS, *_TIMES)})
    rows = rows.annotate(
        officer_name=Subquery(current.values("officer__full_name")[:1]),
        findings_said=ArraySubquery(said.values(facts=facts)),
    )
    return get_object_or_404(rows, public_id=public_id)


def _finding(facts: dict[str, Any]) -> Finding:
    return Finding(**facts | {name: parse_datetime(facts[name]) for name in _TIMES if facts[name]})


def _said(user: User, participant: Any) -> dict[str, Any]:
    """Findings and the last messages, newest first; None where this reader may not see them."""
    findings = [_finding(facts) for facts in participant.findings_said]
    sent = Message.objects.of(participant).select_related("written_by")[: MOST_MESSAGES + 1]
    messages = list(sent) if user.has_perm("officer_messages.view_message") else None
    return {
        "findings": findings if user.has_perm("findings.view_finding") else None,
        "messages_sent": messages[:MOST_MESSAGES] if messages is not None else None,
        "older_messages": messages is not None and len(messages) > MOST_MESSAGES,
        "most_messages": MOST_MESSAGES,
    }


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
