"""Messages of participants: the inbox, and one person's thread."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.documents.intake import contents_of
from casework.documents.models import Document
from casework.messages import services
from casework.messages.attachments import give_papers
from casework.messages.canned import unfilled
from casework.messages.models import LONGEST, Message, MessageQuerySet
from casework.notices.tasks import send_notices
from casework.participants.models import Participant
from checkins.admin.participant_file import with_face
from smartlink.console.forms import PhotosField, refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.inserting import Inserting
from smartlink.portal.forms import new_key

PAGE = 25


class ReplyForm(forms.Form):
    """`key` makes a second tap the same message."""

    text = forms.CharField(
        label="Message",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text="In words that the person understands; not translated. A file needs no words.",
    )
    files = PhotosField(  # type: ignore[assignment]
        label="Photos or PDFs",
        help_text="Up to 3, 10 MB each. The participant sees them with the message.",
        required=False,
    )
    key = forms.CharField(
        max_length=64, required=False, initial=new_key, widget=forms.HiddenInput()
    )

    def __init__(self, *args: Any, inserting: Inserting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["canned"] = inserting.field()

    def clean(self) -> dict[str, Any]:
        """Files need no words."""
        cleaned = super().clean() or {}
        if cleaned.get("files") and self.has_error("text", "required"):
            del self.errors["text"]
            cleaned["text"] = ""
        return cleaned

    def clean_text(self) -> str:
        """Nobody is sent a placeholder that was meant to be filled in."""
        text: str = self.cleaned_data["text"]
        left = unfilled(text)
        if left:
            raise forms.ValidationError(f"Write what belongs in place of {', '.join(left)}.")
        return text


def _with_answer(request: StaffRequest, inserting: Inserting) -> ReplyForm:
    """The form again, with the chosen answer under what was typed; nothing is sent."""
    typed = request.POST.get("text", "")
    text = inserting.into(typed, request.POST.get("canned", ""))
    if text is None:
        messages.error(request, "Choose a canned answer first.")
    if request.FILES:
        messages.warning(request, "The browser has let go of the files: choose them again.")
    kept = {"text": typed if text is None else text, "key": request.POST.get("key") or new_key()}
    form = ReplyForm(initial=kept, inserting=inserting)
    form.fields["text"].widget.attrs |= {"autofocus": True, "rows": 8}
    return form


@require_safe
@staff_page("officer_messages.view_message")
def inbox(request: StaffRequest) -> HttpResponse:
    """Who waits for an answer, oldest first; `show=all`: every thread, the newest first."""
    everything = request.GET.get("show") == "all"
    asked = request.GET.get("q", "").strip()[:80]
    mine = Message.objects.visible_to(request.user)
    rows = mine.last_of_each() if everything else mine.first_of_each()
    rows = _searched(rows, asked).order_by("-pk" if everything else "sent_at")
    faced: QuerySet[Message] = with_face(rows).select_related("participant", "written_by")
    shown = CappedPaginator(faced, PAGE).get_page(request.GET.get("p"))
    for row in shown:
        row.participant.face_id = row.face_id
    context = {"rows": shown, "everything": everything, "asked": asked}
    return page(request, "console/messages.html", "Messages", context)


def _searched(rows: MessageQuerySet, asked: str) -> MessageQuerySet:
    """By words of the name, or by the A-number."""
    for word in asked.split()[:5]:
        digits = word.lstrip("Aa-")
        named = Q(participant__given_name__icontains=word) | Q(
            participant__family_name__icontains=word
        )
        if digits.isdecimal():
            named |= Q(participant__a_number__contains=digits)
        rows = rows.filter(named)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("officer_messages.view_message")
def thread(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """All that was written, newest first; POST answers."""
    participant = participant_or_404(request, participant_id)
    now = clock.now()
    inserting = Inserting(participant, request.user)
    if "insert" in request.POST:
        form = _with_answer(request, inserting)
    else:
        sent = request.method == "POST"
        form = ReplyForm(*(request.POST, request.FILES) if sent else (), inserting=inserting)
    if request.method == "POST" and form.is_valid() and _is_sent(request, participant, form):
        return redirect("console:messages_of", participant.public_id)
    record_look(
        "looked at messages",
        ("participant", participant.public_id),
        by=request.user.actor,
        now=now,
        participant=participant.public_id,
    )
    rows = Message.objects.of(participant).select_related("written_by", "read_by")
    shown = CappedPaginator(rows.order_by("-pk"), PAGE).get_page(request.GET.get("p"))
    give_papers(shown, Document.objects.of(participant))
    context = {
        "participant": participant,
        "rows": shown,
        "form": form,
        "newest": next((one for one in shown if one.author == "participant"), None),
        "open": participant.closed_at is None or participant.closed_at > now,
    }
    title = "Messages"
    return page(request, "console/thread.html", title, context, 422 if form.errors else 200)


def _is_sent(request: StaffRequest, participant: Participant, form: ReplyForm) -> bool:
    given = form.cleaned_data
    try:
        services.send(
            request.user, participant, given["text"],
            now=clock.now(), key=given["key"], files=contents_of(given["files"]),
        )  # fmt: skip
    except RuleError as refused:
        refuse(form, refused)
        return False
    nudge(send_notices)
    messages.success(request, "Sent.")
    return True


@require_POST
@staff_page("officer_messages.change_message")
def mark_read(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Nothing to answer: this message and the ones before it wait no longer."""
    rows = Message.objects.visible_to(request.user).select_related("participant")
    found = get_object_or_404(rows, public_id=message_id)
    services.mark_read(found.participant, by=request.user, now=clock.now(), until=found)
    messages.success(request, "Marked as read.")
    return redirect("console:messages")
