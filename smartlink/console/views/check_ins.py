"""One check-in: what was asked, what came, what was decided; taking it back and excusing it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.findings.models import Finding
from checkins import lifecycle
from checkins.findings import CHECK_IN
from checkins.models import Attempt, CheckIn
from checkins.phone.outbound import number_of
from checkins.states import State, may_move
from smartlink.console import queue
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.scale import machine_facts, scale_of

CALLS_SHOWN = 5
Act = Callable[..., None]
ACTS: dict[str, tuple[Act, State]] = {
    "withdraw": (lifecycle.withdraw, State.CANCELLED),
    "excuse": (lifecycle.excuse, State.EXCUSED),
}


@staff_page("checkins.view_checkin")
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: StaffRequest, check_in_id: UUID) -> HttpResponse:
    """The check-in; POST with `act` (withdraw, excuse) and `reason` changes it."""
    found = get_object_or_404(queue.with_evidence(request.user), public_id=check_in_id)
    if request.method == "POST":
        return _change(request, found)
    return _page(request, found)


def _change(request: StaffRequest, found: CheckIn) -> HttpResponse:
    act = request.POST.get("act", "")
    if act not in ACTS:
        return _page(request, found, error=_("Choose what to do."), status=422)
    do, _to = ACTS[act]
    try:
        do(found, by=request.user, reason=request.POST.get("reason", ""), now=clock.now())
    except RuleError as refused:
        return _page(request, found, error=str(refused), status=422)
    said = {"withdraw": _("Withdrawn: it counts for nothing."), "excuse": _("Excused.")}
    messages.success(request, said[act])
    return redirect("console:check_in", found.public_id)


def _evidence(attempt: Attempt) -> dict[str, Any]:
    """An attempt with what the machine found; a call has only its recording."""
    found = getattr(attempt, "verification", None)
    return {
        "attempt": attempt,
        "verification": found,
        "scale": scale_of(found.similarity) if found is not None else None,
        "facts": machine_facts(found) if found is not None else [],
    }


def _page(request: StaffRequest, found: Any, *, error: str = "", status: int = 200) -> HttpResponse:
    attempts = [_evidence(attempt) for attempt in found.shown_attempts]
    state = CheckIn.objects.values_list("state", flat=True).get(pk=found.pk)
    context = {
        "check_in": found,
        "participant": found.participant,
        "state": state,
        "attempts": attempts,
        "refused_files": queue.refused_files(found),
        "events": list(found.events.all()),
        "review": getattr(found, "review", None),
        "may_call": state in {State.OPEN, State.MISSED}
        and request.user.has_perm("checkins.change_review"),
        "we_call": state == State.OPEN
        and number_of(found) is not None
        and (settings.PHONE_PROVIDER != "console" or settings.DEMO),
        "calls": list(found.phone_calls.exclude(direction="officer")[:CALLS_SHOWN]),
        "told": getattr(found, "told", None),
        "finding": Finding.objects.visible_to(request.user)
        .filter(subject_type=CHECK_IN, subject_id=found.public_id)
        .first(),
        "may_propose": state in {State.MISSED, State.NOT_ACCEPTED}
        or (state == State.ACCEPTED and any(one["attempt"].late for one in attempts)),
        "may": {act: may_move(State(state), to) for act, (_do, to) in ACTS.items()},
        "act": request.POST.get("act", ""),
        "typed": request.POST.get("reason", ""),
        "error": error,
        "now": clock.now(),
    }
    title = _("Check-in of %s") % found.participant.full_name
    return page(request, "console/check_in.html", title, context, status)
