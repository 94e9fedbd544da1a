"""What participants report and ask for: changes to confirm, and wishes for help or a call."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.notices.tasks import send_notices
from casework.requests import asking, changes, phones
from casework.requests.models import ChangeReport, HelpRequest, PhoneProof
from casework.requests.rules import FIELDS, LONGEST_WORDS, ChangeKind
from checkins.admin.participant_file import with_face
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page

PER_PAGE = 20


class ValueForm(forms.Form):
    """The fields of the report's kind, to put right or to complete."""

    def __init__(self, filled: Any = None, *, change: ChangeReport) -> None:
        super().__init__(filled, initial=change.value)
        for name in FIELDS[ChangeKind(change.kind)]:
            column = ChangeReport._meta.get_field(name)
            self.fields[name] = forms.CharField(
                label=capfirst(str(getattr(column, "verbose_name", name))),
                required=False,
                max_length=200,
            )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is not confirmed (the person reads this)"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@staff_page("requests.view_changereport")
def change_list(request: StaffRequest) -> HttpResponse:
    """What waits, oldest first, the new beside what the record says; `?person=` of one."""
    rows = ChangeReport.objects.visible_to(request.user).waiting()
    rows = _of_person(request, rows).order_by("reported_at")
    rows = rows.select_related("participant__circumstances")
    shown = _page_of(request, rows.prefetch_related("participant__contact_points"))
    for row in shown:
        row.old = _old_lines(row)
    return page(request, "console/changes.html", _("Changes to confirm"), {"rows": shown})


@require_safe
@staff_page("requests.view_changereport")
def change(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """One report: confirm it, put it right first, or say why not."""
    found = _change_or_404(request, change_id)
    record_look(
        "viewed a reported change",
        ("change report", found.public_id),
        by=request.user.actor,
        now=clock.now(),
        participant=found.participant.public_id,
    )
    return _one(request, found, ValueForm(change=found), RefuseForm())


@require_POST
@staff_page("requests.change_changereport")
def confirm_change(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """One press where the report is whole; with `filled` the form's fields are what counts."""
    found = _change_or_404(request, change_id)
    form = ValueForm(request.POST if "filled" in request.POST else None, change=found)
    if form.is_bound and not form.is_valid():
        return _one(request, found, form, RefuseForm())
    value = form.cleaned_data if form.is_bound else None
    try:
        changes.confirm(found, by=request.user, now=clock.now(), value=value)
    except RuleError as refusal:
        if not found.is_waiting:
            return _too_late(request, refusal)
        form = ValueForm(value or found.value, change=found)
        form.is_valid()
        refuse(form, refusal)
        return _one(request, found, form, RefuseForm())
    nudge(send_notices)
    said = _("Confirmed. The old number is used until the person has verified the new one.")
    done = said if found.kind == ChangeKind.PHONE else _("Confirmed and written into the file.")
    messages.success(request, done)
    return redirect("console:changes")


@require_POST
@staff_page("requests.change_changereport")
def refuse_change(request: StaffRequest, change_id: UUID) -> HttpResponse:
    found = _change_or_404(request, change_id)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _one(request, found, ValueForm(change=found), form)
    reason = form.cleaned_data["reason"]
    try:
        changes.refuse(found, by=request.user, reason=reason, now=clock.now())
    except RuleError as refusal:
        return _too_late(request, refusal)
    nudge(send_notices)
    messages.success(request, _("Not confirmed. The person reads your reason."))
    return redirect("console:changes")


@require_POST
@staff_page("requests.change_changereport")
def vouch_phone(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """The officer has spoken with the person over the new number."""
    found = _change_or_404(request, change_id)
    proof = get_object_or_404(PhoneProof, point=found.point_id)
    try:
        phones.vouch(proof, by=request.user, now=clock.now())
    except RuleError as refusal:
        return _too_late(request, refusal)
    messages.success(request, _("Verified. Messages go to the new number now."))
    return redirect("console:change", found.public_id)


@require_safe
@staff_page("requests.view_helprequest")
def help_list(request: StaffRequest) -> HttpResponse:
    """Who asked for help or a call, oldest first."""
    rows = HelpRequest.objects.visible_to(request.user).waiting()
    rows = _of_person(request, rows).select_related("participant", "acknowledged_by")
    shown = _page_of(request, rows.prefetch_related("participant__contact_points"), "asked_at")
    return page(request, "console/help.html", _("Help and calls asked for"), {"rows": shown})


@require_POST
@staff_page("requests.change_helprequest")
def answer_help(request: StaffRequest, help_id: UUID) -> HttpResponse:
    """`act=seen` tells the person that it was read; else the note closes it."""
    rows = HelpRequest.objects.visible_to(request.user).select_related("participant")
    found = get_object_or_404(rows, public_id=help_id)
    seen = request.POST.get("act") == "seen"
    note = request.POST.get("note", "")
    done = _("The person is told that you have seen it.") if seen else _("Answered.")
    verb: Callable[[], None] = (
        (lambda: asking.acknowledge(found, by=request.user, now=clock.now()))
        if seen
        else (lambda: asking.close(found, by=request.user, note=note, now=clock.now()))
    )
    try:
        verb()
    except RuleError as refusal:
        messages.warning(request, str(refusal))
    else:
        nudge(send_notices)
        messages.success(request, done)
    return redirect("console:help")


def _change_or_404(request: StaffRequest, change_id: UUID) -> ChangeReport:
    rows = ChangeReport.objects.visible_to(request.user).select_related(
        "participant__circumstances", "settled_by", "point"
    )
    found: ChangeReport = get_object_or_404(rows, public_id=change_id)
    return found


def _of_person(request: StaffRequest, rows: Any) -> Any:
    try:
        person = UUID(request.GET.get("person", ""))
    except ValueError:
        return rows
    return rows.filter(participant__public_id=person)


def _page_of(request: StaffRequest, rows: QuerySet[Any], order: str = "reported_at") -> Any:
    shown = CappedPaginator(with_face(rows).order_by(order), PER_PAGE).get_page(
        request.GET.get("p")
    )
    for row in shown:
        row.participant.face_id = row.face_id
    return shown


def _old_lines(change: ChangeReport) -> list[str]:
    """What the record says now, or said when this was confirmed."""
    before = change.before
    if change.is_waiting:
        before = changes.standing(change.participant, ChangeKind(change.kind))
    known = ChangeReport(kind=change.kind, **before) if before else ChangeReport(kind=change.kind)
    return known.lines


def _one(
    request: StaffRequest, found: ChangeReport, form: ValueForm, refusing: RefuseForm
) -> HttpResponse:
    proof = None
    if found.point_id is not None:
        proof = PhoneProof.objects.filter(point=found.point_id).first()
    context = {
        "change": found,
        "participant": found.participant,
        "old": _old_lines(found),
        "form": form,
        "refusing": refusing,
        "proof": proof,
    }
    failed = bool(form.errors) or bool(refusing.errors)
    title = _("A reported change")
    return page(request, "console/change.html", title, context, 422 if failed else 200)


def _too_late(request: StaffRequest, refusal: RuleError) -> HttpResponse:
    messages.warning(request, str(refusal))
    return redirect("console:changes")
