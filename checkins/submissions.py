"""A photo on its way in, the same for the portal and the API: looked at, kept, nudged."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from casework.common.errors import RuleError, WrongState
from casework.common.nudges import nudge
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle, refreshing, tasks
from checkins.models import Attempt, CheckIn, Receipt, ReferencePhoto
from checkins.references import add_reference_photo
from checkins.rules import believable
from checkins.states import NEEDS_NO_ANSWER, State
from checkins.verification.codes import Reason
from checkins.verification.intake import MAX_BYTES, PhotoRefused, inspect
from checkins.wording import reason_text

MAX_FRAMES = 5
MAX_FRAME_BYTES = 4_000_000
"""The page makes frames of 50 kB; a phone's own program may send larger ones."""

SUFFIXES = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "heic": ".heic"}


class PhotoNotTaken(RuleError):
    """The file cannot be a photo we can use; nothing of it was kept and nothing has changed.

    `receipt` shows that it came, where a photo was awaited.
    """

    code = "photo_refused"
    leaves_a_trace = True

    def __init__(self, reason: Reason, receipt: Receipt | None = None):
        super().__init__(reason_text(reason), field="photo")
        self.reason = reason
        self.receipt = receipt


@dataclass(frozen=True)
class Sent:
    """What came with a photo. `captured_at` is what the phone says, aware; `place` in degrees."""

    captured_at: datetime | None = None
    device: str = ""
    submission_key: str | None = None
    place: tuple[float, float] | None = None
    frames: Sequence["UploadedFile[bytes]"] = ()
    frame_times_ms: Sequence[int] = ()
    challenge: UUID | None = None
    cannot_turn: bool = False


def submit_attempt(
    check_in: CheckIn, upload: "UploadedFile[bytes]", sent: Sent, *, now: datetime
) -> Attempt:
    """Raises `PhotoNotTaken` for a file that is no usable photo, else as `receive_attempt`.

    A photo for a check-in that was closed without an answer is not taken either.
    """
    sent = replace(sent, captured_at=believable(sent.captured_at))
    try:
        photo, suffix = _read(upload)
    except PhotoNotTaken as refused:
        raise _refused(check_in, upload, refused.reason, sent, now) from refused
    new = lifecycle.NewAttempt(
        photo=photo,
        suffix=suffix,
        captured_at=sent.captured_at,
        device=sent.device,
        submission_key=sent.submission_key,
        place=sent.place,
        frames=_frames(sent),
        challenge=sent.challenge,
        cannot_turn=sent.cannot_turn,
    )
    try:
        attempt = lifecycle.receive_attempt(check_in, new, now=now)
    except WrongState as closed:
        state = CheckIn.objects.values_list("state", flat=True).get(pk=check_in.pk)
        if State(state) not in NEEDS_NO_ANSWER:
            raise
        raise _refused(check_in, upload, Reason.CLOSED, sent, now) from closed
    nudge(tasks.verify_attempt, attempt.pk)
    return attempt


def _refused(
    check_in: CheckIn, upload: "UploadedFile[bytes]", reason: Reason, sent: Sent, now: datetime
) -> PhotoNotTaken:
    """The refusal, with its receipt."""
    what = lifecycle.NotAPhoto(_sha256(upload), reason, sent.captured_at, sent.submission_key)
    return PhotoNotTaken(reason, lifecycle.refuse_upload(check_in, what, now=now))


def submit_reference_photo(
    participant: Participant, upload: "UploadedFile[bytes]", *, by: User, now: datetime
) -> ReferencePhoto:
    """Raises `PhotoNotTaken` for a file that is no usable photo, `RuleError` for a repeat."""
    photo, suffix = _read(upload)
    kept = add_reference_photo(participant, photo, suffix, by=by, now=now)
    nudge(tasks.prepare_reference_photos, participant.pk)
    return kept


def confirm_reference_photo(
    photo: ReferencePhoto, *, by: User, reason: str, now: datetime
) -> ReferencePhoto:
    """As `refreshing.confirm`; a worker is told at once."""
    confirmed = refreshing.confirm(photo, by=by, reason=reason, now=now)
    nudge(tasks.prepare_reference_photos, confirmed.participant_id)
    return confirmed


def _sha256(upload: "UploadedFile[bytes]") -> str:
    """Of the whole file, read in pieces: it may be larger than we would take."""
    sum_ = hashlib.sha256()
    for piece in upload.chunks():
        sum_.update(piece)
    return sum_.hexdigest()


def _frames(sent: Sent) -> tuple[lifecycle.NewFrame, ...]:
    """The burst after the photo. One strange file spoils it: raises `PhotoNotTaken`."""
    times: list[int | None] = list(sent.frame_times_ms)
    if len(times) != len(sent.frames):
        times = [None] * len(sent.frames)
    return tuple(
        lifecycle.NewFrame(*_read(frame, MAX_FRAME_BYTES), at_ms)
        for frame, at_ms in zip(sent.frames, times, strict=True)
    )


def _read(upload: "UploadedFile[bytes]", most: int = MAX_BYTES) -> tuple[bytes, str]:
    if upload.size is not None and upload.size > most:
        raise PhotoNotTaken(Reason.FILE_TOO_LARGE)
    photo = upload.read()
    try:
        header = inspect(photo)
    except PhotoRefused as refused:
        raise PhotoNotTaken(refused.reason) from refused
    return photo, SUFFIXES[header.format]
