"""Importing people: upload, look at who would come in, confirm, fetch the bad rows."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from casework.participants.imports.working import PEOPLE
from casework.participants.models import Participant, ParticipantImport
from casework.participants.tasks import work_on_import
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.importing import Pages, shown
from smartlink.console.views.file import form_page

TITLE = "Import people"
PAGES = Pages(PEOPLE, work_on_import, "console:people_import", "console/import_people.html", TITLE)
_RESULTS = {"new": "new", "filled": "filled in", "held": "left as it is"}
_COLUMNS = {"kind": "case", "rate_per_week": "rate"}


@form_page
@staff_page("participants.add_participant")
def start(request: StaffRequest) -> HttpResponse:
    return PAGES.start(request)


@require_safe
@staff_page("participants.add_participant")
def show(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """What it would do, what it is doing, or what it did."""
    upload = PAGES.upload_or_404(request, import_id)
    context = shown(upload) | {
        "to_do": upload.counts.get("new", 0) + upload.counts.get("filled", 0),
        "preview": _preview(request, upload),
    }
    return page(request, "console/people_import.html", TITLE, context)


@require_POST
@staff_page("participants.add_participant")
def confirm(request: StaffRequest, import_id: UUID) -> HttpResponse:
    return PAGES.confirm(request, import_id)


@require_safe
@staff_page("participants.add_participant")
def bad_rows(request: StaffRequest, import_id: UUID) -> HttpResponse:
    return PAGES.bad_rows(request, import_id)


def _preview(request: StaffRequest, upload: ParticipantImport) -> list[dict[str, Any]]:
    """The first rows that do something; a link to those who are here and may still be seen."""
    ids = {row["participant"] for row in upload.preview if row["participant"]}
    seen = Participant.objects.visible_to(request.user).filter(public_id__in=ids)
    open_to = {str(public_id) for public_id in seen.values_list("public_id", flat=True)}
    return [
        row
        | {
            "said": _RESULTS[row["result"]],
            "opens": row["participant"] in open_to,
            "fields": [_column(name) for name in row["fields"]],
            "left": [_column(name) for name in row["left"]],
        }
        for row in upload.preview
        if not row["participant"] or row["participant"] in open_to
    ]


def _column(name: str) -> str:
    return _COLUMNS.get(name, name).replace("_", " ")
