"""The staff site's report pages, and the links to files."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.participants.models import Participant
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.reports import asking, making, services, tasks
from smartlink.reports.charts import svg
from smartlink.reports.content import Table
from smartlink.reports.forms import WishForm
from smartlink.reports.manifest import manifest_of
from smartlink.reports.models import UNDER_WAY, Report, ReportFile, Schedule
from smartlink.reports.periods import month_before
from smartlink.reports.words import spoken_in
from smartlink.reports.writers import MEDIA_TYPES, WRITERS

NEEDS = "reports.make_report"
SHOWN_ON_SCREEN = {"compliance", "participant"}
_PER_PAGE = 20


@require_safe
@staff_page(NEEDS)
def index(request: StaffRequest) -> HttpResponse:
    """Choose a report; below are those that were made."""
    form = WishForm(
        request.GET if "kind" in request.GET else None, user=request.user, initial=_usual()
    )
    if form.is_bound and form.is_valid():
        try:
            return _shown(request, form)
        except RuleError as error:
            refuse(form, error)
    rows = Report.objects.visible_to(request.user).select_related("asked_by")
    made = Paginator(rows, _PER_PAGE).get_page(request.GET.get("p"))
    schedules = Schedule.objects.visible_to(request.user).filter(ended_at__isnull=True)
    context = {
        "form": form,
        "made": made,
        "titled": [(report, asking.title_of(report.parameters)) for report in made],
        "schedules": [
            (one, asking.KINDS[one.wish["kind"]]) for one in schedules.select_related("owner")
        ],
        "under_way": any(report.state in UNDER_WAY for report in made),
    }
    return page(request, "reports/index.html", "Reports", context)


@require_safe
@staff_page(NEEDS)
def of_person(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """The report on one participant for a court, over the whole time of supervision."""
    person = participant_or_404(request, participant_id)
    asked = {
        "kind": "participant",
        "first": timezone.localtime(person.created_at).date().isoformat(),
        "last": timezone.localtime(clock.now()).date().isoformat(),
        "participant": str(person.public_id),
    }
    form = WishForm(asked, user=request.user)
    if not form.is_valid():
        raise RuntimeError(f"The report for a court does not fit its form: {form.errors.as_json()}")
    return _shown(request, form, person)


def _usual() -> dict[str, Any]:
    """Last month."""
    period = month_before(timezone.localtime(clock.now()).date())
    return {"kind": "compliance", "first": period.first, "last": period.last, "group": "office"}


def _shown(
    request: StaffRequest, form: WishForm, person: Participant | None = None
) -> HttpResponse:
    """The figures on the screen, with what can be done with them."""
    wish = form.wish()
    now = clock.now()
    frozen = asking.freeze(wish, by=request.user, now=now)
    content = making.content_of(frozen) if wish.kind in SHOWN_ON_SCREEN else None
    if content is not None:
        services.note_look(frozen, by=request.user, now=now)
    context = {
        "form": form,
        "asked": urlencode({k: v for k, v in form.data.items() if v}),
        "fields": [(k, v) for k, v in form.data.items() if v and k != "p"],
        "content": content,
        "tables": [on_screen(table) for table in content.tables] if content else [],
        "words": asking.words_of(frozen),
        "formats": list(WRITERS),
        "person": person or _person(frozen),
    }
    return page(request, "reports/shown.html", asking.KINDS[wish.kind], context)


def _person(frozen: dict[str, Any]) -> Participant | None:
    if not frozen["participant"]:
        return None
    return Participant.objects.get(public_id=frozen["participant"])


def on_screen(table: Table) -> dict[str, Any]:
    """The table with its values as people read them, and its chart."""
    heads = [(column.title, column.kind.value != "text") for column in table.columns]
    rows = [
        [
            (spoken_in(table, row, column), number)
            for column, (_title, number) in zip(table.columns, heads, strict=True)
        ]
        for row in table.rows()
    ]
    drawn = SafeString(svg(table))
    return {"table": table, "heads": heads, "rows": rows, "chart": drawn}


@require_POST
@staff_page(NEEDS)
def make(request: StaffRequest) -> HttpResponse:
    """Have the files made, or have them made every month."""
    form = WishForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "Something in the form does not fit. Please choose again.")
        return redirect("console:reports:index")
    try:
        if request.POST.get("act") == "monthly":
            services.schedule_monthly(form.wish(), by=request.user, now=clock.now())
            messages.success(request, "This report is made after each month from now on.")
            return redirect("console:reports:index")
        report = services.ask(form.wish(), list(WRITERS), by=request.user, now=clock.now())
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("console:reports:index")
    nudge(tasks.make_report, report.pk)
    return redirect("console:reports:one", report.public_id)


def _report(request: StaffRequest, public_id: UUID) -> Report:
    rows: QuerySet[Report] = Report.objects.visible_to(request.user).select_related("asked_by")
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@staff_page(NEEDS)
def one(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One report: how far it is, or its files."""
    report = _report(request, public_id)
    files = list(report.files.all())
    context = {
        "report": report,
        "heading": asking.title_of(report.parameters),
        "words": asking.words_of(report.parameters),
        "files": files,
        "gone": bool(files) and all(file.deleted_at for file in files),
        "under_way": report.state in UNDER_WAY,
        "person": _person(report.parameters),
    }
    return page(request, "reports/one.html", asking.title_of(report.parameters), context)


