"""Sending a document by the camera or as a file, and the own documents."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError, WrongState
from casework.documents import papers, rules, services
from casework.documents.models import Document
from casework.participants.models import Participant
from smartlink.portal.document_forms import DocumentForm
from smartlink.portal.gates import for_participant, wants_json
from smartlink.portal.older import page_before

PAGE = 25


@require_safe
@for_participant
def documents(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What was sent, what the office has shared, and what became of each; the newest first."""
    now = clock.now()
    rows = Document.objects.shown_to(participant).with_pages().select_related("added_by")
    context = {
        "participant": participant,
        "now": now,
        **page_before(rows, request, PAGE),
        "open": participant.closed_at is None or participant.closed_at > now,
    }
    return render(request, "portal/documents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def send(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The form; a second tap with the same key finds the first document."""
    sent = request.method == "POST"
    form = DocumentForm(request.POST, request.FILES) if sent else DocumentForm()
    if sent and form.is_valid():
        try:
            made = services.add(participant, participant, form.new(), now=clock.now())
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            where = reverse("portal:document", args=[made.public_id])
            return JsonResponse({"next": where}) if wants_json(request) else redirect(where)
    if sent and wants_json(request):
        messages = [str(message) for errors in form.errors.values() for message in errors]
        return JsonResponse({"messages": messages}, status=422)
    context = {"participant": participant, "form": form, "limits": rules}
    return render(request, "portal/send_document.html", context, status=422 if form.errors else 200)


@require_safe
@for_participant
def document(request: HttpRequest, participant: Participant, document_id: UUID) -> HttpResponse:
    mine = _own(participant, document_id)
    now = clock.now()
    services.opened(mine, now=now)
    context = {
        "participant": participant,
        "now": now,
        "document": mine,
        "pages": [] if mine.removed_at else list(mine.pages.all()),
    }
    return render(request, "portal/document.html", context)


@require_safe
@for_participant
def document_page(
    request: HttpRequest, participant: Participant, document_id: UUID, number: int
) -> HttpResponse:
    """One page of the own document; a removed one is shown to nobody on this side."""
    rows = Document.objects.shown_to(participant).standing()
    mine = get_object_or_404(rows, public_id=document_id)
    return papers.page_of(mine, number, thumb=request.GET.get("size") == "thumb")


@require_POST
@for_participant
def take_back(request: HttpRequest, participant: Participant, document_id: UUID) -> HttpResponse:
    mine = _own(participant, document_id)
    try:
        services.take_back(mine, now=clock.now())
    except WrongState:
        return redirect("portal:document", mine.public_id)  # seen meanwhile: the page says so
    return redirect("portal:documents")


def _own(participant: Participant, document_id: UUID) -> Document:
    rows = Document.objects.shown_to(participant).select_related("added_by", "participant")
    found: Document = get_object_or_404(rows, public_id=document_id)
    return found
