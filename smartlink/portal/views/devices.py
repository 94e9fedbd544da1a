"""Where somebody is signed in, and ending it there: one of them, or all but this one."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.common.browsers import device_name
from casework.participants import sign_in
from casework.participants.models import Participant
from smartlink.portal.gates import for_participant
from smartlink.portal.sessions import COOKIE


@require_safe
@for_participant
def devices(request: HttpRequest, participant: Participant) -> HttpResponse:
    now = clock.now()
    token = request.COOKIES[COOKIE]
    rows = [
        (session, device_name(session.device), sign_in.is_of(session, token))
        for session in sign_in.open_sessions(participant, now=now)
    ]
    context = {
        "participant": participant,
        "now": now,
        "rows": sorted(rows, key=lambda row: not row[2]),
        "ended": "ended" in request.GET,
    }
    return render(request, "portal/devices.html", context)


@require_POST
@for_participant
def end_one(request: HttpRequest, participant: Participant, session_id: int) -> HttpResponse:
    """Somebody else's session does not exist; one that has ended meanwhile does not either."""
    ended = sign_in.end_sessions(
        participant, now=clock.now(), only=session_id, but=request.COOKIES[COOKIE]
    )
    if not ended:
        raise Http404
    return HttpResponseRedirect(f"{reverse('portal:devices')}?ended")


@require_POST
@for_participant
def end_others(request: HttpRequest, participant: Participant) -> HttpResponse:
    sign_in.end_sessions(participant, now=clock.now(), only=None, but=request.COOKIES[COOKIE])
    return HttpResponseRedirect(f"{reverse('portal:devices')}?ended")
