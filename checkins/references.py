"""Reference photos: added by staff, turned into encrypted templates by a worker, aged out."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from casework.audit.services import record
from casework.common.actors import SYSTEM
from casework.common.errors import RuleError
from casework.common.files import kept_file
from casework.common.sealing import seal, unseal
from casework.participants.consent import has_withdrawn
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.calibrations import thresholds_for
from checkins.models import ReferencePhoto, Template
from checkins.models.reference import ReferenceState
from checkins.querysets import ReferencePhotoQuerySet
from checkins.refresh_rules import MOST_PHOTOS, Kept, aged_out, stands_beside
from checkins.rules import FIRST_NUDGE_AFTER, MOST_TRIES
from checkins.verification.codes import Reason
from checkins.verification.decision import combine, distance
from checkins.verification.engine import EngineFailed

if TYPE_CHECKING:  # the web process must not load the face library
    from checkins.verification.engine import Engine

log = structlog.get_logger(__name__)

CONSENT_WITHDRAWN = (
    "Consent has been withdrawn: no photo is added or compared until it is given again."
)
AGED_OUT = "newer photos have taken its place"
Vector = NDArray[np.float32]


def add_reference_photo(
    participant: Participant, photo: bytes, suffix: str, *, by: User, now: datetime
) -> ReferencePhoto:
    """Keep a photo, already looked at by `verification.intake`, for a worker to check.

    The very same photo again gives the one that is there. Raises `RuleError` once consent is
    withdrawn, and past 10 photos made in person; photos from check-ins give way to them.
    """
    if has_withdrawn(participant):
        raise RuleError(CONSENT_WITHDRAWN, code="consent_withdrawn")
    digest = hashlib.sha256(photo).hexdigest()
    there = participant.reference_photos.current().filter(photo_sha256=digest)
    same: ReferencePhoto | None = there.first()
    if same is not None:
        return same
    if participant.reference_photos.current().enrolled().count() >= MOST_PHOTOS:
        raise RuleError(_("There are already ten reference photos. Retire one first."))
    try:
        with kept_file(ReferencePhoto(), "photo", photo, suffix) as name, transaction.atomic():
            kept = ReferencePhoto.objects.create(
                participant=participant,
                photo=name,
                photo_sha256=digest,
                added_at=now,
                next_nudge_at=now + FIRST_NUDGE_AFTER,
                added_by=by,
            )
            record(
                "added a reference photo",
                ("reference photo", kept.public_id),
                by=by.actor,
                now=now,
                participant=participant.public_id,
            )
    except IntegrityError as error:
        if "reference_same_photo_once" not in str(error):
            raise
        kept = there.get()  # the other of two taps was quicker
    return kept


@transaction.atomic
def retire_reference_photo(
    photo: ReferencePhoto, *, by: User, now: datetime, reason: str = ""
) -> None:
    """Take a photo out of use; its templates are deleted at once.

    One that came from a check-in needs a reason. Without enough enrolment photos beside them,
    others from check-ins go with it.
    """
    reason = reason.strip()
    if photo.is_refreshed and not reason:
        raise RuleError(_("Please give a reason."), field="reason")
    if _retire(photo, by, now, reason):
        age_out(photo.participant, now)


def age_out(participant: Participant, now: datetime) -> None:
    """Photos from check-ins that are too many for the set give way, the oldest first."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    usable = {photo.pk: photo for photo in participant.reference_photos.usable()}
    kept = [Kept(one.pk, one.added_at, not one.is_refreshed) for one in usable.values()]
    for pk in aged_out(kept):
        _retire(usable[pk], None, now, AGED_OUT)


def _retire(photo: ReferencePhoto, by: User | None, now: datetime, reason: str) -> bool:
    """False when it was out of use already."""
    retired = ReferencePhoto.objects.filter(pk=photo.pk, retired_at__isnull=True).update(
        retired_at=now, retired_by=by, retired_reason=reason
    )
    if not retired:
        return False
    Template.objects.filter(reference_photo=photo).delete()
    record(
        "retired a reference photo",
        ("reference photo", photo.public_id),
        by=by.actor if by is not None else SYSTEM,
        now=now,
        participant=photo.participant.public_id,
    )
    return True


