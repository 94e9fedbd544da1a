"""Who looks at which review: the next one, keeping, letting go, taking over, taking back."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casework.common import clock
from casework.common.errors import RuleError
from checkins import lifecycle
from checkins.models import CheckIn
from checkins.reviews import claims
from smartlink.console import queue, undo
from smartlink.console.gates import StaffRequest, staff_page


@require_GET
@staff_page("checkins.change_review")
def step(request: StaffRequest) -> HttpResponse:
    """Claim the next review that nobody else looks at and open it.

    `after` or `before` name the check-in from which one goes on; without them the first comes.
    """
    now = clock.now()
    before, after = _named(request, "before"), _named(request, "after")
    if before is not None:
        found = queue.preceding(request.user, before=before, now=now)
        if found is None:
            messages.info(request, _("Nothing free stands before this one."))
            found = before
    else:
        found = queue.following(request.user, after=after, now=now)
    if found is None:
        messages.info(request, _("Nothing else waits that nobody looks at already."))
        return redirect("console:reviews")
    return redirect("console:review", found.public_id)


@require_POST
@staff_page("checkins.change_review")
def claim(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """`do`: keep, release or take_over. A page that is being left releases what it took."""
    rows = CheckIn.objects.visible_to(request.user).select_related("participant")
    check_in = get_object_or_404(rows, public_id=public_id)
    now, act = clock.now(), request.POST.get("do", "")
    if act == "release":
        taken_at = _moment(request.POST.get("taken_at", ""))
        if claims.release(check_in, by=request.user, now=now, taken_at=taken_at):
            messages.success(request, _("Released: somebody else can look at it now."))
        return redirect("console:reviews")
    if act == "leave":
        taken_at = _moment(request.POST.get("taken_at", ""))
        if taken_at is not None:
            claims.release(check_in, by=request.user, now=now, taken_at=taken_at)
        return HttpResponse(status=204)
    try:
        if act == "take_over":
            claims.take_over(check_in, by=request.user, now=now)
    except RuleError as refused:
        messages.warning(request, str(refused))
    return redirect("console:review", public_id)  # opening it keeps the claim


@require_POST
@staff_page("checkins.change_review")
def undo_acceptance(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take the own last acceptance back; then it lies before its reviewer again."""
    rows = CheckIn.objects.visible_to(request.user).select_related("participant")
    check_in = get_object_or_404(rows, public_id=public_id)
    undo.forget(request)
    try:
        lifecycle.undo_acceptance(check_in, by=request.user, now=clock.now())
    except RuleError as refused:
        messages.warning(request, str(refused))
        return redirect("console:check_in", public_id)
    messages.success(
        request, _("Taken back: %s waits for a review again.") % check_in.participant.full_name
    )
    return redirect("console:review", public_id)


def _named(request: StaffRequest, name: str) -> CheckIn | None:
    try:
        public_id = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    rows = CheckIn.objects.visible_to(request.user).select_related("review")
    found: CheckIn | None = rows.filter(public_id=public_id).first()
    return found


def _moment(written: str) -> datetime | None:
    try:
        return parse_datetime(written)
    except ValueError:
        return None
