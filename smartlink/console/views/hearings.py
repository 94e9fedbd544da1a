"""Hearings: the day's list with attendance, one hearing with its history, dates that disagree."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError
from casework.findings.models import Finding
from casework.hearings import conflicts, results
from casework.hearings.models import Attendance, ChangeNotice, Decision, Hearing, HearingConflict
from casework.hearings.services import change, enter
from casework.staff.models import User
from checkins.admin.participant_file import with_face
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.hearing_forms import ChangeHearingForm, HearingForm, ResultForm
from smartlink.console.views.file import Act, form_page, perform
from smartlink.hearing_findings import HEARING

ON_A_PAGE = 50
HISTORY = 30


@form_page
@staff_page("hearings.add_hearing")
def add(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    participant = participant_or_404(request, participant_id)
    last = Hearing.objects.of(participant).order_by("-starts_at").first()
    known = {"court": last.court_id, "judge": last.judge} if last is not None else {}
    form = HearingForm(request.POST or None, initial=known)
    act = Act(title=_("Enter a hearing"), submit=_("Enter"), done=_("Entered."))
    return perform(
        request,
        participant,
        act,
        form,
        lambda: enter(participant, form.terms(), by=request.user, now=clock.now()),
    )


@form_page
@staff_page("hearings.change_hearing")
def hearing(request: StaffRequest, hearing_id: UUID) -> HttpResponse:
    """One hearing: put it right, see what was changed, by whom, and whether that was seen."""
    found = hearing_or_404(request.user, hearing_id)
    form = ChangeHearingForm(request.POST or None, hearing=found)
    if request.method == "POST" and form.is_valid():
        try:
            change(found, form.terms(), by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved, and verified by you now."))
            return redirect("admin:participants_participant_change", participant_id_of(found))
    notices = ChangeNotice.objects.filter(hearing=found, replaced_at__isnull=True)
    context = {
        "participant": found.case.participant,
        "hearing": found,
        "form": form,
        "notice": notices.first(),
        "history": with_actors(found),
        "began": found.starts_at <= clock.now(),
        "now": clock.now(),
        "may_propose": found.attendance in {Attendance.LATE, Attendance.ABSENT},
        "finding": Finding.objects.visible_to(request.user)
        .filter(subject_type=HEARING, subject_id=found.public_id)
        .first(),
    }
    status = 422 if form.errors else 200
    return page(request, "console/hearing.html", _("Hearing"), context, status)


@form_page
@staff_page("hearings.change_hearing")
def result(request: StaffRequest, hearing_id: UUID) -> HttpResponse:
    """Attendance, outcome and adjournment on one form."""
    found = hearing_or_404(request.user, hearing_id)
    form = ResultForm(request.POST or None, hearing=found)
    act = Act(
        title=_("What came of it"),
        submit=_("Save"),
        done=_("Saved."),
        intro=_("Your name and the time are kept with it. The participant may see it."),
    )
    return perform(
        request,
        found.case.participant,
        act,
        form,
        lambda: results.record_result(found, form.result(), by=request.user, now=clock.now()),
    )


@require_POST
@staff_page("hearings.change_hearing")
def attendance(request: StaffRequest, hearing_id: UUID) -> HttpResponse:
    """One press in a list; the same press again takes it back."""
    found = hearing_or_404(request.user, hearing_id)
    said = request.POST.get("attendance", "")
    try:
        saved = results.record_attendance(found, said, by=request.user, now=clock.now())
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        word = saved.get_attendance_display() if saved.attendance else _("nothing recorded")
        messages.success(request, f"{found.case.participant.full_name}: {word}")
    return redirect(back_to(request, reverse("console:hearing", args=[hearing_id])))


@require_safe
@staff_page("hearings.view_hearing")
def day(request: StaffRequest) -> HttpResponse:
    """The hearings of one day of the reader, with attendance in one press."""
    now = clock.now()
    shown = day_asked_for(request, now)
    begins = timezone.make_aware(datetime.combine(shown, time()))
    ends = timezone.make_aware(datetime.combine(shown + timedelta(days=1), time()))
    mine = Hearing.objects.visible_to(request.user)
    of_day = mine.filter(starts_at__gte=begins, starts_at__lt=ends).order_by("starts_at", "pk")
    rows = with_face(of_day, "case__participant").select_related("case__participant", "court")
    rows_shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("p"))
    for row in rows_shown:
        row.case.participant.face_id = row.face_id
    context = {
        "rows": rows_shown,
        "now": now,
        "day": shown,
        "before": shown - timedelta(days=1),
        "after": shown + timedelta(days=1),
        "is_today": shown == timezone.localtime(now).date(),
        "words": Attendance.choices,
        "tab": "day",
    }
    return page(request, "console/hearings_day.html", _("Hearings of the day"), context)


@require_safe
@staff_page("hearings.view_hearing")
def disagreeing(request: StaffRequest) -> HttpResponse:
    """Dates of two sources that do not agree, those known longest first."""
    rows = open_conflicts(request.user, clock.now())
    context = {
        "rows": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("p")),
        "tab": "conflicts",
    }
    return page(
        request, "console/hearing_conflicts.html", _("Hearing dates that disagree"), context
    )


@form_page
@staff_page("hearings.change_hearing")
def settle(request: StaffRequest, conflict_id: UUID) -> HttpResponse:
    """Both dates side by side, and three buttons."""
    rows = HearingConflict.objects.visible_to(request.user).select_related(
        "first__court", "second__court", "first__case__participant__office", "settled_by"
    )
    found: HearingConflict = get_object_or_404(rows, public_id=conflict_id)
    if request.method == "POST" and request.POST.get("decision") in Decision.values:
        try:
            conflicts.settle(found, request.POST["decision"], by=request.user, now=clock.now())
        except RuleError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Settled. The participant is asked to look at it."))
        return redirect("console:hearing_conflicts")
    context = {
        "conflict": found,
        "participant": found.first.case.participant,
        "pair": [(found.first, Decision.FIRST.value), (found.second, Decision.SECOND.value)],
    }
    return page(request, "console/settle_hearing.html", _("Which date is right?"), context)


def open_conflicts(user: User, now: datetime) -> Any:
    rows = HearingConflict.objects.visible_to(user).open(now)
    return rows.select_related(
        "first__court", "second__court", "first__case__participant"
    ).order_by("noticed_at", "pk")


def hearing_or_404(user: User, hearing_id: UUID) -> Hearing:
    rows = Hearing.objects.visible_to(user).select_related(
        "court", "case__participant__office", "attendance_by", "outcome_by"
    )
    found: Hearing = get_object_or_404(rows, public_id=hearing_id)
    return found


def participant_id_of(found: Hearing) -> UUID:
    public_id: UUID = found.case.participant.public_id
    return public_id


def with_actors(found: Hearing) -> list[Any]:
    """The latest changes, each with the name of the member of staff who made it."""
    rows: list[Any] = list(found.changes.all()[:HISTORY])
    named = User.objects.filter(public_id__in={row.actor_id for row in rows if row.actor_id})
    names = dict(named.values_list("public_id", "full_name"))
    for row in rows:
        row.actor_name = names.get(row.actor_id, "")
        row.lines = [(name, row.before.get(name), value) for name, value in row.after.items()]
    return rows


def day_asked_for(request: HttpRequest, now: datetime) -> date:
    """`?day=2026-11-24`; today without it; 404 for what is no day."""
    asked = request.GET.get("day", "")
    if not asked:
        return timezone.localtime(now).date()
    try:
        found = date.fromisoformat(asked)
    except ValueError as error:
        raise Http404 from error
    if not date(1990, 1, 1) <= found <= date(2100, 1, 1):
        raise Http404
    return found


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Where a form in a list leads back to: a page of this site."""
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    return back if safe and back.startswith("/") else otherwise
