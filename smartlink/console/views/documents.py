"""Documents: what waits to be looked at, one person's, and one of them with its pages."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError, WrongState
from casework.common.nudges import nudge
from casework.documents import papers, services
from casework.documents.intake import contents_of
from casework.documents.models import KINDS, Document, DocumentQuerySet
from casework.documents.registry import subjects
from casework.documents.rules import LONGEST_NOTE, LONGEST_REASON, DocumentKind
from casework.documents.services import NewDocument
from casework.notices.tasks import send_notices
from casework.participants.models import Participant
from checkins.admin.participant_file import with_face
from smartlink.console.forms import PhotosField, refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.views.file import form_page
from smartlink.portal.forms import new_key

PER_PAGE = 24


class UploadForm(forms.Form):
    """`key` makes a second tap the same document."""

    files = PhotosField(  # type: ignore[assignment]
        label="Photos or a PDF",
        help_text="Up to 10 photos (JPEG, PNG, WebP, HEIC) become one document; 10 MB each.",
    )
    kind = forms.ChoiceField(label="What it is", choices=KINDS)
    note = forms.CharField(label="Note", required=False, max_length=LONGEST_NOTE)
    shared = forms.TypedChoiceField(
        label="May the participant see it?",
        choices=[("yes", "Yes: on their page, with your note"), ("no", "No: staff only")],
        initial="yes",
        coerce=lambda said: said == "yes",
    )
    why_hidden = forms.CharField(
        label="If not, why",
        required=False,
        max_length=LONGEST_REASON,
        help_text="The copy of the file says that the document is there, and gives this reason.",
    )
    key = forms.CharField(
        max_length=64, required=False, initial=new_key, widget=forms.HiddenInput()
    )

    def new(self) -> NewDocument:
        said = self.cleaned_data
        return NewDocument(
            kind=DocumentKind(said["kind"]),
            files=contents_of(said["files"]),
            note=said["note"],
            shared=said["shared"],
            why_hidden=said["why_hidden"],
            key=said["key"],
        )


class DescribeForm(forms.Form):
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="For colleagues; the participant does not see it on their page.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    about = forms.ChoiceField(label="Belongs to", required=False)

    def __init__(self, filled: Any = None, *, document: Document) -> None:
        about = f"{document.about_kind}:{document.about_id}" if document.about_kind else ""
        super().__init__(filled, initial={"description": document.description, "about": about})
        choices = subjects.choices(document.participant)
        self.fields["about"].choices = [("", "Nothing"), *choices]  # type: ignore[attr-defined]

    @property
    def words(self) -> str:
        """What the document is about now; empty for nothing, and for what is there no more."""
        for _title, listed in self.fields["about"].choices[1:]:  # type: ignore[attr-defined]
            for key, words in listed:
                if key == self.initial["about"]:
                    return str(words)
        return ""


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label="Why (who sent it reads this)",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_safe
@staff_page("documents.view_document")
def waiting(request: StaffRequest) -> HttpResponse:
    """What nobody has looked at, oldest first; `show=all`: everything, newest first; `kind=`."""
    everything = request.GET.get("show") == "all"
    kind = request.GET.get("kind", "")
    rows = Document.objects.visible_to(request.user)
    rows = rows.standing() if everything else rows.to_look_at()
    if kind in dict(KINDS):
        rows = rows.filter(kind=kind)
    faced = with_face(_with_names(rows)).order_by("-pk" if everything else "sent_at")
    shown = CappedPaginator(faced, PER_PAGE).get_page(request.GET.get("p"))
    for row in shown:
        row.participant.face_id = row.face_id
    context = {"rows": shown, "everything": everything, "kinds": KINDS, "kind": kind}
    return page(request, "console/documents.html", "Documents", context)


def _with_names(rows: DocumentQuerySet) -> QuerySet[Document]:
    return rows.with_pages().select_related("participant", "added_by", "seen_by", "removed_by")


@form_page
@staff_page("documents.view_document")
def of_person(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """All documents of one file, newest first; POST adds one."""
    participant = participant_or_404(request, participant_id)
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid() and _added(request, participant, form):
            return redirect("console:documents_of", participant.public_id)
    _look_at_list(request, participant)
    rows = _with_names(Document.objects.of(participant)).order_by("-pk")
    shown = CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    context = {"participant": participant, "rows": shown, "form": form}
    status = 422 if form.errors else 200
    return page(request, "console/documents_of.html", "Documents", context, status)


def _added(request: StaffRequest, participant: Participant, form: UploadForm) -> bool:
    try:
        services.add(request.user, participant, form.new(), now=clock.now())
    except RuleError as refusal:
        refuse(form, refusal)
        return False
    nudge(send_notices)
    said = "Added. The participant is told." if form.cleaned_data["shared"] else "Added."
    messages.success(request, said)
    return True


@require_safe
@staff_page("documents.view_document")
def document(request: StaffRequest, document_id: UUID) -> HttpResponse:
    """One document: its pages, and what can be done with it."""
    found = _found(request, document_id)
    services.look_at(found, by=request.user, now=clock.now())
    return _one(request, found, DescribeForm(document=found), RemoveForm())


@require_safe
@staff_page("documents.view_document")
def document_page(request: StaffRequest, document_id: UUID, number: int) -> HttpResponse:
    """One page as it is kept; `?size=thumb` small, as lists have it. 404 for a stranger's."""
    found = _found(request, document_id)
    if found.removed_at is not None:
        raise Http404
    thumb = request.GET.get("size") == "thumb"
    answer = papers.page_of(found, number, thumb=thumb)
    if thumb:
        _look_at_list(request, found.participant)
    elif not services.look_at(found, by=request.user, now=clock.now()):
        raise Http404
    return answer


