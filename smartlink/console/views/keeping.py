"""Legal hold and the copy of a whole file, from a participant's file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.common import clock
from casework.common.nudges import nudge
from casework.copies import services
from casework.copies.models import Copy
from casework.copies.tasks import make_copy
from casework.retention.holds import lift_hold, set_hold
from smartlink.console.forms import ReasonForm
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.views.file import Act, form_page, perform
from smartlink.downloads import send_copy

SHOWN = 10


@form_page
@staff_page("retention.change_hold")
def hold(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """Set a legal hold, or lift the one that stands."""
    participant = participant_or_404(request, participant_id)
    standing = participant.holds.standing().first()
    form = ReasonForm(request.POST or None)
    verb = lift_hold if standing is not None else set_hold
    act = Act(
        title=_("Lift the legal hold") if standing else _("Set a legal hold"),
        submit=_("Lift it") if standing else _("Set it"),
        done=_("Lifted. What is due is deleted at the next run.") if standing
        else _("Set. Nothing of this file is deleted until it is lifted."),
        intro=_("It stands because: %s") % standing.reason if standing
        else _("While it stands, retention deletes nothing in this file. The person is told that"
               " it stands, not why."),
        quick=() if standing else (_("Litigation."), _("Subpoena."), _("Finding is contested.")),
    )  # fmt: skip
    return perform(
        request,
        participant,
        act,
        form,
        lambda: verb(
            participant, reason=form.cleaned_data["reason"], by=request.user, now=clock.now()
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("copies.add_copy")
def copies(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """POST asks for a copy of the whole file; the list shows how far each one is."""
    participant = participant_or_404(request, participant_id)
    now = clock.now()
    if request.method == "POST":
        made = services.ask(participant, by=request.user, now=now)
        nudge(make_copy, made.pk)
        return redirect("console:copies", participant.public_id)
    rows = Copy.objects.visible_to(request.user).filter(participant=participant)
    shown = [(row, row.opens_at(now)) for row in rows.select_related("asked_by")[:SHOWN]]
    busy = any(row.state in {"waiting", "making"} for row, _opens in shown)
    context = {"participant": participant, "copies": shown, "busy": busy, "now": now}
    answer = page(request, "console/copies.html", _("Copy of the whole file"), context)
    if busy:
        answer["Refresh"] = "4"
    return answer


@require_safe
@staff_page("copies.add_copy")
def copy(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The ZIP, while it is there."""
    found = get_object_or_404(Copy.objects.visible_to(request.user), public_id=public_id)
    return send_copy(found, by=request.user.actor)
