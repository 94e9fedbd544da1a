"""Cover: who looks after an absent officer's caseload, on which days."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError
from casework.staff.covers import end_cover, set_cover
from casework.staff.models import Cover
from smartlink.console.caseload_forms import CoverForm
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.views.file import form_page

MOST = 100
OVER = 20
WITH = ("absent", "officer", "set_by", "ended_by")


@require_safe
@staff_page("staff.view_cover")
def covers(request: StaffRequest) -> HttpResponse:
    """What is on, what is to come, and what was."""
    now, user = clock.now(), request.user
    rows = Cover.objects.visible_to(user).select_related(*WITH)
    ahead = list(rows.not_over(now)[:MOST])
    over = rows.exclude(pk__in=Cover.objects.not_over(now).values("pk"))
    context = {
        "on": [row for row in ahead if row.is_on(now)],
        "to_come": [row for row in ahead if not row.is_on(now)],
        "over": list(over.order_by("-until_at", "-pk")[:OVER]),
        "may_end": {row.pk for row in ahead if user.is_supervisor or row.absent_id == user.pk},
    }
    return page(request, "console/covers.html", _("Cover"), context)


@form_page
@staff_page("staff.add_cover")
def set_one(request: StaffRequest) -> HttpResponse:
    now = clock.now()
    sent = request.POST if request.method == "POST" else None
    form = CoverForm(sent, user=request.user, now=now, initial=request.GET.dict())
    if sent is not None and form.is_valid():
        try:
            cover = set_cover(
                form.away,
                form.cleaned_data["officer"],
                form.days,
                form.cleaned_data["reason"],
                by=request.user,
                now=now,
            )
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(
                request,
                _("Set. %s sees the caseload on these days, and what needs somebody with it.")
                % cover.officer,
            )
            return redirect("console:covers")
    context = {"form": form, "quick": (_("Leave."), _("Sick."), _("Training."), _("Court duty."))}
    return page(
        request, "console/set_cover.html", _("Set cover"), context, 422 if form.errors else 200
    )


@require_POST
@staff_page("staff.add_cover")
def end(request: StaffRequest, cover_id: UUID) -> HttpResponse:
    rows = Cover.objects.visible_to(request.user).select_related("absent", "officer")
    cover = get_object_or_404(rows, public_id=cover_id)
    try:
        end_cover(cover, by=request.user, now=clock.now())
    except RuleError as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request, _("Ended. %s does not see the caseload any more.") % cover.officer
        )
    return redirect("console:covers")
