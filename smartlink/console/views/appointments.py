"""Appointments: arrange one, move it, say what came of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from casework.common import clock
from casework.common.errors import RuleError
from casework.hearings import appointments
from casework.hearings.models import Appointment, AppointmentKind
from casework.participants.models import Participant
from smartlink.console.gates import StaffRequest, participant_or_404, staff_page
from smartlink.console.hearing_forms import LocalTimeForm
from smartlink.console.views.file import Act, form_page, perform
from smartlink.console.views.hearings import back_to


class AppointmentForm(LocalTimeForm):
    kind = forms.ChoiceField(label=_lazy("What"), choices=AppointmentKind.choices)
    place = forms.CharField(
        label=_lazy("Place"),
        required=False,
        max_length=300,
        help_text=_lazy("Empty: the office, or the person's home."),
    )
    note = forms.CharField(
        label=_lazy("Note for staff"), required=False, max_length=500, widget=forms.Textarea
    )
    field_order = ["kind", "day", "at", "place", "note"]

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        self.participant = participant
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("In the local time of the place.")
        self.fields["note"].widget.attrs["rows"] = 2

    def zone(self, cleaned: dict[str, Any]) -> Any:
        known = "kind" in cleaned
        return appointments.zone_of(cleaned["kind"], self.participant) if known else None

    def terms(self) -> appointments.Terms:
        said = {name: self.cleaned_data[name] for name in ("kind", "starts_at", "place", "note")}
        return appointments.Terms(zone=self.zone(self.cleaned_data), **said)


@form_page
@staff_page("hearings.add_appointment")
def add(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    participant = participant_or_404(request, participant_id)
    form = AppointmentForm(request.POST or None, participant=participant)
    act = Act(
        title=_("Arrange an appointment"),
        submit=_("Arrange"),
        done=_("Arranged. The participant sees it from now on."),
    )
    return perform(
        request,
        participant,
        act,
        form,
        lambda: appointments.arrange(participant, form.terms(), by=request.user, now=clock.now()),
    )


@form_page
@staff_page("hearings.change_appointment")
def edit(request: StaffRequest, appointment_id: UUID) -> HttpResponse:
    found = _appointment_or_404(request, appointment_id)
    local = timezone.localtime(found.starts_at, found.timezone)
    known = {
        "kind": found.kind,
        "day": local.date(),
        "at": local.time().replace(second=0),
        "place": found.place,
        "note": found.note,
    }
    form = AppointmentForm(request.POST or None, participant=found.participant, initial=known)
    act = Act(title=_("Appointment"), submit=_("Save"), done=_("Saved."))
    return perform(
        request,
        found.participant,
        act,
        form,
        lambda: appointments.change(found, form.terms(), by=request.user, now=clock.now()),
    )


@require_POST
@staff_page("hearings.change_appointment")
def settle(request: StaffRequest, appointment_id: UUID) -> HttpResponse:
    """Kept, not kept or cancelled, in one press."""
    found = _appointment_or_404(request, appointment_id)
    said = request.POST.get("status", "")
    try:
        saved = appointments.settle(found, said, by=request.user, now=clock.now())
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, f"{saved}: {saved.get_status_display()}")
    file = reverse("admin:participants_participant_change", args=[found.participant.public_id])
    return redirect(back_to(request, file))


def _appointment_or_404(request: StaffRequest, appointment_id: UUID) -> Appointment:
    rows = Appointment.objects.visible_to(request.user).select_related("participant__office")
    found: Appointment = get_object_or_404(rows, public_id=appointment_id)
    return found
