"""Templates that a new weight set or a new key has left behind: found in batches, made anew.

Any number of workers may do it at once, and any batch may be cut short: what is left is found
again. A check-in never waits for it: `checkins.verify` makes what it needs itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from casework.common.sealing import SealBroken, is_newest, reseal
from checkins.models import ReferencePhoto, Template
from checkins.references import prepare_template, say_why
from checkins.rules import MOST_TRIES
from checkins.sweeps import claim
from checkins.verification.codes import Reason
from checkins.verification.engine import EngineFailed

if TYPE_CHECKING:  # the web process must not load the face library
    from checkins.verification.engine import Engine

log = structlog.get_logger(__name__)

PHOTOS_AT_ONCE = 100
"""About ten seconds of a worker that check-ins wait for too."""
TEMPLATES_AT_ONCE = 500


@dataclass(frozen=True)
class Progress:
    """How many usable photos there are, and how many have a template under one weight set.

    `given_up`: not usable under this set after several tries; they stay in the file.
    """

    photos: int
    ready: int
    given_up: int


@dataclass(frozen=True)
class Resealed:
    """`lost`: opened by none of the keys, and deleted, so that they are made from the photo."""

    resealed: int
    lost: int


def enrol_again(engine: "Engine", *, now: datetime) -> int:
    """One batch of usable photos without a template under the engine's set; how many were made."""
    missing = (
        ReferencePhoto.objects.usable()
        .with_consent()
        .without_template(engine.weights_name, engine.weights_version)
    )
    return sum(
        _enrol(photo, engine, now)
        for photo in claim(missing.filter(tries__lt=MOST_TRIES), now, PHOTOS_AT_ONCE)
    )


def _enrol(photo: ReferencePhoto, engine: "Engine", now: datetime) -> bool:
    try:
        return prepare_template(photo, engine, now)
    except (EngineFailed, OSError) as error:  # the next photo is not to blame
        lost = Reason.UNREADABLE if isinstance(error, OSError) else Reason.ENGINE_FAILED
        say_why(photo, (lost,))
        log.exception("reference photo could not be enrolled", reference_photo=str(photo.public_id))
        return False


def progress(weights_name: str, weights_version: str) -> Progress:
    """How far the photos are under this weight set, of whom it may be made."""
    usable = ReferencePhoto.objects.usable().with_consent()
    missing = usable.without_template(weights_name, weights_version)
    photos = usable.count()
    return Progress(photos, photos - missing.count(), missing.filter(tries__gte=MOST_TRIES).count())


def reseal_templates() -> Resealed:
    """Bring every template under the newest of `TEMPLATE_KEYS`; again changes nothing."""
    resealed = lost = 0
    after = 0
    while rows := list(Template.objects.filter(pk__gt=after).order_by("pk")[:TEMPLATES_AT_ONCE]):
        after = rows[-1].pk
        for row in rows:
            if not is_newest(bytes(row.sealed)):
                kept = _reseal(row)
                resealed += kept
                lost += not kept
    return Resealed(resealed, lost)


@transaction.atomic
def _reseal(row: Template) -> bool:
    """One short conditional write; False when no key opens it."""
    found = Template.objects.filter(pk=row.pk, sealed=row.sealed)
    try:
        found.update(sealed=reseal(bytes(row.sealed)))
    except SealBroken:
        log.error("template lost its key", reference_photo=str(row.reference_photo.public_id))  # noqa: TRY400
        found.delete()
        return False
    return True
