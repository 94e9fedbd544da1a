"""Reference photos: added by staff, turned into encrypted templates by a worker."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from casework.audit.services import record
from casework.common.errors import RuleError
from casework.common.files import kept_file
from casework.common.sealing import seal, unseal
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import ReferencePhoto, Template
from checkins.models.reference import ReferenceState
from checkins.rules import FIRST_NUDGE_AFTER, MOST_TRIES
from checkins.verification.codes import Reason

if TYPE_CHECKING:  # the web process must not load the face library
    from checkins.verification.engine import Engine

log = structlog.get_logger(__name__)

MOST_PHOTOS = 10
Vector = NDArray[np.float32]


def add_reference_photo(
    participant: Participant, photo: bytes, suffix: str, *, by: User, now: datetime
) -> ReferencePhoto:
    """Keep a photo, already looked at by `verification.intake`, for a worker to check.

    The very same photo again gives the one that is there. Raises `RuleError` past 10 photos.
    """
    digest = hashlib.sha256(photo).hexdigest()
    there = participant.reference_photos.current().filter(photo_sha256=digest)
    same: ReferencePhoto | None = there.first()
    if same is not None:
        return same
    if participant.reference_photos.current().count() >= MOST_PHOTOS:
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


def retire_reference_photo(photo: ReferencePhoto, *, by: User, now: datetime) -> None:
    """Take a photo out of use; its templates are deleted at once."""
    with transaction.atomic():
        retired = ReferencePhoto.objects.filter(pk=photo.pk, retired_at__isnull=True).update(
            retired_at=now
        )
        if not retired:
            return
        Template.objects.filter(reference_photo=photo).delete()
        record(
            "retired a reference photo",
            ("reference photo", photo.public_id),
            by=by.actor,
            now=now,
            participant=photo.participant.public_id,
        )


def prepare_templates(participant: Participant, engine: "Engine", *, now: datetime) -> int:
    """Make the templates that are missing under the engine's weight set; how many were made.

    No transaction is open while the engine works; each result is one short conditional write.
    """
    missing = participant.reference_photos.without_template(
        engine.weights_name, engine.weights_version
    )
    return sum(prepare_template(photo, engine, now) for photo in missing)


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
    if analysis.embedding is None:
        _refuse(photo, analysis.reasons)
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
    return True


def _refuse(photo: ReferencePhoto, reasons: Sequence[Reason]) -> None:
    """Only an unchecked photo can be refused; one that was usable before stays in the file."""
    ReferencePhoto.objects.filter(pk=photo.pk, state=ReferenceState.WAITING).update(
        state=ReferenceState.REFUSED, reasons=[reason.value for reason in reasons]
    )


def templates_of(participant: Participant, engine: "Engine") -> list[Vector]:
    """The decrypted templates of the usable photos under the engine's weight set."""
    rows = Template.objects.filter(
        reference_photo__in=participant.reference_photos.usable(),
        weights_name=engine.weights_name,
        weights_version=engine.weights_version,
    ).order_by("reference_photo_id")
    return [_from_bytes(unseal(bytes(row.sealed))) for row in rows]


def _to_bytes(vector: Vector) -> bytes:
    return vector.astype("<f4").tobytes()


def _from_bytes(plain: bytes) -> Vector:
    return np.frombuffer(plain, dtype="<f4").astype(np.float32)
