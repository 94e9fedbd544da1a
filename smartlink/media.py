"""The one way staff see a photo or hear a call: scoped, audited, and never the file that was sent.

What leaves is a new upright JPEG without metadata (also for HEIC, which browsers do not show), no
larger than asked for, and kept by no cache. It is read through the default storage, so S3 works
like a folder.
"""

from uuid import UUID

import structlog
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from casework.audit.services import record_look
from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import Attempt, Frame, PhoneCall, ReferencePhoto
from checkins.verification.decode import clean_jpeg
from checkins.verification.intake import MAX_BYTES, PhotoRefused
from smartlink.console.gates import StaffRequest, staff_page

log = structlog.get_logger(__name__)

SIDES = {"thumb": 192, "page": 720, "full": 1280}
"""The longest side in pixels for `?size=`; anything else asked for is `full`."""

Target = tuple[str, UUID]


@require_safe
@staff_page("checkins.view_referencephoto")
def reference(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A reference photo as JPEG; `?size=` as in SIDES. 404 for a stranger's."""
    rows = ReferencePhoto.objects.visible_to(request.user).select_related("participant")
    photo = get_object_or_404(rows, public_id=public_id)
    target = ("reference photo", photo.public_id)
    picture = _picture(request, photo.photo, target)
    _record_look(request.user, target, photo.participant)
    return picture


@require_safe
@staff_page("checkins.view_attempt")
def attempt(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The photo sent with an attempt, likewise."""
    rows = Attempt.objects.visible_to(request.user).exclude(photo="")
    rows = rows.select_related("check_in__participant")
    found = get_object_or_404(rows, public_id=public_id)
    target = ("attempt", found.public_id)
    picture = _picture(request, found.photo, target)
    _record_look(request.user, target, found.check_in.participant)
    return picture


@require_safe
@staff_page("checkins.view_attempt")
def frame(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A frame of the head turns sent with an attempt, likewise."""
    rows = Frame.objects.visible_to(request.user).select_related("attempt__check_in__participant")
    found = get_object_or_404(rows.exclude(photo=""), public_id=public_id)
    # One look at an attempt's frames is one entry: they are seen together.
    target = ("attempt", found.attempt.public_id)
    picture = _picture(request, found.photo, target)
    _record_look(request.user, target, found.attempt.check_in.participant)
    return picture


@require_safe
@staff_page("checkins.view_attempt")
def call_recording(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The recording of a call that answered a check-in, likewise; as it was recorded."""
    rows = PhoneCall.objects.visible_to(request.user).filter(attempt__isnull=False)
    found = get_object_or_404(
        rows.exclude(recording="").select_related("participant"), public_id=public_id
    )
    try:
        with found.recording.open("rb") as file:
            sound = file.read()
    except FileNotFoundError as error:
        log.exception("a recording's file is gone", call=str(found.public_id))
        raise Http404 from error
    owner = found.participant
    if owner is None:
        raise Http404
    kind = "audio/mpeg" if found.recording.name.endswith(".mp3") else "audio/wav"
    _record_look(request.user, ("phone call", found.public_id), owner, "listened to a call")
    return _kept_private(HttpResponse(sound, content_type=kind))


def _record_look(
    user: User, target: Target, participant: Participant, verb: str = "viewed a photo"
) -> None:
    record_look(verb, target, by=user.actor, now=clock.now(), participant=participant.public_id)


def _picture(request: StaffRequest, stored: FieldFile, target: Target) -> HttpResponse:
    """Upright, without metadata, no larger than asked; what cannot be shown is no picture."""
    if not stored:  # deleted under the retention rules
        raise Http404
    side = SIDES.get(request.GET.get("size", ""), SIDES["full"])
    try:
        with stored.open("rb") as file:
            content = clean_jpeg(file.read(MAX_BYTES + 1), side)
    except FileNotFoundError as error:
        log.exception("a photo's file is gone", kind=target[0], photo=str(target[1]))
        raise Http404 from error
    except PhotoRefused as error:
        log.warning("a photo cannot be shown", photo=str(target[1]), reason=error.reason.value)
        raise Http404 from error
    return _kept_private(HttpResponse(content, content_type="image/jpeg"))


def _kept_private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Content-Disposition"] = "inline"
    return answer
