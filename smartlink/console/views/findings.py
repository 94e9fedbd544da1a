"""Findings: the list, one to read and decide, and proposing one from what it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.findings import clock_of_answers, registry, services
from casework.findings.models import KINDS, Finding
from casework.findings.querysets import MAY_DECIDE, FindingQuerySet
from casework.findings.rules import LIVE, State
from casework.findings.services import Proposal
from casework.notices.tasks import send_notices
from casework.staff.models import User
from checkins.admin.participant_file import with_face
from checkins.findings import CHECK_IN
from smartlink.console.finding_forms import ProposeForm
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.views.file import form_page
from smartlink.hearing_findings import HEARING

PAGE = 25
WHICH: dict[str, tuple[str, Callable[[FindingQuerySet, User, datetime], FindingQuerySet]]] = {
    "": ("What needs me", lambda rows, user, now: rows.needing(user, now)),
    "answered": ("Answers arrived", lambda rows, _user, _now: rows.answered()),
    "near": ("Deadline near", lambda rows, _user, now: rows.near(now)),
    "live": ("Not decided", lambda rows, _user, _now: rows.live()),
    "all": ("All", lambda rows, _user, _now: rows),
}


@require_safe
@staff_page("findings.view_finding")
def findings(request: StaffRequest) -> HttpResponse:
    """What needs the reader, oldest first; `show` opens other lists."""
    now = clock.now()
    show = request.GET.get("show", "")
    show = show if show in WHICH else ""
    rows = WHICH[show][1](Finding.objects.visible_to(request.user), request.user, now)
    context = {
        "rows": _shown(request, rows, newest_first=show == "all"),
        "tabs": [(key, title) for key, (title, _rows) in WHICH.items()],
        "show": show,
        "now": now,
        "kept": f"show={show}" if show else "",
    }
    return page(request, "console/findings.html", "Findings", context)


@require_safe
@staff_page("findings.view_finding")
def of_person(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """Those about one participant, the newest first."""
    participant = participant_or_404(request, participant_id)
    rows = Finding.objects.visible_to(request.user).filter(participant=participant)
    context = {
        "rows": _shown(request, rows, newest_first=True),
        "person": participant,
        "now": clock.now(),
    }
    return page(request, "console/findings.html", "Findings", context)


def _shown(request: StaffRequest, rows: FindingQuerySet, *, newest_first: bool) -> Any:
    order = ("-proposed_at", "-pk") if newest_first else ("proposed_at", "pk")
    faced = with_face(rows).select_related("participant", "proposed_by").order_by(*order)
    shown: Any = CappedPaginator(faced, PAGE).get_page(request.GET.get("p"))
    for row in shown:
        row.participant.face_id = row.face_id
        row.title = registry.about(row.subject_type).title(
            row.evidence, timezone.get_current_timezone()
        )
    return shown


@form_page
@staff_page("findings.add_finding")
def about_check_in(request: StaffRequest, check_in_id: UUID) -> HttpResponse:
    return _propose(request, CHECK_IN, check_in_id)


@form_page
@staff_page("findings.add_finding")
def about_hearing(request: StaffRequest, hearing_id: UUID) -> HttpResponse:
    return _propose(request, HEARING, hearing_id)


def _propose(request: StaffRequest, about: str, subject_id: UUID) -> HttpResponse:
    """The evidence as it is, what speaks against, and the reason to give."""
    now = clock.now()
    subject = services.subject_for(request.user, about, subject_id, now)
    if subject is None:
        raise Http404
    form = ProposeForm(request.POST or None, kinds=subject.kinds)
    if request.method == "POST" and form.is_valid():
        new = Proposal(about, subject_id, form.cleaned_data["kind"], form.cleaned_data["reason"])
        try:
            made = services.propose(new, by=request.user, now=now)
        except RuleError as error:
            refuse(form, error)
        else:
            nudge(send_notices)
            messages.success(request, "Proposed. The participant is being told.")
            return redirect("console:finding", made.public_id)
    zone = timezone.get_current_timezone()
    one = registry.about(about)
    context = {
        "participant": subject.participant,
        "subject": subject,
        "refusal": services.why_not_proposable(about, subject),
        "title_of_subject": one.title(subject.evidence, zone),
        "lines": one.lines(subject.evidence, zone),
        "page_of_subject": one.page,
        "form": form,
        "days": services.answer_days(),
        "now": now,
    }
    status = 422 if form.errors else 200
    return page(request, "console/finding_propose.html", "Propose a finding", context, status)


@dataclass(frozen=True)
class Act:
    """What a button does, and what is said when it is done."""

    do: Callable[[Finding, StaffRequest, datetime], object]
    said: str


def _until(request: StaffRequest) -> datetime:
    """The end of the day that was chosen, by the reader's clock."""
    try:
        day = parse_date(request.POST.get("answer_by", ""))
    except ValueError:
        day = None
    if day is None:
        raise RuleError("Choose a day.", field="answer_by")
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