@require_safe
@staff_page(NEEDS)
def progress(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """For the page's script."""
    report = _report(request, public_id)
    return JsonResponse({"state": report.state, "progress": report.progress})


@require_POST
@staff_page(NEEDS)
def cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    report = _report(request, public_id)
    try:
        services.cancel(report, by=request.user, now=clock.now())
        messages.success(request, "Given up.")
    except RuleError as error:
        messages.error(request, str(error))
    return redirect("console:reports:one", public_id)


@require_POST
@staff_page(NEEDS)
def again(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The same report as of the same instant."""
    try:
        report = services.make_again(_report(request, public_id), by=request.user, now=clock.now())
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("console:reports:one", public_id)
    nudge(tasks.make_report, report.pk)
    return redirect("console:reports:one", report.public_id)


@require_safe
@staff_page(NEEDS)
def download(request: StaffRequest, public_id: UUID, form: str) -> HttpResponse:
    """To the file, by a link that lives for five minutes."""
    report = _report(request, public_id)
    file = get_object_or_404(report.files.filter(deleted_at__isnull=True), format=form)
    return HttpResponseRedirect(services.path_to(file, by=request.user, now=clock.now()))


@require_safe
@staff_page(NEEDS)
def manifest(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What was asked, and the SHA-256 of every file: to check one that was handed on."""
    report = _report(request, public_id)
    services.note_manifest(report, by=request.user, now=clock.now())
    answer = HttpResponse(
        json.dumps(manifest_of(report) | {"signature": report.signature}, indent=2) + "\n",
        content_type="application/json",
    )
    answer["Content-Disposition"] = f'attachment; filename="{name_of(report)}.manifest.json"'
    return answer


@require_POST
@staff_page(NEEDS)
def end_schedule(request: StaffRequest, public_id: UUID) -> HttpResponse:
    rows = Schedule.objects.visible_to(request.user)
    services.end_schedule(
        get_object_or_404(rows, public_id=public_id),
        by=request.user,
        now=clock.now(),
    )
    messages.success(request, "No further reports are made by it.")
    return redirect("console:reports:index")


def name_of(report: Report) -> str:
    """A file name that tells what it is and names nobody."""
    period = asking.period_of(report.parameters)
    return f"smartlink-{report.kind}-{period.first}-{period.last}"


@require_GET
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The file that a link opens. The link alone is the permission, and only for minutes."""
    now = clock.now()
    found = services.file_of_link(token, now=now)
    if found is None:
        raise Http404
    kept, user = found
    services.note_download(kept, by=user, now=now)
    answer = _from_s3(kept) if settings.STORAGE_BUCKET else _from_folder(kept)
    answer["Cache-Control"] = "private, no-store"
    return answer


file.gate = "link"  # type: ignore[attr-defined]


def _from_folder(kept: ReportFile) -> HttpResponse:
    answer = FileResponse(
        default_storage.open(str(kept.file.name)),
        as_attachment=True,
        filename=f"{name_of(kept.report)}.{kept.format}",
        content_type=MEDIA_TYPES[kept.format],
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]


def _from_s3(kept: ReportFile) -> HttpResponse:
    """Presigned: the file does not pass through us."""
    storage: Any = default_storage
    name = f'attachment; filename="{name_of(kept.report)}.{kept.format}"'
    words = {"ResponseContentDisposition": name, "ResponseContentType": MEDIA_TYPES[kept.format]}
    life = int(timedelta(minutes=1).total_seconds())
    return HttpResponseRedirect(storage.url(kept.file.name, parameters=words, expire=life))
