"""Importing hearing dates: upload, look at what would change, confirm, fetch the bad rows."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.hearings.imports.working import HEARINGS
from casework.hearings.models import HearingImport, HearingKind
from casework.hearings.tasks import work_on_import
from casework.participants.models import Participant
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.importing import Pages, shown
from smartlink.console.views.file import form_page

_PAGES = Pages(
    HEARINGS,
    work_on_import,
    "console:hearing_import",
    "console/import_hearings.html",
    "Import hearings",
)


@form_page
@staff_page("hearings.add_hearing")
def start(request: StaffRequest) -> HttpResponse:
    return _PAGES.start(request)


@require_safe
@staff_page("hearings.add_hearing")
def show(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """What it would do, what it is doing, or what it did."""
    upload = _PAGES.upload_or_404(request, import_id)
    context = shown(upload) | {
        "to_do": upload.counts.get("new", 0) + upload.counts.get("changed", 0),
        "preview": _preview(request, upload),
    }
    return page(request, "console/hearing_import.html", _("Import hearings"), context)


@require_POST
@staff_page("hearings.add_hearing")
def confirm(request: StaffRequest, import_id: UUID) -> HttpResponse:
    return _PAGES.confirm(request, import_id)


@require_safe
@staff_page("hearings.add_hearing")
def bad_rows(request: StaffRequest, import_id: UUID) -> HttpResponse:
    return _PAGES.bad_rows(request, import_id)


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
