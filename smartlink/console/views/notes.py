"""Notes about a participant, and the timeline of everything in the file."""

from datetime import date
from itertools import groupby
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.common.errors import RuleError
from casework.notes import services
from casework.notes.models import Note
from casework.participants.models import Participant
from casework.participants.registry import Looking
from casework.participants.timeline import Cursor, Line, timeline
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.views.file import Act, form_page, perform

PAGE = 20


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=services.MOST_LETTERS,
        help_text=gettext_lazy(
            "Colleagues who may open this file read it. It is part of the copy of the file that"
            " the person may download: write what you would say to them."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@form_page
@staff_page("notes.add_note")
def notes(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """Newest first, `before` a note's number; POST writes one."""
    participant = participant_or_404(request, participant_id)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.write(participant, form.cleaned_data["text"], by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Written."))
            return redirect("console:notes", participant.public_id)
    _look(request, participant, "read the notes")
    rows = Note.objects.of(participant).select_related("author").prefetch_related("versions")
    asked = request.GET.get("before", "")
    if asked.isdecimal() and len(asked) < 18:
        rows = rows.filter(pk__lt=int(asked))
    found = list(rows[: PAGE + 1])
    context = {
        "participant": participant,
        "form": form,
        "notes": [_shown(note, request) for note in found[:PAGE]],
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "newest": not asked,
    }
    return page(request, "console/notes.html", _("Notes"), context, 422 if form.errors else 200)


def _shown(note: Note, request: StaffRequest) -> dict[str, object]:
    newest, *earlier = note.versions.all()
    return {
        "note": note,
        "newest": newest,
        "earlier": earlier,
        "mine": note.author_id == request.user.pk,
    }


@form_page
@staff_page("notes.add_note")
def amend(request: StaffRequest, note_id: UUID) -> HttpResponse:
    """One's own note; to others it cannot be amended, so the page is not there."""
    own = Note.objects.visible_to(request.user).filter(author=request.user)
    note = get_object_or_404(
        own.as_it_stands().select_related("participant__office"), public_id=note_id
    )
    form = NoteForm(request.POST or None, initial={"text": note.text})  # type: ignore[attr-defined]
    act = Act(
        title=_("Amend a note"),
        submit=_("Save"),
        done=_("Amended. What it said before stays under it."),
        intro=_("What the note said before is kept and can be read by whoever reads the note."),
    )
    return perform(
        request,
        note.participant,
        act,
        form,
        lambda: services.amend(note, form.cleaned_data["text"], by=request.user, now=clock.now()),
    )


@require_safe
@staff_page("participants.view_participant")
def story(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """The timeline; `kind` narrows it, `before` is where the page before it ended."""
    participant = participant_or_404(request, participant_id)
    _look(request, participant, "opened the file")
    asked = request.GET.get("kind", "")
    kind = asked if asked in timeline.kinds else ""
    before = Cursor.read(request.GET.get("before", ""))
    looking = Looking(participant, request.user, clock.now())
    lines, more = timeline.page(looking, kind, before)
    context = {
        "participant": participant,
        "days": [(day, list(those)) for day, those in groupby(lines, _day)],
        "more": more,
        "newest": before is None,
        "kinds": sorted(timeline.kinds.values(), key=lambda one: one.title),
        "kind": kind,
    }
    return page(request, "console/timeline.html", _("Timeline"), context)


def _day(line: Line) -> date:
    """In the reader's zone."""
    return localtime(line.at).date()


def _look(request: StaffRequest, participant: Participant, verb: str) -> None:
    target = ("participant", participant.public_id)
    record_look(
        verb, target, by=request.user.actor, now=clock.now(), participant=participant.public_id
    )
