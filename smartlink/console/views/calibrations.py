"""The limits of the face comparison: every version with its figures, and which one is in use."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError
from checkins import calibrations, renewal_progress
from checkins.models import Calibration, CalibrationUse
from checkins.verification.calibration import CEILINGS
from checkins.verification.decision import STARTING_THRESHOLDS, Thresholds
from smartlink.console.calibration_rows import limits_beside, rates
from smartlink.console.forms import ReasonForm, refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.views.file import form_page

PAGE = 20
SHIPPED = "shipped"


class UseForm(ReasonForm):
    """`instead_of` is the version that the person saw in use: sent with the second press only."""

    instead_of = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
    alone_reason = forms.CharField(
        label="You proposed these limits, and there is no other administrator. How were they"
        " checked?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, alone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["alone_reason"]


@require_safe
@staff_page("checkins.view_calibration")
def calibrations_page(request: StaffRequest) -> HttpResponse:
    """What each weight set is held to now, then the versions, the newest first."""
    used = {use.calibration_id: use for use in _in_use()}
    rows = Calibration.objects.select_related("made_by")
    shown = CappedPaginator(rows, PAGE).get_page(request.GET.get("p"))
    for row in shown:
        row.use = used.get(row.pk)
        row.rates = rates(row.figures)
    sets = [_set_now(name, list(used.values())) for name in STARTING_THRESHOLDS]
    context = {"rows": shown, "sets": sets, "renewal": renewal_progress.shown_to(request.user)}
    return page(request, "console/calibrations.html", _("Face comparison"), context)


def _in_use() -> list[CalibrationUse]:
    return list(
        CalibrationUse.objects.filter(until_at__isnull=True).select_related("calibration", "by")
    )


def _set_now(name: str, used: list[CalibrationUse]) -> dict[str, object]:
    """One weight set: the limits in use and how far any may go."""
    uses = [use for use in used if use.weights_name == name]
    return {
        "name": name,
        "shipped": STARTING_THRESHOLDS[name],
        "ceiling": CEILINGS[name],
        "uses": uses,
    }


@form_page
@staff_page("checkins.view_calibration")
def calibration(request: StaffRequest, calibration_id: UUID) -> HttpResponse:
    """One version beside what is in use; an administrator puts it to use in two presses."""
    row = get_object_or_404(Calibration.objects.select_related("made_by"), public_id=calibration_id)
    current = calibrations.in_use(row.weights_name, row.weights_version)
    waits_for, alone = _second_pair_of_eyes(request, row, current)
    may_use = request.user.has_perm("checkins.use_calibration") and not waits_for
    form = UseForm(request.POST if request.method == "POST" and may_use else None, alone=alone)
    asks = False
    if form.is_bound and form.is_valid():
        asks = form.cleaned_data["instead_of"] != _named(current)
        if not asks and _use(request, row, current, form):
            return redirect("console:calibration", row.public_id)
    context = {
        "row": row,
        "current": current,
        "is_current": current == row,
        "current_name": _named(current),
        "current_words": _("the shipped limits") if current is None else current.version,
        "limits": limits_beside(_limits(row), _limits(current, row.weights_name)),
        "rates": rates(row.figures),
        "beside_rates": rates(row.beside),
        "uses": row.uses.select_related("by", "ended_by"),
        "form": form if may_use else None,
        "waits_for": waits_for,
        "asks": asks,
    }
    status = 422 if form.errors else 200
    return page(request, "console/calibration.html", row.version, context, status)


def _second_pair_of_eyes(
    request: StaffRequest, row: Calibration, current: Calibration | None
) -> tuple[list[str], bool]:
    """Whom it waits for, where its proposer looks at it; and whether there is nobody else."""
    if row.made_by_id != request.user.pk or current == row:
        return [], False
    others = [str(one) for one in calibrations.others_than(row)]
    return others, not others


def _named(current: Calibration | None) -> str:
    return SHIPPED if current is None else current.version


def _limits(row: Calibration | None, weights_name: str = "") -> Thresholds:
    if row is None:
        return STARTING_THRESHOLDS[weights_name]
    return Thresholds(
        row.weights_name, row.match_at_single, row.match_at_averaged, row.review_to, row.version
    )


def _use(
    request: StaffRequest, row: Calibration, current: Calibration | None, form: UseForm
) -> bool:
    """Put it to use, or with what is in use go back to the shipped limits."""
    said, now = form.cleaned_data["reason"], clock.now()
    try:
        if current == row:
            calibrations.stop_using(row, by=request.user, now=now, reason=said)
            messages.success(request, _("The shipped limits are in use again."))
        else:
            calibrations.activate(
                row,
                by=request.user,
                now=now,
                reason=said,
                instead_of=current,
                alone_reason=form.cleaned_data.get("alone_reason", ""),
            )
            messages.success(request, _("In use. Workers follow within seconds."))
    except RuleError as error:
        refuse(form, error)
        return False
    return True
