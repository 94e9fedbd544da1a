"""Messages to and from the office."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.messages import services
from casework.messages.models import Message
from casework.participants.models import Participant
from smartlink.portal.forms import MessageForm
from smartlink.portal.gates import for_participant

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def thread(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The newest first; whoever opens the page has read them. POST writes one."""
    now = clock.now()
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.send(participant, participant, given["text"], now=now, key=given["key"])
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            return redirect("portal:messages")
    mine = Message.objects.of(participant)
    rows = mine.select_related("written_by")
    asked = request.GET.get("before", "")[:18]
    if asked.isascii() and asked.isdecimal():
        rows = rows.filter(pk__lt=int(asked))
    shown = list(rows[: PAGE + 1])
    if request.method == "GET":
        services.mark_read(participant, by=participant, now=now)
    context = {
        "participant": participant,
        "now": now,
        "form": form,
        "shown": shown[:PAGE],
        "older": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "open": participant.closed_at is None or participant.closed_at > now,
    }
    return render(request, "portal/messages.html", context, status=422 if form.errors else 200)
