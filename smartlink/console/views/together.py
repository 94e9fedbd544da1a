"""One act for many people of the caseload: preview, act, what came of it, and the way back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.notices.tasks import send_notices
from casework.participants.models import Participant
from casework.transfers.rules import MOST
from checkins import together
from checkins.admin.participant_file import with_face
from smartlink.console.forms import ReasonForm, refuse
from smartlink.console.gates import StaffRequest, page, staff_page

MAY = "checkins.change_plan"
UNDO_FOR = timedelta(minutes=10)
_KEY = "together"


@dataclass(frozen=True)
class Words:
    """How an act reads."""

    title: str
    submit: str
    intro: str
    done: str
    back: str
    quick: tuple[str, ...]


WORDS = {
    "request": Words(
        "Request a check-in of several people",
        "Request now",
        "It opens at once, and each person is told; each has the window of the own plan to answer.",
        "asked for a check-in",
        "Those who have not answered yet are not asked any more.",
        ("Address to be confirmed.", "After an outage of ours.", "Agreed with the office."),
    ),
    "pause": Words(
        "Pause the plans of several people",
        "Pause",
        "Nothing is asked until the plan goes on. What is open now stays open. The reason becomes"
        " a note on each file.",
        "paused",
        "Their plans go on.",
        ("In hospital.", "Office closed.", "Local emergency."),
    ),
    "resume": Words(
        "Let the plans of several people go on",
        "Go on",
        "Check-ins are drawn again from now on. The reason becomes a note on each file.",
        "going on",
        "Their plans are paused again.",
        ("Back home.", "Office open again."),
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(MAY)
def several(request: StaffRequest) -> HttpResponse:
    """Sent, it acts; else it shows what the last act of this session did."""
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
            # A second press finds nothing left to do: what the first did can still be undone.
            if came.done or request.session.get(_KEY, {}).get("kind") != kind:
                request.session[_KEY] = {
                    "kind": kind, "at": now.isoformat(), "done": came.done, "out": came.left_out,
                }  # fmt: skip
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
    kept, now = request.session.get(_KEY), clock.now()
    context: dict[str, Any] = {"kept": kept}
    if kept:
        context |= {
            "words": WORDS[kept["kind"]],
            "number": len(kept["done"]),
            "left_out": kept["out"],
            "until": _until(kept),
            "may_undo": bool(kept["done"]) and not kept.get("back") and now < _until(kept),
        }
    return page(request, "console/several_done.html", "Done for several people", context)


def _until(kept: dict[str, Any]) -> datetime:
    at = parse_datetime(kept["at"])
    return (at or clock.now()) + UNDO_FOR


@require_POST
@staff_page(MAY)
def undo(request: StaffRequest) -> HttpResponse:
    kept, now = request.session.get(_KEY), clock.now()
    if not kept or kept.get("back") or now >= _until(kept):
        messages.warning(request, "There is nothing that can still be taken back.")
        return redirect("console:several")
    act = together.ACTS[kept["kind"]]
    number = together.take_back(act, kept["done"], by=request.user, now=now)
    kept["back"] = True
    request.session[_KEY] = kept
    stayed = len(kept["done"]) - number
    more = f" {stayed} had moved on already and stay." if stayed else ""
    messages.success(request, f"Taken back for {number}.{more}")
    return redirect("console:several")
