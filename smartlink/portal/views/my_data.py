"""My data: what is held, who looked at it, how long it is kept, and a copy of everything."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.common.nudges import nudge
from casework.copies import services as copies
from casework.copies.models import Copy
from casework.copies.registry import parts_of_file
from casework.copies.tasks import make_copy
from casework.findings.models import Finding
from casework.participants.consent import is_of_today, latest_consent
from casework.participants.models import Participant
from casework.participants.terms import current_term
from casework.retention.models import Certificate
from casework.retention.registry import retention
from smartlink.downloads import send_copy
from smartlink.portal.acts import page_of
from smartlink.portal.gates import for_participant
from smartlink.portal.older import before_of

RECENT = 10
FINDINGS = 50
COUNTED = {
    "hearings",
    "check_ins",
    "attempts",
    "reference_photos",
    "access",
    "findings",
    "documents",
}


@require_safe
@for_participant
def my_data(request: HttpRequest, participant: Participant) -> HttpResponse:
    now = clock.now()
    latest = Copy.objects.of(participant).first()
    consent = latest_consent(participant)
    context = {
        "participant": participant,
        "now": now,
        "parts": [
            (part.title, sum(1 for _row in part.rows(participant)))
            for part in parts_of_file.parts
            if part.slug in COUNTED
        ],
        "findings": list(Finding.objects.of(participant)[:FINDINGS]),
        "rules": retention.rules,
        "hold": participant.holds.standing().first(),
        "deleted": list(Certificate.objects.of(participant)[:RECENT]),
        "copy": latest,
        "copy_opens": latest is not None and latest.opens_at(now),
        "passkeys": participant.passkeys.count(),
        "term": current_term(participant),
        "consent": consent,
        "agreed_today": is_of_today(consent),
        "contacts": list(participant.contact_points.all()),
    }
    return render(request, "portal/my_data.html", context)


@require_safe
@for_participant
def looks(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Who looked at the file, and who changed it."""
    before = before_of(request)
    acts, older = page_of(participant, before)
    context = {
        "participant": participant,
        "now": clock.now(),
        "acts": acts,
        "older": older,
        "newest": before is None,
    }
    return render(request, "portal/looks.html", context)


@require_POST
@for_participant
def ask_for_copy(request: HttpRequest, participant: Participant) -> HttpResponse:
    copy = copies.ask(participant, by=None, now=clock.now())
    nudge(make_copy, copy.pk)
    return redirect("portal:my_data")


@require_safe
@for_participant
def copy(request: HttpRequest, participant: Participant, public_id: UUID) -> HttpResponse:
    """The own copy, while it is there; anybody else's does not exist."""
    mine = get_object_or_404(Copy.objects.of(participant), public_id=public_id)
    return send_copy(mine, by=participant.actor)
