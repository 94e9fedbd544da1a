"""The directory of local help: the list, one place, “still right”."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from casework.audit.models import Entry
from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError
from casework.resources import services
from casework.resources.models import Resource, ResourceKind, ResourceQuerySet
from casework.resources.rules import is_to_look_at
from casework.staff.models import User
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.resource_forms import ResourceForm
from smartlink.console.views.file import form_page

PAGE = 25
HISTORY = 20
SHOW = (("", "Shown"), ("again", "To look at again"), ("closed", "Not shown"))


@require_safe
@staff_page("resources.view_resource")
def resources(request: StaffRequest) -> HttpResponse:
    """By name; `show`, `kind` and `q` narrow the list."""
    now = clock.now()
    mine = Resource.objects.visible_to(request.user)
    rows = _narrowed(mine, request, now).prefetch_related("offices").select_related("verified_by")
    shown = CappedPaginator(rows, PAGE).get_page(request.GET.get("p"))
    for row in shown:
        row.is_old = row.is_active and is_to_look_at(row.verified_at, now=now)
    context = {
        "rows": shown,
        "kinds": ResourceKind.choices,
        "show": SHOW,
        "chosen": {name: request.GET.get(name, "") for name in ("show", "kind", "q")},
        "to_look_at": mine.to_look_at(now).count(),
        "kept": set(Resource.objects.kept_by(request.user).filter(
            pk__in=[row.pk for row in shown]).values_list("pk", flat=True)),
    }  # fmt: skip
    return page(request, "console/resources.html", "Local help", context)


def _narrowed(rows: ResourceQuerySet, request: StaffRequest, now: datetime) -> ResourceQuerySet:
    """As the address asks; what it does not know narrows nothing."""
    asked = request.GET
    if asked.get("show") == "again":
        rows = rows.to_look_at(now).order_by("verified_at", "pk")
    else:
        rows = rows.filter(is_active=asked.get("show") != "closed")
    if asked.get("kind") in ResourceKind.values:
        rows = rows.of_kind(asked["kind"])
    for word in asked.get("q", "").strip()[:80].split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(city__icontains=word))
    return rows


@form_page
@staff_page("resources.add_resource")
def enter(request: StaffRequest) -> HttpResponse:
    form = ResourceForm(request.POST or None, user=request.user, resource=None)
    if request.method == "POST" and form.is_valid():
        offices = list(form.cleaned_data["offices"])
        try:
            services.enter(form.entry, offices, by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, "Entered. Participants see it from now on.")
            return redirect("console:resources")
    return _form(request, form, "Add a place")


@form_page
@staff_page("resources.change_resource")
def resource(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """One place: what it says, changed here, and who changed it before."""
    found = _kept_or_404(request.user, resource_id)
    form = ResourceForm(request.POST or None, user=request.user, resource=found)
    if request.method == "POST" and form.is_valid():
        offices = list(form.cleaned_data["offices"])
        try:
            services.change(found, form.entry, offices, by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, "Saved. It counts as looked at today.")
            return redirect("console:resources")
    return _form(request, form, found.name, {"resource": found, "history": _history(found)})


@require_POST
@staff_page("resources.change_resource")
def verify(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Somebody has asked there and it is all still right."""
    found = _kept_or_404(request.user, resource_id)
    services.verify(found, by=request.user, now=clock.now())
    messages.success(request, f"Noted: {found.name} is still right.")
    return redirect("console:resources")


def _kept_or_404(user: User, resource_id: UUID) -> Resource:
    rows = Resource.objects.kept_by(user).select_related("verified_by")
    found: Resource = get_object_or_404(rows.prefetch_related("offices"), public_id=resource_id)
    return found


def _form(
    request: StaffRequest, form: ResourceForm, title: str, more: dict[str, Any] | None = None
) -> HttpResponse:
    context = {"form": form, **(more or {})}
    status = 422 if form.errors else 200
    return page(request, "console/resource.html", title, context, status)


def _history(found: Resource) -> list[dict[str, Any]]:
    """Who entered and changed it, the latest first."""
    lines = Entry.objects.filter(object_type="resource", object_id=found.public_id)
    rows = list(lines.order_by("-pk")[:HISTORY])
    staff = User.objects.filter(public_id__in={row.actor_id for row in rows})
    names: dict[Any, str] = {user.public_id: user.full_name for user in staff}
    return [
        {
            "at": row.at,
            "did": row.verb.removesuffix(" a resource"),
            "who": names.get(row.actor_id, "SmartLink"),
            "fields": [str(name).replace("_", " ") for name in row.facts.get("fields", [])]
            if row.verb == "changed a resource" else [],
        }
        for row in rows
    ]  # fmt: skip
