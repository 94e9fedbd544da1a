"""Messages to and from the office, with what comes with them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.documents.models import Document
from casework.messages import services
from casework.messages.attachments import give_papers
from casework.messages.models import Message
from casework.participants.models import Participant
from smartlink.portal.gates import for_participant, wants_json
from smartlink.portal.message_forms import MessageForm
from smartlink.portal.older import page_before

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def thread(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The newest first; whoever opens the page has read them. POST writes one."""
    sent = request.method == "POST"
    form = MessageForm(request.POST, request.FILES) if sent else MessageForm()
    if sent and _is_sent(form, participant):
        where = reverse("portal:messages")
        return JsonResponse({"next": where}) if wants_json(request) else redirect(where)
    if sent and wants_json(request):
        said = [str(message) for errors in form.errors.values() for message in errors]
        return JsonResponse({"messages": said}, status=422)
    context = {"participant": participant, "form": form, **_thread(request, participant)}
    return render(request, "portal/messages.html", context, status=422 if form.errors else 200)


def _is_sent(form: MessageForm, participant: Participant) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        services.send(
            participant, participant, given["text"],
            now=clock.now(), key=given["key"], files=form.contents(),
        )  # fmt: skip
    except RuleError as refusal:
        form.refuse(refusal)
        return False
    return True


def _thread(request: HttpRequest, participant: Participant) -> dict[str, Any]:
    now = clock.now()
    rows = Message.objects.of(participant).select_related("written_by")
    page = page_before(rows, request, PAGE)
    give_papers(page["shown"], Document.objects.shown_to(participant))
    if request.method == "GET":
        services.mark_read(participant, by=participant, now=now)
    return {
        "now": now,
        **page,
        "open": participant.closed_at is None or participant.closed_at > now,
    }
