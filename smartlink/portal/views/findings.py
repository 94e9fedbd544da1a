"""A letter about a finding: what is said and why, the answer, and what came of it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.actors import ActorKind
from casework.common.errors import RuleError
from casework.findings import clock_of_answers, registry, services
from casework.findings.models import Finding, FindingEvent
from casework.findings.rules import LIVE, State
from casework.participants.models import Participant
from checkins.lifecycle.windows import EXCUSED_FOR
from smartlink.portal.forms import AnswerForm
from smartlink.portal.gates import for_participant


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def finding(request: HttpRequest, participant: Participant, finding_id: UUID) -> HttpResponse:
    """Opening the letter is being told; POST answers, or changes the answer."""
    rows = Finding.objects.of(participant).select_related("proposed_by", "participant__office")
    mine: Finding = get_object_or_404(rows, public_id=finding_id)
    now = clock.now()
    services.mark_told(mine, now=now, by=participant.actor)
    form = AnswerForm(request.POST or None, initial={"answer": mine.answer})
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(mine, form.cleaned_data["answer"], by=participant, now=now)
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            return redirect(reverse("portal:finding", args=[mine.public_id]) + "#yours")
    context = {
        "participant": participant,
        "finding": mine,
        "form": form,
        "now": now,
        "open": mine.state in LIVE,
        "answer_by": clock_of_answers.answer_by_now(mine, now),
        "representative": services.representative_of(participant),
        **_about(mine),
    }
    return render(request, "portal/finding.html", context, status=422 if form.errors else 200)


def _about(mine: Finding) -> dict[str, Any]:
    """What it is about, while that is not erased."""
    if mine.is_out_of_sight:
        return {"erased": True}
    zone = timezone.get_current_timezone()
    one = registry.about(mine.subject_type)
    taken_back = mine.events.filter(to_state=State.WITHDRAWN.value).first()
    return {
        "erased": False,
        "title": one.title(mine.evidence, zone),
        "lines": one.lines(mine.evidence, zone),
        "our_fault": taken_back is not None and taken_back.reason == EXCUSED_FOR,
        "why_taken_back": _words(taken_back),
    }


def _words(event: FindingEvent | None) -> str:
    """What a person wrote; what the system notes is in English and for the staff."""
    if event is None or event.actor_kind == ActorKind.SYSTEM or event.reason == EXCUSED_FOR:
        return ""
    return event.reason
