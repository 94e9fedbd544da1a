"""Saved views of the caseload: keep the one that is open, and look after those there are."""

from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants.admin.people import ParticipantAdmin
from casework.participants.models import Participant
from casework.staff import saved_views
from casework.staff.models import SavedView
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page

MAY = "participants.view_participant"


class NameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=40)


@require_safe
@staff_page(MAY)
def index(request: StaffRequest) -> HttpResponse:
    rows = SavedView.objects.visible_to(request.user).select_related("owner", "office")
    found = list(rows.order_by("owner__full_name", "name"))
    context = {
        "mine": [one for one in found if one.owner_id == request.user.pk],
        "shared": [one for one in found if one.owner_id != request.user.pk],
        "offices": list(request.user.offices.all()) if request.user.is_supervisor else [],
    }
    return page(request, "console/saved_views.html", "Saved views", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(MAY)
def save(request: StaffRequest) -> HttpResponse:
    """The query of the caseload comes along as this page's own."""
    lists: ParticipantAdmin = admin.site.get_model_admin(Participant)  # type: ignore[assignment]
    query = saved_views.told_of(request.META.get("QUERY_STRING", ""), lists.known(request))
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, now = form.cleaned_data["name"], clock.now()
        try:
            saved_views.save(name, query, by=request.user, now=now)
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, f"Saved: {name}.")
            caseload = reverse("admin:participants_participant_changelist")
            return redirect(f"{caseload}?{query}")
    context = {"form": form, "query": query}
    status = 422 if form.errors else 200
    return page(request, "console/save_view.html", "Save this view", context, status)


@require_POST
@staff_page(MAY)
def change(request: StaffRequest, view_id: UUID) -> HttpResponse:
    """`act`: rename, share, private or delete."""
    rows = SavedView.objects.visible_to(request.user)
    view = get_object_or_404(rows, public_id=view_id)
    try:
        _change(request, view)
    except RuleError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Saved.")
    return redirect("console:saved_views")


def _change(request: StaffRequest, view: SavedView) -> None:
    act, by = request.POST.get("act", ""), request.user
    if act == "rename":
        saved_views.rename(view, request.POST.get("name", ""), by=by)
    elif act == "share":
        asked = request.POST.get("office", "")
        office = next((one for one in by.offices.all() if str(one.public_id) == asked), None)
        if office is None:
            raise RuleError("Choose an office of yours.")
        saved_views.share(view, office, by=by)
    elif act == "private":
        saved_views.keep_private(view, by=by)
    elif act == "delete":
        saved_views.delete(view, by=by)
    else:
        raise RuleError("Choose what to do.")
