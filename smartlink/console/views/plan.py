"""The plan of one person: fill in, look at a made-up month, see what changes, save."""

import hashlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants.models import Participant
from checkins.draw.preview import PEOPLE, simulate_month
from checkins.models import Plan
from checkins.plans import PlanTerms, problems_of, set_plan, terms_of
from checkins.timing import agree_on_timing, week_of_plan
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.plan_form import WEEKDAYS, PlanForm
from smartlink.console.plan_words import changes, hours_of, in_force

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@staff_page("checkins.change_plan")
def plan(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """`act`: `preview` looks, `check` shows what would change, `save` saves what was shown."""
    participant = participant_or_404(request, participant_id)
    current = _current(participant)
    if request.method != "POST":
        return _page(request, current, PlanForm(terms=terms_of(current)))
    form = PlanForm(request.POST, terms=terms_of(current))
    if not _holds(form, current, request):
        return _page(request, current, form, status=422)
    act = request.POST.get("act")
    if act == "save" and request.POST.get("shown") == _digest(current, form.terms()):
        return _save(request, current, form)
    return _page(request, current, form, changing=act != "preview")


@form_page
@staff_page("checkins.change_plan")
def enrol_plan(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """Step 3 of enrolment: there is nothing yet that could change. The last step is the invite."""
    participant = participant_or_404(request, participant_id)
    current = _current(participant)
    if request.method != "POST":
        return _page(request, current, PlanForm(terms=terms_of(current)), step=3)
    form = PlanForm(request.POST, terms=terms_of(current))
    if not _holds(form, current, request):
        return _page(request, current, form, step=3, status=422)
    if request.POST.get("act") == "preview":
        return _page(request, current, form, step=3)
    return _save(request, current, form, then="console:invite")


def _current(participant: Participant) -> Plan:
    """Today's plan, or one with the default terms; looking writes nothing."""
    found = Plan.objects.select_related("location_authorised_by").filter(participant=participant)
    return found.first() or Plan(participant=participant)


def _holds(form: PlanForm, current: Plan, request: StaffRequest) -> bool:
    """Whether the plan makes sense as a whole; each refusal is shown at its field."""
    if form.is_valid():
        for problem in problems_of(current, form.terms(), by=request.user):
            form.refuse(problem.field, str(problem))
    return not form.errors


def _save(
    request: StaffRequest,
    current: Plan,
    form: PlanForm,
    then: str = "admin:participants_participant_change",
) -> HttpResponse:
    person = current.participant
    try:
        set_plan(person, form.terms(), by=request.user, now=clock.now())
    except RuleError as refused:
        form.refuse(refused.field, str(refused))
        return _page(request, current, form, status=422)
    messages.success(request, _("The plan is set."))
    return redirect(then, person.public_id)


def _digest(current: Plan, terms: PlanTerms) -> str:
    """Stands for a change that was shown: from what is in force now to what was filled in."""
    return hashlib.sha256(f"{terms_of(current)!r} {terms!r}".encode()).hexdigest()[:32]


def _page(
    request: StaffRequest,
    current: Plan,
    form: PlanForm,
    *,
    changing: bool = False,
    step: int | None = None,
    status: int = 200,
) -> HttpResponse:
    before = terms_of(current)
    terms = before if not form.is_bound else form.terms() if not form.errors else None
    context = {
        "participant": current.participant,
        "plan": current,
        "form": form,
        "step": step,
        "preview": None if terms is None else _preview(terms),
        "may_authorise": request.user.has_perm("checkins.authorise_location"),
        "changing": changing,
    }
    if changing and terms is not None:
        context |= {"changes": changes(before, terms), "shown": _digest(current, terms)}
    title = _("Enrol") if step else _("Plan")
    return page(request, "console/plan.html", title, context, status)


def _preview(terms: PlanTerms) -> dict[str, Any] | None:
    """A simulated month: never a real time, never from a real key. None where none can be."""
    draft = Plan(**vars(terms))
    try:
        week, agreed = week_of_plan(draft), agree_on_timing(draft)
    except RuleError:  # a plan from before its timing was checked as a whole
        return None
    month = simulate_month(week, agreed, float(terms.rate_per_week))
    days = [[f"{at // 3600:02}:{at % 3600 // 60:02}" for at in day] for day in month.days]
    hours = hours_of(week)
    return {
        "month": month,
        "weekdays": [(str(name)[:3], name, hours[day]) for day, name in enumerate(WEEKDAYS)],
        "weeks": [
            [(WEEKDAYS[day], hours[day], days[start + day]) for day in range(7)]
            for start in range(0, len(days), 7)
        ],
        "guarantees": in_force(agreed),
        "people": PEOPLE,
    }
