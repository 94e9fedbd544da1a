"""Acts on a participant's file: each a small page with a form that calls one service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.notices.tasks import send_notices
from casework.participants.corrections import correct
from casework.participants.models import Participant
from casework.participants.terms import Wanted, current_term, set_term
from checkins import lifecycle, lightening, looks
from checkins.models import Plan
from smartlink.console.forms import (
    CorrectForm,
    ReasonForm,
    SupervisionForm,
    refuse,
)
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page

form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Act:
    """How the page of an act reads. `done` is said on the file afterwards."""

    title: str
    submit: str
    done: str
    intro: str = ""
    quick: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def perform(
    request: StaffRequest,
    participant: Participant,
    act: Act,
    form: forms.BaseForm,
    verb: Callable[[], object],
) -> HttpResponse:
    """Show the form; when it is sent and holds, call `verb`; a refusal keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            verb()
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, act.done)
            return redirect("admin:participants_participant_change", participant.public_id)
    context = {"participant": participant, "act": act, "form": form}
    return page(request, "console/act.html", act.title, context, 422 if form.errors else 200)


@form_page
@staff_page("checkins.view_checkin")
def request_check_in(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    participant = participant_or_404(request, participant_id)
    plan = Plan.objects.filter(participant=participant).first() or Plan()
    form = ReasonForm(request.POST or None)
    act = Act(
        title=_("Request a check-in"),
        submit=_("Request now"),
        done=_("Requested. The person can answer from now on."),
        intro=_("It opens at once, and the person has %s to answer. It is counted apart from the"
                " drawn ones; at most %d in 24 hours.")
        % (looks.span(timedelta(minutes=plan.window_minutes)), lifecycle.REQUESTS_A_DAY),
        quick=(
            _("Address to be confirmed."),
            _("No answer by phone."),
            _("Agreed with the person."),
            _("First check-in, to try it out together."),
        ),
    )  # fmt: skip

    def ask() -> None:
        reason = form.cleaned_data["reason"]
        lifecycle.request_check_in(participant, by=request.user, reason=reason, now=clock.now())
        nudge(send_notices)

    return perform(request, participant, act, form, ask)


@form_page
@staff_page("participants.add_supervisionterm")
def supervision(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    participant = participant_or_404(request, participant_id)
    term = current_term(participant)
    known = {"technology": term.technology, "level": term.level} if term else None
    form = SupervisionForm(request.POST or None, initial=known)
    act = Act(
        title=_("Supervision"),
        submit=_("Save"),
        done=_("Saved. The participant sees it from now on."),
        hints=tuple(lightening.reasons_for(participant, clock.now())),
        intro=_("Lighter is yours to set. Closer supervision, and a GPS ankle monitor from the"
                " first day, is a supervisor's to order. The plan stays as it is."),
    )  # fmt: skip
    return perform(
        request,
        participant,
        act,
        form,
        lambda: set_term(
            participant, Wanted(**form.cleaned_data), by=request.user, now=clock.now()
        ),
    )


@form_page
@staff_page("participants.change_participant")
def edit(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    participant = participant_or_404(request, participant_id)
    form = CorrectForm(request.POST or None, participant=participant, user=request.user)
    act = Act(title=_("Edit details"), submit=_("Save"), done=_("Saved."))
    return perform(
        request,
        participant,
        act,
        form,
        lambda: correct(participant, form.changes(), by=request.user, now=clock.now()),
    )
