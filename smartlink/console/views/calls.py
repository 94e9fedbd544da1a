"""Check-ins by telephone, from the officer's side: call, log a call, let the PIN be enough."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from checkins import lifecycle, tasks
from checkins.models import CheckIn, Plan
from checkins.phone.outbound import ask_for_call
from checkins.phone.pin_alone import set_pin_alone
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.views.file import Act, form_page, perform


class CallForm(forms.Form):
    """A call that the officer held."""

    identity_checked_by = forms.CharField(
        label=gettext_lazy("How did you know who it was?"),
        help_text=gettext_lazy("For example: asked for date of birth and address; know the voice."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label=gettext_lazy("What came of the call?"),
        help_text=gettext_lazy("The participant may read it."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    accept = forms.ChoiceField(
        label=gettext_lazy("The check-in"),
        choices=[
            ("yes", gettext_lazy("is accepted: it was the person")),
            ("no", gettext_lazy("goes to the review queue: somebody should look again")),
        ],
        initial="yes",
    )


@form_page
@staff_page("checkins.change_review")
def log_call(request: StaffRequest, check_in_id: UUID) -> HttpResponse:
    rows = CheckIn.objects.visible_to(request.user).select_related("participant__office")
    found = get_object_or_404(rows, public_id=check_in_id)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        held = lifecycle.HeldCall(
            given["identity_checked_by"], given["note"], accept=given["accept"] == "yes"
        )
        try:
            lifecycle.log_call(found, held, by=request.user, now=clock.now())
        except RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The call is on record, and the person has a receipt."))
            return redirect("console:check_in", found.public_id)
    act = Act(
        title=_("Log a call"),
        submit=_("Put the call on record"),
        done="",
        intro=_("For a check-in that you took by telephone. It counts like any other answer."),
    )
    context = {"participant": found.participant, "act": act, "form": form}
    return page(request, "console/act.html", act.title, context, 422 if form.errors else 200)


@require_POST
@staff_page("checkins.change_review")
def ring(request: StaffRequest, check_in_id: UUID) -> HttpResponse:
    """The program calls the person, who then gives the PIN and the phrase as in any call."""
    rows = CheckIn.objects.visible_to(request.user)
    found = get_object_or_404(rows, public_id=check_in_id)
    try:
        call = ask_for_call(found, by=request.user.actor, officer=request.user, now=clock.now())
    except RuleError as error:
        messages.error(request, str(error))
    else:
        nudge(tasks.place_call, call.pk)
        messages.success(request, _("SmartLink calls the person now."))
    return redirect("console:check_in", found.public_id)


class PinAloneForm(forms.Form):
    alone = forms.BooleanField(
        label=gettext_lazy("A call with the right PIN is accepted without anybody listening"),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@form_page
@staff_page("checkins.waive_liveness")
def pin_alone(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    participant = participant_or_404(request, participant_id)
    plan = Plan.objects.filter(participant=participant).first() or Plan()
    form = PinAloneForm(
        request.POST or None,
        initial={"alone": plan.phone_pin_alone, "reason": plan.phone_pin_reason},
    )
    act = Act(
        title=_("Phone check-ins by PIN alone"),
        submit=_("Save"),
        done=_("Saved."),
        intro=_(
            "Usually the caller repeats a phrase and an officer listens. A PIN can be told to"
            " somebody else: allow this only where speaking is not possible."
        ),
    )
    return perform(
        request,
        participant,
        act,
        form,
        lambda: set_pin_alone(
            participant,
            alone=form.cleaned_data["alone"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=clock.now(),
        ),
    )
