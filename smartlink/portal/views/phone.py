"""Answering by telephone: which number, which code, or having us call. For any open check-in."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.participants.consent import has_withdrawn
from casework.participants.models import Participant
from checkins import tasks
from checkins.lifecycle import mark_delivered
from checkins.models import CheckIn, PhoneCall
from checkins.models.plan import Method
from checkins.phone.outbound import ask_for_call, number_of
from checkins.states import TAKES_ATTEMPTS, State
from smartlink.portal.gates import for_participant

DIGITS_SHOWN = 4


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def phone(request: HttpRequest, participant: Participant, check_in_id: UUID) -> HttpResponse:
    """A POST has the program call."""
    mine = get_object_or_404(CheckIn.objects.of(participant), public_id=check_in_id)
    if State(mine.state) not in TAKES_ATTEMPTS:
        return HttpResponseRedirect(reverse("portal:check_in", args=[mine.public_id]))
    mark_delivered(mine, now=clock.now())
    refused = ""
    if request.method == "POST":
        try:
            call = ask_for_call(mine, by=participant.actor, now=clock.now())
        except RuleError as refusal:
            refused = str(refusal)
        else:
            nudge(tasks.place_call, call.pk)
            return HttpResponseRedirect(reverse("portal:check_in_phone", args=[mine.public_id]))
    context = _shown(participant, mine) | {"refused": refused}
    return render(request, "portal/phone.html", context, status=409 if refused else 200)


def _shown(participant: Participant, mine: CheckIn) -> dict[str, Any]:
    point = number_of(mine)
    calls = PhoneCall.objects.of(participant).filter(check_in=mine)
    return {
        "participant": participant,
        "now": clock.now(),
        "check_in": mine,
        "late": mine.state == State.MISSED.value,
        "number": settings.PHONE_NUMBER,
        "login": participant.credential.login,
        "ending": str(point.phone)[-DIGITS_SHOWN:] if point is not None else "",
        "we_call": _we_call() and mine.state == State.OPEN.value,
        "call": calls.filter(direction=PhoneCall.Direction.OUTBOUND).first(),
        "selfie_too": mine.method != Method.PHONE and not has_withdrawn(participant),
        "demo": settings.DEMO,
    }


def _we_call() -> bool:
    """Whether there is somebody to carry our calls; in the demonstration the simulator rings."""
    return bool(settings.PHONE_PROVIDER != "console" or settings.DEMO)
