"""Reference photos: sent from a file or the camera, followed until the worker has checked them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants.models import Participant
from checkins.models import ReferencePhoto
from checkins.references import retire_reference_photo
from checkins.submissions import confirm_reference_photo, submit_reference_photo
from smartlink.console.forms import PhotosForm
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page

WANTED = 3


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("checkins.add_referencephoto")
def photos(request: StaffRequest, participant_id: UUID, *, enrolling: bool = False) -> HttpResponse:
    """Send photos, see what became of each."""
    participant = participant_or_404(request, participant_id)
    here = "console:enrol_photos" if enrolling else "console:photos"
    refused: list[str] = []
    if request.method == "POST":
        refused = _take(request, participant)
        if not refused:
            return redirect(here, participant.public_id)
    context = {**_shown(participant), "enrolling": enrolling, "step": 2, "here": here}
    context["refused"] = refused
    title = _("Reference photos")
    return page(request, "console/photos.html", title, context, 422 if refused else 200)


def _take(request: StaffRequest, participant: Participant) -> list[str]:
    """Each file for itself: one that is refused does not lose the others. Says what was refused."""
    form = PhotosForm(request.POST, request.FILES)
    if not form.is_valid():
        return [_("Choose a photo or take one with the camera.")]
    refused = []
    for upload in form.cleaned_data["photo"]:
        try:
            submit_reference_photo(participant, upload, by=request.user, now=clock.now())
        except RuleError as error:
            refused.append(str(error))
    return refused


@require_safe
@staff_page("checkins.view_referencephoto")
def tiles(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """The photos alone, for the page to follow them."""
    participant = participant_or_404(request, participant_id)
    return render(request, "console/parts/photo_tiles.html", _shown(participant))


@require_POST
@staff_page("checkins.add_referencephoto")
def retire(request: StaffRequest, public_id: UUID) -> HttpResponse:
    rows: QuerySet[ReferencePhoto] = ReferencePhoto.objects.visible_to(request.user)
    photo = get_object_or_404(rows.select_related("participant"), public_id=public_id)
    said = request.POST.get("reason", "")
    try:
        retire_reference_photo(photo, by=request.user, now=clock.now(), reason=said)
    except RuleError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Retired. It is not compared with any more."))
    return _back(request, photo)


@require_POST
@staff_page("checkins.confirm_review")
def confirm(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A second person vouches for a photo from a check-in that is unlike the enrolment photos."""
    rows: QuerySet[ReferencePhoto] = ReferencePhoto.objects.visible_to(request.user)
    photo = get_object_or_404(rows.select_related("participant"), public_id=public_id)
    said = request.POST.get("reason", "")
    try:
        confirm_reference_photo(photo, by=request.user, reason=said, now=clock.now())
    except RuleError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Confirmed. It is compared with from now on.")
    return _back(request, photo)


def _back(request: StaffRequest, photo: ReferencePhoto) -> HttpResponse:
    back = request.POST.get("back", "")
    if back in {"console:photos", "console:enrol_photos"}:
        return redirect(back, photo.participant.public_id)
    return redirect("admin:participants_participant_change", photo.participant.public_id)


def _shown(participant: Participant) -> dict[str, Any]:
    rows = ReferencePhoto.objects.filter(participant=participant).current()
    kept = list(rows.with_source())
    enrolled = [photo for photo in kept if not photo.is_refreshed]
    usable = sum(photo.state == "usable" for photo in enrolled)
    good = sum(photo.state != "refused" for photo in enrolled)
    return {
        "participant": participant,
        "photos": kept,
        "missing": range(max(0, WANTED - good)),
        "usable": usable,
        "refreshed": len(kept) - len(enrolled),
        "wanted": WANTED,
        "waiting": any(photo.state == "waiting" for photo in kept),
    }