@require_POST
@staff_page("documents.change_document")
def seen(request: StaffRequest, document_id: UUID) -> HttpResponse:
    """The participant sees that somebody has looked; on to what waits."""
    found = _found(request, document_id)
    try:
        services.mark_seen(found, by=request.user, now=clock.now())
    except WrongState as gone:
        messages.warning(request, str(gone))
    else:
        messages.success(request, "Marked as seen. The participant sees it.")
    return redirect("console:documents")


@require_POST
@staff_page("documents.change_document")
def describe(request: StaffRequest, document_id: UUID) -> HttpResponse:
    found = _found(request, document_id)
    form = DescribeForm(request.POST, document=found)
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.describe(
                found, said["description"], said["about"], by=request.user, now=clock.now()
            )
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("console:document", found.public_id)
    return _one(request, found, form, RemoveForm())


@require_POST
@staff_page("documents.change_document")
def remove(request: StaffRequest, document_id: UUID) -> HttpResponse:
    found = _found(request, document_id)
    form = RemoveForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            services.remove(found, by=request.user, reason=reason, now=clock.now())
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Removed. The files are deleted after 30 days.")
            return redirect("console:documents_of", found.participant.public_id)
    return _one(request, found, DescribeForm(document=found), form)


def _found(request: StaffRequest, document_id: UUID) -> Document:
    rows = Document.objects.visible_to(request.user).select_related(
        "participant__office", "added_by", "looked_by", "seen_by", "removed_by"
    )
    return get_object_or_404(rows, public_id=document_id)


def _look_at_list(request: StaffRequest, participant: Participant) -> None:
    key = participant.public_id
    record_look(
        "looked at the list of documents",
        ("participant", key),
        by=request.user.actor,
        now=clock.now(),
        participant=key,
    )


def _one(
    request: StaffRequest, found: Document, form: DescribeForm, removing: RemoveForm
) -> HttpResponse:
    subject = subjects.named(found.about_kind)
    context = {
        "participant": found.participant,
        "document": found,
        "pages": list(found.pages.all()),
        "form": form,
        "removing": removing,
        "about": form.words,
        "about_view": subject.view if subject is not None else "",
    }
    status = 422 if form.errors or removing.errors else 200
    return page(request, "console/document.html", "A document", context, status)