ACTS: dict[str, Act] = {
    "uphold": Act(
        lambda one, request, now: services.decide(
            one, uphold=True, reason=_reason(request), by=request.user, now=now
        ),
        "Upheld. The participant is being told, with your reason.",
    ),
    "overturn": Act(
        lambda one, request, now: services.decide(
            one, uphold=False, reason=_reason(request), by=request.user, now=now
        ),
        "Overturned. It is out of the file; the participant is being told.",
    ),
    "withdraw": Act(
        lambda one, request, now: services.withdraw(
            one, reason=_reason(request), by=request.user, now=now
        ),
        "Withdrawn: it counts for nothing.",
    ),
    "more_time": Act(
        lambda one, request, now: services.give_time(
            one, _until(request), reason=_reason(request), by=request.user, now=now
        ),
        "More time is given.",
    ),
    "tell_again": Act(
        lambda one, request, now: services.tell_again(one, by=request.user, now=now),
        "The notice goes out again within seconds.",
    ),
}


def _reason(request: StaffRequest) -> str:
    return request.POST.get("reason", "")


@form_page
@staff_page("findings.view_finding")
def finding(request: StaffRequest, finding_id: UUID) -> HttpResponse:
    """One finding with evidence and answer; POST with `act` moves it on."""
    rows = Finding.objects.visible_to(request.user).select_related(
        "participant__office", "proposed_by", "decided_by"
    )
    found: Finding = get_object_or_404(rows, public_id=finding_id)
    now = clock.now()
    if request.method == "POST":
        return _act(request, found, now)
    record_look(
        "looked at a finding",
        ("finding", found.public_id),
        by=request.user.actor,
        now=now,
        participant=found.participant.public_id,
    )
    return _page(request, found, now)


def _act(request: StaffRequest, found: Finding, now: datetime) -> HttpResponse:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, found, now, error="Choose what to do.")
    try:
        act.do(found, request, now)
    except RuleError as refused:
        return _page(request, found, now, error=str(refused))
    nudge(send_notices)
    messages.success(request, act.said)
    if found.is_out_of_sight:
        return redirect("console:findings")
    return redirect("console:finding", found.public_id)


def _page(request: StaffRequest, found: Finding, now: datetime, *, error: str = "") -> HttpResponse:
    one = registry.about(found.subject_type)
    zone = timezone.get_current_timezone()
    subject = one.find(found.subject_id, now) if found.subject_id is not None else None
    mine = found.proposed_by_id == request.user.pk
    decides = request.user.has_perm(MAY_DECIDE)
    answer_by = clock_of_answers.answer_by_now(found, now)
    live = found.state in LIVE
    context = {
        "finding": found,
        "participant": found.participant,
        "title_of_subject": one.title(found.evidence, zone),
        "lines": one.lines(found.evidence, zone),
        "page_of_subject": one.page,
        "warnings": subject.warnings if subject is not None else (),
        "no_longer": _no_longer(found, subject),
        "answer_by": answer_by,
        "no_answer_in_time": found.is_due_at(now),
        "extended": answer_by is not None and answer_by != found.given_until,
        "events": list(found.events.all()),
        "may_decide": decides and not mine and (_due(found, answer_by, now) or not live)
        and found.state in {State.TOLD, State.ANSWERED, State.UPHELD},
        "waits_for_second": live and mine and decides,
        "may_withdraw": live and mine,
        "may_give_time": found.state == State.TOLD and (mine or decides),
        "may_tell_again": found.state == State.PROPOSED,
        "representative": services.representative_of(found.participant),
        "act": request.POST.get("act", ""),
        "typed": request.POST.get("reason", ""),
        "error": error,
        "now": now,
    }  # fmt: skip
    title = f"Finding about {found.participant.full_name}"
    return page(request, "console/finding.html", title, context, 422 if error else 200)


def _due(found: Finding, answer_by: datetime | None, now: datetime) -> bool:
    if found.state == State.ANSWERED:
        return True
    return found.state == State.TOLD and answer_by is not None and answer_by <= now


def _no_longer(found: Finding, subject: registry.Subject | None) -> str:
    """Why this cannot be upheld any more, by what it is about as it is now."""
    if subject is None:
        return "What it is about is not there any more."
    if found.kind in subject.kinds:
        return ""
    words = dict(KINDS)[found.kind]
    return subject.refusal or f"It is not “{str(words).lower()}” any more."
