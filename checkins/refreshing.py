"""The photo of an accepted check-in becomes a reference photo: asked for, done, confirmed.

What a reviewer asks for is done by a sweep, once the acceptance can no longer be taken back. The
rules are `checkins.refresh_rules`.
"""

import hashlib
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.common.files import kept_file
from casework.participants.consent import has_withdrawn
from casework.staff.models import User
from checkins.models import Attempt, CheckIn, ReferencePhoto, Review
from checkins.models.plan import Method
from checkins.models.reference import ReferenceState, Source
from checkins.references import CONSENT_WITHDRAWN
from checkins.refresh_rules import Candidate, Refusal, why_not
from checkins.reviews.claims import MAY_CONFIRM
from checkins.reviews.rules import UNDO_FOR
from checkins.rules import FIRST_NUDGE_AFTER
from checkins.states import State

log = structlog.get_logger(__name__)

MAY_ADD = "checkins.add_referencephoto"
BATCH = 100
_WISHED = Review.Refresh.WISHED


class _Overtaken(Exception):
    """Another sweep, or a change of mind, was quicker."""


def candidate_of(
    attempt: Attempt | None, anchors: int, *, consent_withdrawn: bool = False
) -> Candidate:
    """What the rules need to know of a check-in's newest attempt."""
    verification = getattr(attempt, "verification", None)
    return Candidate(
        by_phone=attempt is None or attempt.method == Method.PHONE,
        has_photo=attempt is not None and bool(attempt.photo),
        result="" if verification is None else verification.result,
        liveness="" if verification is None else verification.liveness,
        anchors=anchors,
        consent_withdrawn=consent_withdrawn,
    )


def newest_attempt(check_in: CheckIn) -> Attempt | None:
    rows = Attempt.objects.filter(check_in=check_in).select_related("verification")
    found: Attempt | None = rows.order_by("-number").first()
    return found


def wish(check_in: CheckIn, *, by: User) -> None:
    """Note down that the photo just accepted shall join the reference photos, after the minute.

    In the transaction that accepts it; raises `RuleError` where the photo may not.
    """
    if not by.has_perm(MAY_ADD):
        raise NotPermitted(_("Your role does not add reference photos."))
    refusal = _refusal(check_in, newest_attempt(check_in))
    if refusal is not None:
        raise RuleError(words_of(refusal), field="add_to_references")
    Review.objects.filter(check_in=check_in).update(refresh=_WISHED)


def words_of(refusal: Refusal) -> str:
    return {
        Refusal.CALL: "Only a photo can become a reference photo, not a call.",
        Refusal.NO_PHOTO: "There is no photo any more.",
        Refusal.NOT_DOUBTED: "Only a usable photo that the computer doubted can be added.",
        Refusal.TURNS_FAILED: "The turns of the head were not shown: it cannot be added.",
        Refusal.NO_ANCHOR: "There is no usable enrolment photo yet: take some in person first.",
        Refusal.CONSENT_WITHDRAWN: CONSENT_WITHDRAWN,
        Refusal.FULL: "There are ten enrolment photos already: no photo need be added.",
    }[refusal]


def fulfil_wishes(now: datetime) -> list[int]:
    """What is asked for and due, done; the participants (primary keys) with a new photo.

    Any number of sweeps may do it at once.
    """
    due = Review.objects.filter(refresh=_WISHED, decided_at__lte=now - UNDO_FOR)
    keys = due.order_by("decided_at").values_list("pk", flat=True)[:BATCH]
    done = (_fulfil(pk, now) for pk in list(keys))
    return sorted({person for person in done if person is not None})


def _fulfil(review_pk: int, now: datetime) -> int | None:
    """The photo is read with nothing locked; then one short conditional write."""
    review = Review.objects.select_related("check_in__participant", "decided_by").get(pk=review_pk)
    attempt = newest_attempt(review.check_in)
    photo = _read(review.check_in, attempt)
    if photo is None or attempt is None:
        dropped = Review.objects.filter(pk=review_pk, refresh=_WISHED)
        dropped.update(refresh=Review.Refresh.DROPPED)
        return None
    try:
        with kept_file(ReferencePhoto(), "photo", photo, "") as name, transaction.atomic():
            _keep(review, attempt, name, hashlib.sha256(photo).hexdigest(), now)
    except _Overtaken:
        return None
    return int(review.check_in.participant_id)


