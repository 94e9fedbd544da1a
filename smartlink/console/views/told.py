"""What participants told with their check-ins, until an officer has seen to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError
from checkins.admin.participant_file import with_face
from checkins.models import Told
from checkins.telling import handle
from smartlink.console.gates import StaffRequest, page, staff_page

PER_PAGE = 20


@require_safe
@staff_page("checkins.view_told")
def told(request: StaffRequest) -> HttpResponse:
    """Oldest first."""
    waiting = with_face(Told.objects.visible_to(request.user).to_handle(), "check_in__participant")
    rows = waiting.select_related("check_in__participant", "handled_by").order_by("told_at")
    shown = CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    for row in shown:
        row.participant.face_id = row.face_id
    return page(request, "console/told.html", _("Told with a check-in"), {"rows": shown})


@require_POST
@staff_page("checkins.change_told")
def handle_told(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Seen to, as it was when the page was read: what was told meanwhile stays on Today."""
    rows = Told.objects.visible_to(request.user).select_related("check_in__participant")
    found = get_object_or_404(rows, public_id=public_id)
    read = _moment(request.POST.get("told_at", ""))
    found.told_at = read if read is not None else found.told_at
    note = request.POST.get("note", "")[:1000]
    try:
        handle(found, by=request.user, note=note, now=clock.now())
    except RuleError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Seen to."))
    return redirect("console:check_in", found.check_in.public_id)


def _moment(written: str) -> object | None:
    try:
        return parse_datetime(written)
    except ValueError:
        return None
