"""Seen to: what a participant told with a check-in. Its requests wait in lists of their own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from casework.common import clock
from casework.common.errors import RuleError
from checkins.models import Told
from checkins.telling import handle
from smartlink.console.gates import StaffRequest, staff_page


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
