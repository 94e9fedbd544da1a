"""Advice for the reviewer: the photo is almost the same picture as an earlier one of this person.

Read when a person looks, never by what decides (`checkins.repeat_rules`). Photos within one
check-in are not compared: whoever is asked again may send much the same a minute later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from checkins.models import Attempt, ReferencePhoto
from checkins.models.plan import Method
from checkins.repeat_rules import Likeness, Marks, likeness

MOST_COMPARED: Final = 500
"""Attempts, the newest: a year and more of daily check-ins."""

_Dated = tuple[datetime, Attempt | ReferencePhoto]


@dataclass(frozen=True)
class Repeat:
    """The oldest photo of which this one seems to be a copy: an attempt's or a reference photo.

    `more` is how many other photos before are copies of it, too.
    """

    likeness: Likeness
    at: datetime
    earlier: Attempt | ReferencePhoto
    more: int

    @property
    def attempt(self) -> Attempt | None:
        return self.earlier if isinstance(self.earlier, Attempt) else None

    @property
    def reference(self) -> ReferencePhoto | None:
        return self.earlier if isinstance(self.earlier, ReferencePhoto) else None

    @property
    def text(self) -> str:
        """For staff, who read English."""
        kind = "reference photo" if self.reference else "photo"
        which = f"the {kind} of {timezone.localtime(self.at):%-d %b %Y}"
        if self.likeness is Likeness.SAME_FILE:
            said = f"This is the very same file as {which}. A new photo never is."
        else:
            said = (
                f"This photo is almost the same picture as {which}. "
                "A new photo of the same face differs more."
            )
        return f"{said} {_others(self.more)}".strip()


def repeat_of(attempt: Attempt) -> Repeat | None:
    """What the photo of `attempt` repeats, in two queries; None for a new photo, or a call."""
    person = attempt.check_in.participant_id
    sent = Attempt.objects.filter(
        check_in__participant=person, received_at__lt=attempt.received_at
    ).select_related("verification", "check_in")
    taken = ReferencePhoto.objects.filter(participant=person).select_related("taken_from")
    return repeat_among(attempt, sent.order_by("-received_at")[:MOST_COMPARED], taken)


def repeat_among(
    attempt: Attempt, sent: Iterable[Attempt], taken: Iterable[ReferencePhoto]
) -> Repeat | None:
    """The same, among rows of the same person that were read already, whichever they are."""
    if attempt.method != Method.SELFIE.value:
        return None
    mine = _marks(attempt)
    copies = [
        (like, at, earlier)
        for at, earlier in [*_sent_before(attempt, sent), *_taken_before(attempt, taken)]
        if at < attempt.received_at and (like := likeness(mine, _marks(earlier))) is not None
    ]
    if not copies:
        return None
    first = min(copies, key=lambda one: (one[0] is not Likeness.SAME_FILE, one[1]))
    return Repeat(*first, more=len(copies) - 1)


def _sent_before(attempt: Attempt, sent: Iterable[Attempt]) -> Iterator[_Dated]:
    for one in sent:
        if one.check_in_id != attempt.check_in_id and one.method == Method.SELFIE.value:
            yield one.received_at, one


def _taken_before(attempt: Attempt, taken: Iterable[ReferencePhoto]) -> Iterator[_Dated]:
    """One from a check-in is a copy of an attempt, and is left out until that photo is deleted."""
    for photo in taken:
        if photo.taken_from is None or not photo.taken_from.photo:
            yield photo.added_at, photo


def _marks(photo: Attempt | ReferencePhoto) -> Marks:
    """Without fingerprints where it was never compared."""
    prints = getattr(photo, "verification", None) if isinstance(photo, Attempt) else photo
    return Marks(
        photo.photo_sha256, getattr(prints, "frame_print", ""), getattr(prints, "face_print", "")
    )


def _others(more: int) -> str:
    if not more:
        return ""
    return f"So {'is' if more == 1 else 'are'} {more} more before."
