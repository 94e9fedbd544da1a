"""Taking a person into the program in one flow: person, photos, plan, invite."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants.corrections import correct
from casework.participants.services import NewParticipant, enrol
from smartlink.console.forms import CorrectForm, EnrolForm, refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.views.file import form_page


@form_page
@staff_page("participants.add_participant")
def start(request: StaffRequest) -> HttpResponse:
    """Step 1, for somebody new."""
    form = EnrolForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            participant = enrol(_new(form), by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            return redirect("console:enrol_photos", participant.public_id)
    context = {"form": form, "step": 1, "participant": None}
    return page(request, "console/enrol.html", _("Enrol"), context, 422 if form.errors else 200)


def _new(form: EnrolForm) -> NewParticipant:
    typed = dict(form.cleaned_data)
    case = {name: typed.pop(name) for name in EnrolForm.CASE}
    typed["phone"] = str(typed["phone"] or "")
    typed["timezone"] = typed["timezone"] or ""
    return NewParticipant(**typed, case=case)


@form_page
@staff_page("participants.change_participant")
def person(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """Step 1 again, to put it right."""
    participant = participant_or_404(request, participant_id)
    form = CorrectForm(request.POST or None, participant=participant, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            correct(participant, form.changes(), by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            return redirect("console:enrol_photos", participant.public_id)
    context = {"form": form, "step": 1, "participant": participant}
    return page(request, "console/enrol.html", _("Enrol"), context, 422 if form.errors else 200)
