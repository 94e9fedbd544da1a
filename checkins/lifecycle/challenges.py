"""Asking for turns of the head, and taking the frames that answer."""

import hashlib
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from casework.common.errors import TooOften, WrongState
from casework.common.files import kept_file
from checkins.models import Attempt, Challenge, CheckIn, Frame
from checkins.models.plan import LivenessMode
from checkins.states import TAKES_ATTEMPTS, State
from checkins.verification.liveness import FRAMES, draw_turns

CHALLENGE_LASTS = timedelta(minutes=3)
"""From the first prompt to the arrival of the frames: what a slow hand and a slow network need."""

MOST_CHALLENGES = 8
"""For one check-in. There are 14 sequences: whoever holds one film must not be able to wait for
its turn. After that a photo alone is taken, and a person looks."""

MOST_JUDGED = 3
"""Goes that a machine may ask for before a person looks."""


@dataclass(frozen=True)
class NewFrame:
    """One picture of the burst; `at_ms` after the photo, as the phone tells."""

    photo: bytes
    suffix: str
    at_ms: int | None = None


@transaction.atomic
def make_challenge(check_in: CheckIn, *, now: datetime) -> Challenge:
    """A new random sequence; an unused one made before it is void.

    Raises `WrongState` when the check-in takes no photo or asks for no turns, `TooOften` past 8.
    """
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if State(locked.state) not in TAKES_ATTEMPTS:
        raise WrongState(_("This check-in takes no more photos."))
    if locked.liveness == LivenessMode.NONE:
        raise WrongState(_("This check-in needs no turns of the head: one photo is enough."))
    if locked.challenges.count() >= MOST_CHALLENGES:
        raise TooOften(
            _("That was many tries. Send one photo; an officer will look at it."), retry_after=3600
        )
    locked.challenges.filter(used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    turns = draw_turns(secrets.randbelow, FRAMES)
    return Challenge.objects.create(
        check_in=locked,
        turns=[turn.value for turn in turns],
        made_at=now,
        expires_at=now + CHALLENGE_LASTS,
    )


def keep_frame_files(frames: tuple[NewFrame, ...], files: ExitStack) -> list[str]:
    """Store the frames' files until `files` ends badly; their names."""
    return [
        files.enter_context(kept_file(Frame(), "photo", frame.photo, frame.suffix))
        for frame in frames
    ]


def use_challenge(check_in: CheckIn, nonce: UUID | None, now: datetime) -> Challenge | None:
    """Claim the challenge for the one attempt it is good for; None if it is not (any more)."""
    if nonce is None:
        return None
    mine = Challenge.objects.filter(check_in=check_in, public_id=nonce, used_at__isnull=True)
    used = mine.filter(made_at__lte=now, expires_at__gt=now).update(used_at=now)
    return Challenge.objects.get(public_id=nonce) if used else None


def keep_frames(
    attempt: Attempt,
    challenge: Challenge | None,
    frames: tuple[NewFrame, ...],
    names: list[str],
) -> None:
    """Rows for files already stored. Without a valid challenge they only inform the reviewer."""
    asked = list(challenge.turns) if challenge is not None else []
    if challenge is not None:
        Challenge.objects.filter(pk=challenge.pk).update(attempt=attempt)
    Frame.objects.bulk_create(
        Frame(
            attempt=attempt,
            number=number,
            asked=asked[number - 1] if number <= len(asked) else "ahead",
            at_ms=frame.at_ms,
            photo=name,
            photo_sha256=hashlib.sha256(frame.photo).hexdigest(),
        )
        for number, (frame, name) in enumerate(zip(frames, names, strict=True), 1)
    )
