"""How long photos, recordings and templates are kept. They go; what came of them stays."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.retention.registry import Folder, Rule, retention
from checkins.models import (
    ActForSeveral,
    Attempt,
    Frame,
    PartialUpload,
    PhoneCall,
    ReferencePhoto,
    Template,
    Told,
    Verification,
)
from checkins.models.reference import Source
from checkins.receipts.keys import signing_key
from checkins.receipts.signing import sign
from checkins.rules import LOCATION_KEPT_DAYS
from checkins.states import State

CERTIFICATE = "smartlink-deletion+jwt"

# A photo may still be asked for while its check-in can be answered, reviewed or contested.
UNSETTLED = [state.value for state in (
    State.OPEN, State.VERIFYING, State.IN_REVIEW, State.NOT_ACCEPTED
)]  # fmt: skip
UNDECIDED = [State.OPEN.value, State.VERIFYING.value, State.IN_REVIEW.value]


def _with_photo(cutoff: datetime) -> QuerySet[Any]:
    return Attempt.objects.filter(received_at__lt=cutoff).exclude(photo="")


def _settled(cutoff: datetime) -> QuerySet[Any]:
    return _with_photo(cutoff).exclude(check_in__state__in=UNSETTLED)


def _forget_photos(attempts: list[Any]) -> None:
    """The attempt and what came of it stay; they are the person's record, too.

    The fingerprints go: they are of the photo.
    """
    gone = [attempt.pk for attempt in attempts]
    Verification.objects.filter(attempt__in=gone).update(frame_print="", face_print="")
    Frame.objects.filter(attempt__in=gone).update(photo="")
    Attempt.objects.filter(pk__in=gone).update(photo="")


def _with_frames(attempt: Any) -> list[str]:
    """The photo and the frames of the head turns that came with it: kept and deleted together."""
    frames = Frame.objects.filter(attempt=attempt.pk).exclude(photo="")
    return [*_file(attempt), *frames.values_list("photo", flat=True)]


def _recorded(cutoff: datetime) -> QuerySet[Any]:
    return PhoneCall.objects.filter(created_at__lt=cutoff).exclude(recording="")


def _recorded_and_settled(cutoff: datetime) -> QuerySet[Any]:
    return _recorded(cutoff).exclude(check_in__state__in=UNSETTLED)


def _forget_recordings(calls: list[Any]) -> None:
    """That there was a call, and what came of it, stays."""
    PhoneCall.objects.filter(pk__in=[call.pk for call in calls]).update(recording="")


def _recording(call: Any) -> list[str]:
    return [call.recording.name] if call.recording else []


def _recordings_used(names: list[str]) -> set[str]:
    found = PhoneCall.objects.filter(recording__in=names)
    return set(found.values_list("recording", flat=True))


def _out_of_use(cutoff: datetime) -> QuerySet[Any]:
    return ReferencePhoto.objects.filter(
        Q(retired_at__lt=cutoff) | Q(state__in=["refused", "unlike"], added_at__lt=cutoff)
    )


def _refreshed(cutoff: datetime) -> QuerySet[Any]:
    return ReferencePhoto.objects.filter(source=Source.CHECK_IN, added_at__lt=cutoff)


def _of_ended(cutoff: datetime) -> QuerySet[Any]:
    return ReferencePhoto.objects.filter(participant__closed_at__lt=cutoff)


def _templates(cutoff: datetime) -> QuerySet[Any]:
    return Template.objects.filter(reference_photo__participant__closed_at__lt=cutoff)


def _with_place(cutoff: datetime) -> QuerySet[Any]:
    """Counted from the decision, or from the deadline where nobody had to decide.

    While a check-in is undecided its place stays for the reviewer.
    """
    undecided = Q(check_in__state__in=UNDECIDED)
    over = Q(check_in__decided_at__lt=cutoff) | (
        Q(check_in__decided_at__isnull=True, check_in__deadline_at__lt=cutoff) & ~undecided
    )
    return Attempt.objects.filter(over, latitude__isnull=False, received_at__lt=cutoff)


def _forget_places(attempts: list[Any]) -> None:
    rows = Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts])
    rows.update(latitude=None, longitude=None)


def _told(cutoff: datetime) -> QuerySet[Any]:
    return Told.objects.filter(told_at__lt=cutoff)


def _for_several(cutoff: datetime) -> QuerySet[Any]:
    return ActForSeveral.objects.filter(made_at__lt=cutoff)


def _partly_here(cutoff: datetime) -> QuerySet[Any]:
    return PartialUpload.objects.filter(begun_at__lt=cutoff)


def _file(row: Any) -> list[str]:
    return [row.photo.name] if row.photo else []


def _used(model: Any) -> Any:
    def used(names: list[str]) -> set[str]:
        return set(model.objects.filter(photo__in=names).values_list("photo", flat=True))

    return used


def _sign(facts: dict[str, Any], now: datetime) -> str:
    """With the key of the receipts, as something else than a receipt."""
    _row, key = signing_key(now)
    return sign(facts, key, CERTIFICATE)


def register() -> None:
    retention.sign = _sign
    retention.add(
        Rule(
            "places", "place of a check-in",
            what=_("The area you sent with a photo, where a supervisor asked for it"),
            why=_("So that an officer can look at it at the review"),
            since=_("after the decision"),
            days=LOCATION_KEPT_DAYS, due=_with_place, person="check_in__participant",
            erase=_forget_places, order=5,
        ),
        Rule(
            "partial_uploads", "part of a photo",
            what=_("Parts of a photo that has not arrived whole"),
            why=_("So that only the rest has to be sent when the connection breaks"),
            since=_("after you send it"),
            days=1, due=_partly_here, person="check_in__participant", order=3,
        ),
        Rule(
            "told", "answers told with a check-in",
            what=_("What you told with a check-in"),
            why=_("So that your officer sees to it"),
            since=_("after you told it"),
            days=365, due=_told, person="check_in__participant", order=25,
        ),
        Rule(
            "attempt_photos", "photo of a check-in",
            what=_("Photos you send to check in"),
            why=_("So that a person can look when the computer is not sure"),
            since=_("after you send it, when the check-in is settled"),
            days=90, due=_settled, person="check_in__participant", files=_with_frames,
            erase=_forget_photos, order=10,
        ),
        Rule(
            "unsettled_photos", "photo of a check-in",
            what=_("Photos of check-ins that were not accepted, or that nobody decided"),
            why=_("So that you can contest the decision"),
            since=_("after you send it"),
            days=365, due=_with_photo, person="check_in__participant", files=_with_frames,
            erase=_forget_photos, order=20,
        ),
        Rule(
            "call_recordings", "recording of a call",
            what=_("Recordings of your voice from check-ins by phone"),
            why=_("So that a person can listen"),
            since=_("after the call, when the check-in is settled"),
            days=90, due=_recorded_and_settled, person="participant", files=_recording,
            erase=_forget_recordings, order=22,
        ),
        Rule(
            "unsettled_recordings", "recording of a call",
            what=_("Recordings of check-ins that were not accepted, or that nobody decided"),
            why=_("So that you can contest the decision"),
            since=_("after the call"),
            days=365, due=_recorded, person="participant", files=_recording,
            erase=_forget_recordings, order=24,
        ),
        Rule(
            "old_reference_photos", "reference photo",
            what=_("Photos of you that are no longer used for comparing, or never could be"),
            why=_("So that a mistake can be put right"),
            since=_("after it is taken out of use"),
            days=30, due=_out_of_use, person="participant", files=_file, order=30,
        ),
        Rule(
            "refreshed_reference_photos", "reference photo",
            what=_("Photos from your check-ins that we compare with"),
            why=_("To compare the photos you send"),
            since=_("after an officer adds it"),
            days=365, due=_refreshed, person="participant", files=_file, order=35,
        ),
        Rule(
            "templates", "template",
            what=_("The numbers that a computer made from photos of you"),
            why=_("To compare the photos you send"),
            since=_("after your supervision ends"),
            days=30, due=_templates, person="reference_photo__participant", order=40,
        ),
        Rule(
            "reference_photos", "reference photo",
            what=_("Photos of you that we compare with"),
            why=_("To compare the photos you send"),
            since=_("after your supervision ends"),
            days=90, due=_of_ended, person="participant", files=_file, order=50,
        ),
        Rule(
            "acts_for_several", "way back of an act for several people",
            what="For whom an officer acted at once, by id, and whom that left out",
            why="To take the act back within ten minutes", since="after the act",
            days=1, due=_for_several, order=86,
        ),
        Folder("attempts", _used(Attempt)),
        Folder("frames", _used(Frame)),
        Folder("calls", _recordings_used),
        Folder("references", _used(ReferencePhoto)),
    )  # fmt: skip
