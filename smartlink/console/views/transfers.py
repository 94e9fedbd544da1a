"""Transfers: the preview with its form, what was done with its undo, and notes to confirm."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants.models import Assignment, Participant
from casework.transfers import services
from casework.transfers.models import HandOver, Transfer
from casework.transfers.rules import MOST, suggested, undo_until
from checkins.admin.participant_file import with_face
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.matters import matters_of, standing_of, with_matters
from smartlink.console.templatetags.console import time_here
from smartlink.console.transfer_forms import TransferForm

MAY = services.MAY_TRANSFER
LONGEST_NUMBER = 19
SUGGESTED = (
    "Suggested: people with nothing open first, then those who have been with the officer for the"
    " shortest time. Take the mark away from whoever should stay."
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(MAY)
def transfer(request: StaffRequest) -> HttpResponse:
    """Who moves with what; sent, it moves them."""
    if request.method != "POST":
        if "from" in request.GET:
            return preview(request, _suggested(request), why=SUGGESTED)
        return preview(request, _chosen(request, request.GET.getlist("who")))
    seen = _seen(request.POST.getlist("who"))
    people = _chosen(request, map(str, seen))
    form = _form(request, people)
    if form.is_valid():
        officer, office = form.chosen()
        wanted = services.Wanted(
            {one.pk: seen[one.public_id] for one in people},
            officer,
            office,
            form.cleaned_data["note"],
            {one.pk: one.own_note for one in people},
        )
        made = _made(request, wanted, form)
        if made is not None:
            return redirect("console:transferred", made.public_id)
    return _page(request, people, form)


def _made(request: StaffRequest, wanted: services.Wanted, form: TransferForm) -> Transfer | None:
    """What this press did, or the first of two; None with the reason in the form."""
    now = clock.now()
    try:
        return services.transfer(wanted, by=request.user, now=now)
    except RuleError as error:
        first = services.made_already(wanted, by=request.user, now=now)
        if first is None:
            refuse(form, error)
            return None
    at = time_here(first.made_at)
    messages.info(request, f"Already handed over at {at}: nobody was moved twice.")
    return first


@require_safe
@staff_page(MAY)
def transfer_one(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """From a file: the preview for one person."""
    return preview(request, _chosen(request, [str(participant_id)]))


def preview(request: StaffRequest, people: list[Any], *, why: str = "") -> HttpResponse:
    """Also for the caseload, whose selection comes in a form. `why` these were suggested."""
    return _page(request, people, _form(request, people, sent=False), why)


def of_caseload(request: StaffRequest, selected: QuerySet[Participant]) -> list[Any]:
    """A selection of the caseload as this page shows it."""
    return _rows(request, Participant.objects.filter(pk__in=selected.values("pk")))


def _chosen(request: StaffRequest, ids: Iterable[str]) -> list[Any]:
    """The people, each with what is open. Raises `Http404` for one who is not to be seen."""
    try:
        keys = {UUID(one) for one in ids}
    except ValueError as error:
        raise Http404 from error
    if len(keys) > MOST:
        raise Http404
    people = _rows(request, Participant.objects.filter(public_id__in=keys))
    if len(people) != len(keys):
        raise Http404
    return people


def _suggested(request: StaffRequest) -> list[Any]:
    """Of an officer's caseload at an office, the `n` whom a move disturbs least."""
    number = request.GET.get("n", "")
    wanted = min(_number(number) or 0, MOST)
    (officer, office) = (_ids([request.GET.get(name, "")])[0] for name in ("from", "office"))
    theirs = Assignment.objects.filter(
        officer__public_id=officer, participant__office__public_id=office, until_at__isnull=True
    )
    rows = {
        one.pk: one
        for one in _rows(request, Participant.objects.filter(pk__in=theirs.values("participant")))
    }
    best = suggested((standing_of(one) for one in rows.values()), wanted)
    chosen = {one.key for one in best}
    return [one for one in rows.values() if one.pk in chosen]


