"""One act for many people of the caseload: preview, act, what came of it, and the way back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.notices.tasks import send_notices
from casework.participants.models import Participant
from casework.transfers.rules import MOST
from checkins import together
from checkins.admin.participant_file import with_face
from checkins.models import ActForSeveral
from smartlink.console.forms import ReasonForm, refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.several_words import MAY, WORDS

SHOWN = 10
GONE = "Somebody who is not in your list now"


class UndoForm(forms.Form):
    act = forms.UUIDField()


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(MAY)
def several(request: StaffRequest) -> HttpResponse:
    """Sent, it acts; else it shows what the own last acts did."""
    if request.method != "POST":
        return _result(request)
    kind = request.POST.get("kind", "")
    if kind not in WORDS:
        raise Http404
    people = _chosen(request, request.POST.getlist("who"))
    form = ReasonForm(request.POST)
    now = clock.now()
    if form.is_valid():
        try:
            act, reason = together.ACTS[kind], form.cleaned_data["reason"]
            came = together.perform(act, people, reason, by=request.user, now=now)
        except RuleError as error:
            refuse(form, error)
        else:
            nudge(send_notices)
            together.keep(kind, came, by=request.user, now=now)
            return redirect("console:several")
    return _preview(request, kind, people, form)


def preview(request: StaffRequest, kind: str, selected: QuerySet[Participant]) -> HttpResponse:
    """For the caseload, whose selection comes in a form."""
    people = _rows(request, Participant.objects.filter(pk__in=selected.values("pk")))
    return _preview(request, kind, people, ReasonForm())


def _chosen(request: StaffRequest, ids: Iterable[str]) -> list[Any]:
    try:
        keys = {UUID(one) for one in ids}
    except ValueError as error:
        raise Http404 from error
    people = _rows(request, Participant.objects.filter(public_id__in=list(keys)[: MOST + 1]))
    if len(people) != len(keys) or len(keys) > MOST:
        raise Http404
    return people


def _rows(request: StaffRequest, people: Any) -> list[Any]:
    shown = people.visible_to(request.user).supervised()
    rows = with_face(together.with_lately(shown, clock.now()), "pk")
    return list(rows.order_by("family_name", "given_name", "pk"))


def _preview(request: StaffRequest, kind: str, people: list[Any], form: ReasonForm) -> HttpResponse:
    now, act = clock.now(), together.ACTS[kind]
    for one in people:
        one.why_not = act.why_not(one, now)
    context = {
        "kind": kind,
        "words": WORDS[kind],
        "people": people,
        "going": [one for one in people if not one.why_not],
        "left_out": [one for one in people if one.why_not],
        "form": form,
    }
    status = 422 if form.errors else 200
    return page(request, "console/several.html", WORDS[kind].title, context, status)


def _result(request: StaffRequest) -> HttpResponse:
    """The newest act, and whatever else may still be taken back."""
    mine, now = ActForSeveral.objects.visible_to(request.user), clock.now()
    newest = mine.order_by("-pk").values("pk")[:1]
    rows = mine.filter(Q(pk__in=newest) | Q(pk__in=mine.to_take_back(now).values("pk")))
    acts: list[Any] = list(rows.order_by("-pk")[:SHOWN])
    ids = {key for act in acts for key, _why in act.left_out}
    seen = Participant.objects.visible_to(request.user).filter(public_id__in=ids)
    names = {str(one.public_id): one.full_name for one in seen}
    for act in acts:
        act.words = WORDS[act.kind]
        act.whom_not = [(names.get(key, GONE), why) for key, why in act.left_out]
        act.may_undo = bool(act.done) and act.taken_back_at is None and now < act.until
    context = {"acts": acts}
    return page(request, "console/several_done.html", "Done for several people", context)


@require_POST
@staff_page(MAY)
def undo(request: StaffRequest) -> HttpResponse:
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        number, stayed = together.take_back(
            form.cleaned_data["act"], by=request.user, now=clock.now()
        )
    except RuleError as late:
        messages.warning(request, str(late))
    else:
        more = f" {stayed} had moved on already and stay." if stayed else ""
        messages.success(request, f"Taken back for {number}.{more}")
    return redirect("console:several")
