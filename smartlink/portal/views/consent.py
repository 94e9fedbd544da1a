"""Consent: what was agreed to, what withdrawing means, and both acts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.participants.consent import is_of_today, latest_consent
from casework.participants.models import Participant
from checkins import consent as consents
from smartlink.portal.gates import for_participant


@require_safe
@for_participant
def consent(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Read the notice and agree, or read what withdrawing means and confirm it."""
    latest = latest_consent(participant)
    context = {
        "participant": participant,
        "now": clock.now(),
        "consent": latest,
        "stands": latest is not None and latest.withdrawn_at is None,
        "agreed_today": is_of_today(latest),
    }
    return render(request, "portal/consent.html", context)


@require_POST
@for_participant
def withdraw(_request: HttpRequest, participant: Participant) -> HttpResponse:
    consents.withdraw(participant, now=clock.now())
    return redirect("portal:consent")


@require_POST
@for_participant
def give(_request: HttpRequest, participant: Participant) -> HttpResponse:
    language = get_language() or participant.language
    consents.give(participant, language=language, now=clock.now())
    return redirect("portal:consent")
