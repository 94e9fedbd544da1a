"""Receiving an answer to a check-in."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from casework.common.errors import RuleError, TooOften, WrongState
from casework.common.files import kept_file
from casework.participants.consent import has_withdrawn
from checkins.lifecycle.challenges import (
    NewFrame,
    keep_frame_files,
    keep_frames,
    use_challenge,
)
from checkins.lifecycle.moves import move
from checkins.models import Attempt, CheckIn, Verification
from checkins.models.plan import LivenessMode, Method
from checkins.notices.written import forget_request
from checkins.receipts import receipt_of_attempt
from checkins.reviews.ranking import open_review
from checkins.rules import FIRST_NUDGE_AFTER, coarse
from checkins.states import TAKES_ATTEMPTS, State
from checkins.verification.codes import Liveness

MAX_ATTEMPTS = 20


class ConsentWithdrawn(RuleError):
    """No photo of this person is taken any more, nor any part of one."""

    code = "consent_withdrawn"

    def __init__(self) -> None:
        super().__init__(
            _("You withdrew your consent, so no photo is taken. Please answer by phone.")
        )


@dataclass(frozen=True)
class NewAttempt:
    """A photo as received: already looked at by `verification.intake`, so `suffix` is true.

    `place` is latitude and longitude in degrees; it is kept only where the plan asks for one, and
    never as given.
    `challenge` is the nonce that `frames` answer; `cannot_turn` is what the person says.
    """

    photo: bytes
    suffix: str
    captured_at: datetime | None = None
    device: str = ""
    submission_key: str | None = None
    place: tuple[float, float] | None = None
    frames: tuple[NewFrame, ...] = ()
    challenge: UUID | None = None
    cannot_turn: bool = False


def receive_attempt(check_in: CheckIn, new: NewAttempt, *, now: datetime) -> Attempt:
    """Keep the photo and hand the check-in to verification (or, when late, to a person).

    The same `submission_key` gives the same attempt again. Raises `WrongState` when the check-in
    takes no photo now, `ConsentWithdrawn`, or `TooOften` past 20 attempts. The photo file is
    written before the row: a crash in between leaves a file without a row, never a row without a
    photo.
    """
    replayed = _replayed(check_in, new)
    if replayed is not None:
        return replayed
    if State(check_in.state) not in TAKES_ATTEMPTS:
        raise WrongState(closed_for_photos(check_in))
    try:
        with ExitStack() as files:
            name = files.enter_context(kept_file(Attempt(), "photo", new.photo, new.suffix))
            return _keep_attempt(check_in, new, [name, *keep_frame_files(new.frames, files)], now)
    except WrongState:
        replayed = _replayed(check_in, new)
        if replayed is None:
            raise
        return replayed  # the other of two taps was quicker


def _replayed(check_in: CheckIn, new: NewAttempt) -> Attempt | None:
    if new.submission_key is None:
        return None
    return check_in.attempts.filter(submission_key=new.submission_key).first()


def closed_for_photos(check_in: CheckIn) -> str:
    state = State(check_in.state)
    if state is State.VERIFYING:
        return _("Your last photo is still being checked. Please wait a moment.")
    if state is State.IN_REVIEW:
        if not check_in.attempts.filter(method=Method.SELFIE.value).exists():
            return _("Your office is looking into it. Call them, or wait for the answer.")
        return _("Your photo is with an officer. There is nothing more to do now.")
    return _("This check-in takes no more photos.")


def too_many_tries() -> TooOften:
    return TooOften(
        _("That was many tries. Please call your office, or answer by phone."), retry_after=3600
    )


@transaction.atomic
def _keep_attempt(check_in: CheckIn, new: NewAttempt, names: list[str], now: datetime) -> Attempt:
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if has_withdrawn(locked.participant):
        raise ConsentWithdrawn
    late = locked.state == State.MISSED.value
    place = coarse(*new.place) if new.place is not None and locked.asks_location else None
    number = (locked.attempts.aggregate(top=Max("number"))["top"] or 0) + 1
    if number > MAX_ATTEMPTS:
        raise too_many_tries()
    to = State.IN_REVIEW if late else State.VERIFYING
    move(
        locked,
        to,
        by=locked.participant.actor,
        now=now,
        reason=f"late attempt {number}" if late else f"attempt {number}",
        delivered_at=locked.delivered_at or now,
    )
    forget_request(locked, now=now)
    attempt = Attempt.objects.create(
        check_in=locked,
        number=number,
        photo=names[0],
        photo_sha256=hashlib.sha256(new.photo).hexdigest(),
        received_at=now,
        captured_at=new.captured_at,
        late=late,
        device=new.device[:120],
        latitude=None if place is None else Decimal(str(place[0])),
        longitude=None if place is None else Decimal(str(place[1])),
        submission_key=new.submission_key,
        cannot_turn=new.cannot_turn,
    )
    keep_frames(attempt, use_challenge(locked, new.challenge, now), new.frames, names[1:])
    Verification.objects.create(
        attempt=attempt,
        created_at=now,
        next_nudge_at=now + FIRST_NUDGE_AFTER,
        liveness=_liveness_before(locked).value,
    )
    if late:
        open_review(locked, now=now)
    receipt_of_attempt(attempt, method=Method.SELFIE.value, now=now)
    check_in.state = locked.state
    check_in.delivered_at = locked.delivered_at
    return attempt


def _liveness_before(check_in: CheckIn) -> Liveness:
    """Until frames are judged nothing is shown; nobody's word is taken for it."""
    no_turns = check_in.liveness == LivenessMode.NONE
    return Liveness.NOT_REQUIRED if no_turns else Liveness.NOT_SHOWN