def prepare_templates(participant: Participant, engine: "Engine", *, now: datetime) -> int:
    """Make the templates that are missing under the engine's weight set; how many were made.

    No transaction is open while the engine works; each result is one short conditional write.
    A photo that is lost, or that the engine fails on, keeps nobody from being compared with the
    others: only where there are none does its failure go on to the caller.
    """
    missing = participant.reference_photos.without_template(
        engine.weights_name, engine.weights_version
    )
    made, failure = 0, None
    for photo in missing:
        try:
            made += prepare_template(photo, engine, now)
        except (EngineFailed, OSError) as error:
            log.exception("reference photo left out", reference_photo=str(photo.public_id))
            failure = error
    if (
        failure is not None
        and not _rows_under(participant.reference_photos.usable(), engine).exists()
    ):
        raise failure
    return made


def prepare_template(photo: ReferencePhoto, engine: "Engine", now: datetime) -> bool:
    """Make the template of one photo; False when the photo is not usable. Counts the try first."""
    tries = photo.tries + 1
    ReferencePhoto.objects.filter(pk=photo.pk).update(tries=tries)
    if tries > MOST_TRIES and photo.state == ReferenceState.WAITING:
        log.error("reference photo kept failing", reference_photo=str(photo.public_id))
        _refuse(photo, (Reason.ENGINE_FAILED,))
        return False
    with photo.photo.open("rb") as file:
        analysis = engine.analyse(file.read())
    ReferencePhoto.objects.filter(pk=photo.pk).update(
        frame_print=analysis.prints.frame, face_print=analysis.prints.face
    )
    if analysis.embedding is None:
        _refuse(photo, analysis.reasons)
        return False
    if unlike := _unlike_enrolment(photo, analysis.embedding, engine, now):
        _refuse(photo, (unlike,), ReferenceState.UNLIKE)
        return False
    with transaction.atomic():
        Template.objects.get_or_create(
            reference_photo=photo,
            weights_name=engine.weights_name,
            weights_version=engine.weights_version,
            defaults={"sealed": seal(_to_bytes(analysis.embedding)), "made_at": now},
        )
        ReferencePhoto.objects.filter(pk=photo.pk, retired_at__isnull=True).update(
            state=ReferenceState.USABLE, reasons=[], tries=0
        )
        age_out(photo.participant, now)
    return True


def _unlike_enrolment(
    photo: ReferencePhoto, embedding: Vector, engine: "Engine", now: datetime
) -> Reason | None:
    """Why a photo from a check-in must be confirmed by a second person; None: it need not be."""
    if not photo.is_refreshed or photo.confirmed_at or photo.state == ReferenceState.USABLE:
        return None
    anchors = _templates(photo.participant.reference_photos.usable().enrolled(), engine)
    if not anchors:
        return Reason.NO_REFERENCE_PHOTO
    limits = thresholds_for(engine.weights_name, engine.weights_version, now=now)
    apart = distance(embedding, combine(anchors))
    if stands_beside(apart, limits.match_at(len(anchors))):
        return None
    return Reason.DOES_NOT_MATCH if apart > limits.review_to else Reason.CLOSE_CALL


def _refuse(
    photo: ReferencePhoto,
    reasons: Sequence[Reason],
    state: ReferenceState = ReferenceState.REFUSED,
) -> None:
    """Only an unchecked photo can be refused; one that was usable before stays in the file."""
    why = [reason.value for reason in reasons]
    rows = ReferencePhoto.objects.filter(pk=photo.pk)
    if not rows.filter(state=ReferenceState.WAITING).update(state=state, reasons=why):
        say_why(photo, reasons)


def say_why(photo: ReferencePhoto, reasons: Sequence[Reason]) -> None:
    """Why a new weight set cannot use a photo that an older one could."""
    usable = ReferencePhoto.objects.usable().filter(pk=photo.pk, templates__isnull=False)
    usable.update(reasons=[reason.value for reason in reasons])


def templates_of(participant: Participant, engine: "Engine") -> list[Vector]:
    """The decrypted templates of the usable photos under the engine's weight set."""
    return _templates(participant.reference_photos.usable(), engine)


def _templates(photos: ReferencePhotoQuerySet, engine: "Engine") -> list[Vector]:
    rows = _rows_under(photos, engine).order_by("reference_photo_id")
    return [_from_bytes(unseal(bytes(row.sealed))) for row in rows]


def _rows_under(photos: ReferencePhotoQuerySet, engine: "Engine") -> QuerySet[Template]:
    return Template.objects.filter(
        reference_photo__in=photos,
        weights_name=engine.weights_name,
        weights_version=engine.weights_version,
    )


def _to_bytes(vector: Vector) -> bytes:
    return vector.astype("<f4").tobytes()


def _from_bytes(plain: bytes) -> Vector:
    return np.frombuffer(plain, dtype="<f4").astype(np.float32)