def _read(check_in: CheckIn, attempt: Attempt | None) -> bytes | None:
    """The photo, if it may still be added."""
    if check_in.state != State.ACCEPTED.value or attempt is None:
        return None
    if _refusal(check_in, attempt) is not None:
        return None
    try:
        with attempt.photo.open("rb") as file:
            photo: bytes = file.read()
    except FileNotFoundError:
        log.exception("photo of an accepted check-in is gone", attempt=str(attempt.public_id))
        return None
    digest = hashlib.sha256(photo).hexdigest()
    there = ReferencePhoto.objects.current().filter(
        participant=check_in.participant_id, photo_sha256=digest
    )
    return None if there.exists() else photo


def _refusal(check_in: CheckIn, attempt: Attempt | None) -> Refusal | None:
    usable = ReferencePhoto.objects.filter(participant=check_in.participant_id).usable()
    withdrawn = has_withdrawn(check_in.participant)
    anchors = usable.enrolled().count()
    return why_not(candidate_of(attempt, anchors, consent_withdrawn=withdrawn))


def _keep(review: Review, attempt: Attempt, name: str, digest: str, now: datetime) -> None:
    mine = Review.objects.filter(
        pk=review.pk, refresh=_WISHED, verdict=Review.Verdict.ACCEPTED, decided_at=review.decided_at
    )
    if review.decided_by is None or not mine.update(refresh=Review.Refresh.DONE):
        raise _Overtaken
    kept = ReferencePhoto.objects.create(
        participant=review.check_in.participant,
        photo=name,
        photo_sha256=digest,
        added_at=now,
        next_nudge_at=now + FIRST_NUDGE_AFTER,
        added_by=review.decided_by,
        source=Source.CHECK_IN,
        taken_from=attempt,
    )
    _note("added a reference photo", kept, review.decided_by, now)


@transaction.atomic
def confirm(photo: ReferencePhoto, *, by: User, reason: str, now: datetime) -> ReferencePhoto:
    """A second person vouches for a photo that is unlike the enrolment photos: it may be used.

    Raises `WrongState` where it does not wait for that (any more).
    """
    if not by.has_perm(MAY_CONFIRM):
        raise NotPermitted(_("A supervisor confirms this photo."))
    if not reason.strip():
        raise RuleError(_("Please give a reason."), field="reason")
    rows = ReferencePhoto.objects.select_for_update(of=("self",))
    locked: ReferencePhoto = rows.get(pk=photo.pk)
    if locked.state != ReferenceState.UNLIKE or locked.retired_at is not None:
        raise WrongState(_("This photo does not wait for anybody to confirm it."))
    if locked.added_by_id == by.pk:
        raise WrongState(_("You added this photo yourself: another person must confirm it."))
    if has_withdrawn(locked.participant):
        raise RuleError(CONSENT_WITHDRAWN)
    if not locked.participant.reference_photos.usable().enrolled().exists():
        raise RuleError(words_of(Refusal.NO_ANCHOR))
    locked.state, locked.tries, locked.nudges = ReferenceState.WAITING, 0, 0
    locked.next_nudge_at = now + FIRST_NUDGE_AFTER
    locked.confirmed_by, locked.confirmed_at = by, now
    locked.confirmed_reason = reason.strip()
    locked.save(
        update_fields=[
            "state", "tries", "nudges", "next_nudge_at", "confirmed_by", "confirmed_at",
            "confirmed_reason",
        ]
    )  # fmt: skip
    _note("confirmed a reference photo", locked, by, now)
    return locked


def _note(act: str, photo: ReferencePhoto, by: User, now: datetime) -> None:
    source = photo.taken_from.check_in.public_id if photo.taken_from else None
    record(
        act,
        ("reference photo", photo.public_id),
        by=by.actor,
        now=now,
        participant=photo.participant.public_id,
        facts={"check_in": str(source)},
    )