def _rows(request: StaffRequest, people: Any) -> list[Any]:
    shown = people.visible_to(request.user).supervised()
    rows = list(with_matters(shown, clock.now()).order_by("family_name", "given_name", "pk"))
    for one in rows:
        one.matters = matters_of(one)
        one.own_note = request.POST.get(f"note-{one.public_id}", "")
    return rows


def _form(request: StaffRequest, people: list[Any], *, sent: bool = True) -> TransferForm:
    return TransferForm(
        request.POST if sent else None,
        user=request.user,
        now=clock.now(),
        first={one.office_id for one in people},
        initial={"to": request.GET.get("to", "")},
    )


def _seen(texts: Iterable[str]) -> dict[UUID, int | None]:
    """Of "person:assignment". Raises `Http404` for what no page of ours sends."""
    pairs = [one.partition(":")[::2] for one in texts]
    keys = _ids(person for person, _assignment in pairs)
    return dict(zip(keys, (_number(assignment) for _person, assignment in pairs), strict=True))


def _number(text: str) -> int | None:
    """Raises `Http404` for one that is longer than any key, which `int` may refuse to read."""
    if len(text) > LONGEST_NUMBER:
        raise Http404
    return int(text) if text.isdecimal() else None


def _page(
    request: StaffRequest, people: list[Any], form: TransferForm, why: str = ""
) -> HttpResponse:
    context = {
        "people": people,
        "form": form,
        "why": why,
        "open_matters": sum(bool(one.matters) for one in people),
        "told_at": undo_until(clock.now()),
    }
    title = f"Transfer {people[0].full_name}" if len(people) == 1 else "Transfer cases"
    return page(request, "console/transfer.html", title, context, 422 if form.errors else 200)


@require_safe
@staff_page("participants.view_assignment")
def transferred(request: StaffRequest, transfer_id: UUID) -> HttpResponse:
    """What was done, and the way back while there is one."""
    now = clock.now()
    rows = Transfer.objects.visible_to(request.user).select_related("officer", "office", "by")
    made = get_object_or_404(rows, public_id=transfer_id)
    # Whoever may open the transfer may no longer open each file: names are shown of those only.
    handed = HandOver.objects.visible_to(request.user).filter(transfer=made)
    context = {
        "made": made,
        "handed": _shown(handed),
        "number": made.hand_overs.count(),
        "may_undo": made.may_undo(request.user, now),
        "reads_note": made.may_read_note(request.user),
        "now": now,
    }
    return page(request, "console/transferred.html", "Handed over", context)


@require_POST
@staff_page(MAY)
def undo(request: StaffRequest, transfer_id: UUID) -> HttpResponse:
    rows = Transfer.objects.visible_to(request.user)
    made = get_object_or_404(rows, public_id=transfer_id)
    try:
        services.undo(made, by=request.user, now=clock.now())
    except RuleError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Taken back: everybody is where they were. Nobody was told.")
    return redirect("console:transferred", made.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("participants.view_assignment")
def handed_over(request: StaffRequest) -> HttpResponse:
    """Notes that came with cases: until the new officer has confirmed them."""
    waiting = HandOver.objects.visible_to(request.user).waiting_for(request.user)
    if request.method == "POST":
        read = waiting
        if "one" in request.POST:
            read = waiting.filter(public_id__in=_ids(request.POST.getlist("one")))
        elif "transfer" in request.POST:
            ids = _ids(request.POST.getlist("transfer"))
            read = waiting.filter(transfer__public_id__in=ids)
        services.acknowledge(list(read), by=request.user, now=clock.now())
        return redirect("console:handed_over")
    rows = _shown(waiting.order_by("transfer", "pk")[: MOST + 1])
    return page(request, "console/handed_over.html", "Handed over to you", {"rows": rows})


def _ids(texts: Iterable[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in texts]
    except ValueError as error:
        raise Http404 from error


def _shown(rows: QuerySet[HandOver]) -> list[Any]:
    """With faces, for a list."""
    linked = ("participant", "transfer__by", "transfer__officer", "before__officer")
    found: list[Any] = list(with_face(rows).select_related(*linked))
    for one in found:
        one.participant.face_id = one.face_id
    return found
