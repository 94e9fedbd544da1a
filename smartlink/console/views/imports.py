"""Importing hearing dates: upload, look at what would change, confirm, fetch the bad rows."""

import csv
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError, WrongState
from casework.common.imports.reading import MOST_BYTES
from casework.common.imports.working import WORKING
from casework.common.nudges import nudge
from casework.hearings.imports.working import HEARINGS
from casework.hearings.models import HearingImport, HearingKind
from casework.hearings.tasks import work_on_import
from casework.participants.models import Participant
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.views.file import form_page

RECENT = 10
BAD_SHOWN = 300


class UploadForm(forms.Form):
    file = forms.FileField(label=_lazy("CSV file"), help_text=_lazy("At most 10 MB, 50,000 rows."))


@form_page
@staff_page("hearings.add_hearing")
def start(request: StaffRequest) -> HttpResponse:
    """Choose a file; it is checked, and nothing is changed yet."""
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
        try:
            upload = HEARINGS.take_in(content, by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            go_on(upload)
            return redirect("console:hearing_import", upload.public_id)
    recent = HearingImport.objects.visible_to(request.user)[:RECENT]
    context = {"form": form, "recent": list(recent), "tab": "import"}
    status = 422 if form.errors else 200
    return page(request, "console/import_hearings.html", _("Import hearings"), context, status)


@require_safe
@staff_page("hearings.add_hearing")
def show(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """What it would do, what it is doing, or what it did."""
    upload = _import_or_404(request, import_id)
    context = {
        "upload": upload,
        "working": upload.state in WORKING,
        "counts": upload.counts,
        "to_do": upload.counts.get("new", 0) + upload.counts.get("changed", 0),
        "bad": upload.bad_rows[:BAD_SHOWN],
        "bad_more": max(0, len(upload.bad_rows) - BAD_SHOWN),
        "preview": _preview(request, upload),
        "tab": "import",
    }
    return page(request, "console/hearing_import.html", _("Import hearings"), context)


@require_POST
@staff_page("hearings.add_hearing")
def confirm(request: StaffRequest, import_id: UUID) -> HttpResponse:
    upload = _import_or_404(request, import_id)
    with suppress(WrongState):  # a double press: the page says how far it is
        go_on(HEARINGS.confirm(upload, by=request.user, now=clock.now()))
    return redirect("console:hearing_import", import_id)


@require_safe
@staff_page("hearings.add_hearing")
def bad_rows(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """The rows that could not be taken, as they were written, to be put right and sent again."""
    upload = _import_or_404(request, import_id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="bad-rows.csv"'
    answer["Cache-Control"] = "private, no-store"
    answer.write("\ufeff")
    csv.writer(answer).writerows(HEARINGS.bad_rows_as_csv(upload))
    return answer


def go_on(upload: HearingImport) -> None:
    """Work on it now when that is quick; else a worker does, and the page shows how far it is."""
    if HEARINGS.at_once(upload):
        HEARINGS.work(upload.pk, now=clock.now())
    else:
        nudge(work_on_import, upload.pk)


def _import_or_404(request: StaffRequest, import_id: UUID) -> HearingImport:
    rows = HearingImport.objects.visible_to(request.user)
    found: HearingImport = get_object_or_404(rows, public_id=import_id)
    return found


def _preview(request: StaffRequest, upload: HearingImport) -> list[dict[str, Any]]:
    """The first rows that change something, with the names of those whom the reader may see."""
    ids = {row["participant"] for row in upload.preview}
    people = {
        str(person.public_id): person
        for person in Participant.objects.visible_to(request.user).filter(public_id__in=ids)
    }
    return [
        row
        | {
            "person": people[row["participant"]],
            "at": datetime.fromisoformat(row["starts_at"]),
            "was": datetime.fromisoformat(row["was_at"]) if row["was_at"] else None,
            "zone": ZoneInfo(row["zone"]),
            "kind_name": HearingKind(row["kind"]).label,
        }
        for row in upload.preview
        if row["participant"] in people
    ]
