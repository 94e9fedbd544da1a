"""Our faults: the ledger, entering one by hand, closing one."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from casework.audit.services import record
from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError
from casework.faults import services
from casework.faults.models import KINDS, Fault, FaultQuerySet
from casework.staff.models import User
from checkins.lifecycle.windows import missed_during
from smartlink.console.fault_forms import CloseForm, FaultForm
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.views.file import form_page

PAGE = 25
MOST_COUNTED = 1000


@require_safe
@staff_page("faults.view_fault")
def faults(request: StaffRequest) -> HttpResponse:
    """Those that are on first, then the newest; `show` and `kind` narrow the list."""
    now = clock.now()
    over = ExpressionWrapper(Q(closed_at__isnull=False), output_field=BooleanField())
    rows = narrowed(Fault.objects.visible_to(request.user), request)
    rows = rows.annotate(over=over).order_by("over", "-opened_at", "-pk")
    shown = CappedPaginator(rows, PAGE).get_page(request.GET.get("p"))
    for row in shown:
        start, end = row.span(now)
        row.lasted = end - start
    chosen = {name: request.GET.get(name, "") for name in ("show", "kind")}
    context = {
        "rows": shown,
        "kinds": KINDS,
        "chosen": chosen,
        "may_enter": request.user.has_perm("faults.add_fault"),
        "may_close": request.user.has_perm("faults.change_fault"),
    }
    return page(request, "console/faults.html", _("Our faults"), context)


def narrowed(rows: FaultQuerySet, request: StaffRequest) -> FaultQuerySet:
    """As the address asks; what it does not know narrows nothing."""
    asked = request.GET
    if asked.get("kind") in dict(KINDS):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("show") in {"on", "over"}:
        rows = rows.filter(closed_at__isnull=asked["show"] == "on")
    return rows


@form_page
@staff_page("faults.add_fault")
def enter(request: StaffRequest) -> HttpResponse:
    """One that is on, or over. How many missed check-ins it excuses is said before it is saved."""
    now = clock.now()
    form = FaultForm(request.POST if request.method == "POST" else None, now=now)
    excuses = 0
    if request.method == "POST" and form.is_valid():
        excuses = _would_excuse(form, now)
        if excuses <= (form.cleaned_data["sure"] or 0):
            try:
                fault = _enter(form, request.user, now)
            except RuleError as error:
                refuse(form, error)
            else:
                messages.success(request, _done(fault, excuses))
                return redirect("console:faults")
    context = {
        "form": form,
        "excuses": excuses if form.is_bound and form.is_valid() else 0,
        "many": excuses > MOST_COUNTED,
    }
    status = 422 if form.errors else 200
    return page(request, "console/fault_enter.html", _("Enter a fault"), context, status)


def _would_excuse(form: FaultForm, now: datetime) -> int:
    """How many missed check-ins it would excuse; none when the ledger will refuse it anyway."""
    start, end = form.cleaned_data["opened_at"], form.cleaned_data["closed_at"]
    if not start <= (end or now) <= now:
        return 0
    rows = missed_during(Fault(opened_at=start, closed_at=end), now)
    return rows.values("pk")[: MOST_COUNTED + 1].count()


@transaction.atomic
def _enter(form: FaultForm, user: User, now: datetime) -> Fault:
    said, by = form.cleaned_data, user.actor
    start, end = said["opened_at"], said["closed_at"]
    if end is None:
        fault = services.open_fault(form.fault_kind, start, said["reason"], by=by, now=now)
    else:
        fault = services.record_past_fault(
            form.fault_kind, (start, end), said["reason"], by=by, now=now
        )
    _trace("opened a fault" if end is None else "recorded a past fault", fault, user, now)
    return fault


def _done(fault: Fault, excuses: int) -> str:
    done = _("Recorded.") if fault.closed_at else _("The fault is on. Time stands until it closes.")
    if not excuses:
        return done
    return f"{done} " + ngettext(
        "The missed check-in in its time is excused, in your name, within a minute.",
        "The missed check-ins in its time are excused, in your name, within a minute.",
        excuses,
    )


@form_page
@staff_page("faults.change_fault")
def close(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """End one that is on. Who is too late is told so."""
    fault = get_object_or_404(Fault.objects.visible_to(request.user), public_id=public_id)
    now = clock.now()
    form = CloseForm(request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            _close(fault, form.cleaned_data, request.user, now)
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Closed. Open check-ins get the time back that it took."))
            return redirect("console:faults")
    context = {"form": form, "fault": fault}
    status = 422 if form.errors else 200
    return page(request, "console/fault_close.html", _("Close the fault"), context, status)


@transaction.atomic
def _close(fault: Fault, said: dict[str, Any], user: User, now: datetime) -> None:
    at = said["closed_at"] or max(now, fault.opened_at)
    services.close_fault(fault, at, by=user.actor, now=max(now, at), reason=said["reason"])
    _trace("closed a fault", fault, user, now)


def _trace(verb: str, fault: Fault, user: User, now: datetime) -> None:
    """The reason stays on the ledger: free text may hold a name."""
    facts: dict[str, object] = {
        "kind": fault.kind,
        "opened_at": fault.opened_at.astimezone(UTC).isoformat(),
    }
    if fault.closed_at is not None:
        facts["closed_at"] = fault.closed_at.astimezone(UTC).isoformat()
    record(verb, ("fault", fault.public_id), by=user.actor, now=now, facts=facts)
