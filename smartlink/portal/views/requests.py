"""Reporting a change and asking for help, at any time; a check-in goes on beside it untouched."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError, WrongState
from casework.common.nudges import nudge
from casework.notices.tasks import send_notices
from casework.participants.models import Participant
from casework.requests import asking, changes, phones, rules
from casework.requests.models import ChangeReport, HelpRequest, PhoneProof
from casework.requests.rules import ChangeKind
from smartlink.portal.gates import for_participant
from smartlink.portal.request_forms import CHANGE_FORMS, CodeForm, HelpForm

SHOWN = 10


@require_safe
@for_participant
def tell(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What can be reported and asked for, and what became of the last ones."""
    return render(request, "portal/tell.html", _mine(participant))


def _mine(participant: Participant) -> dict[str, Any]:
    return {
        "participant": participant,
        "now": clock.now(),
        "changes": list(ChangeReport.objects.of(participant)[:SHOWN]),
        "requests": list(HelpRequest.objects.of(participant)[:SHOWN]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def report(request: HttpRequest, participant: Participant, kind: ChangeKind) -> HttpResponse:
    """The form of one kind; sent, the page of the report says what comes next."""
    form = CHANGE_FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = changes.report(participant, form.new(), now=clock.now())
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            return redirect("portal:change", made.public_id)
    context = {
        "participant": participant,
        "form": form,
        "kind": kind.value,
        "known": changes.standing(participant, kind),
        "limits": rules,
    }
    return render(request, "portal/report.html", context, status=422 if form.errors else 200)


@require_safe
@for_participant
def change(request: HttpRequest, participant: Participant, change_id: UUID) -> HttpResponse:
    """Where one report stands; for a new number, the code that verifies it."""
    return _change_page(request, participant, _own(participant, change_id))


@require_POST
@for_participant
def withdraw(request: HttpRequest, participant: Participant, change_id: UUID) -> HttpResponse:
    """Twice, or after it was answered, changes nothing: the page says where it stands."""
    mine = _own(participant, change_id)
    try:
        changes.withdraw(mine, now=clock.now())
    except WrongState:
        return redirect("portal:change", mine.public_id)
    return redirect("portal:tell")


@require_POST
@for_participant
def code(request: HttpRequest, participant: Participant, change_id: UUID) -> HttpResponse:
    """Send a code to the new number (`act=send`), or take the one that was typed."""
    mine = _own(participant, change_id)
    proof = _proof(mine)
    if proof is None:
        return redirect("portal:change", mine.public_id)
    now = clock.now()
    sending = request.POST.get("act") == "send"
    form = CodeForm(None if sending else request.POST)
    if not sending and not form.is_valid():
        return _change_page(request, participant, mine, form)
    try:
        if sending:
            phones.send_code(proof, now=now)
            nudge(send_notices)
        else:
            phones.prove(proof, form.cleaned_data["code"], now=now)
    except RuleError as refusal:
        form = CodeForm(request.POST)
        form.is_valid()
        form.errors.clear()
        form.refuse(refusal)
        return _change_page(request, participant, mine, form)
    return redirect("portal:change", mine.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def ask(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Ask for help or a call."""
    wanted = {"kind": "call"} if "call" in request.GET else None
    form = HelpForm(request.POST or None, initial=wanted)
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask(participant, form.new(), now=clock.now())
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            return redirect("portal:tell")
    context = {"participant": participant, "form": form}
    return render(request, "portal/ask.html", context, status=422 if form.errors else 200)


@require_POST
@for_participant
def take_back(request: HttpRequest, participant: Participant, help_id: UUID) -> HttpResponse:
    mine = get_object_or_404(HelpRequest.objects.of(participant), public_id=help_id)
    try:
        asking.withdraw(mine, now=clock.now())
    except WrongState:
        return redirect("portal:tell")  # answered meanwhile: the page shows it
    return redirect("portal:tell")


def _own(participant: Participant, change_id: UUID) -> ChangeReport:
    rows = ChangeReport.objects.of(participant).select_related("point", "participant")
    found: ChangeReport = get_object_or_404(rows, public_id=change_id)
    return found


def _proof(mine: ChangeReport) -> PhoneProof | None:
    """Of a confirmed number that is not verified yet."""
    if mine.point_id is None:
        return None
    return PhoneProof.objects.filter(point=mine.point_id).select_related("point").first()


def _change_page(
    request: HttpRequest,
    participant: Participant,
    mine: ChangeReport,
    form: CodeForm | None = None,
) -> HttpResponse:
    now = clock.now()
    proof = _proof(mine)
    context = {
        "participant": participant,
        "now": now,
        "change": mine,
        "proof": proof,
        "code_sent": proof is not None and proof.is_open(now),
        "form": form or CodeForm(),
        "limits": rules,
    }
    failed = form is not None and bool(form.errors)
    return render(request, "portal/change.html", context, status=422 if failed else 200)
