"""Comparing one attempt with the person's templates: read, work without a transaction, write once.

Run by a worker. A failure of ours never counts against the person: after three tries a person
looks at the photo.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db.models import F

from casework.common import clock
from checkins.lifecycle import Finding, record_verification
from checkins.models import Attempt, Verification
from checkins.references import prepare_templates, templates_of
from checkins.rules import MOST_TRIES
from checkins.verification.codes import Liveness, Reason, Result
from checkins.verification.decision import STARTING_THRESHOLDS, Thresholds, decide

if TYPE_CHECKING:  # the web process must not load the face library
    from checkins.verification.engine import Engine

log = structlog.get_logger(__name__)


def verify_attempt(attempt_pk: int, engine: "Engine") -> bool:
    """Verify once, however often it is nudged; True if this call settled it.

    The try is counted before the work, so a photo that kills its worker ends up with a person.
    Raises whatever the engine raises while tries are left (the sweep comes back to it).
    """
    now = clock.now()
    attempt = Attempt.objects.select_related(
        "verification", "check_in", "check_in__participant"
    ).get(pk=attempt_pk)
    if attempt.verification.finished_at is not None:
        return False
    counted = Verification.objects.filter(attempt=attempt, finished_at__isnull=True).update(
        tries=F("tries") + 1, tried_at=now
    )
    if not counted:
        return False
    if attempt.verification.tries >= MOST_TRIES:
        log.error("verification kept failing", attempt=str(attempt.public_id))
        found = Finding(Result.ERROR, (Reason.ENGINE_FAILED,))
    else:
        found = compare(attempt, engine, now=now)
    settled = record_verification(attempt, found, now=clock.now())
    log.info("verified", attempt=str(attempt.public_id), result=found.result, settled=settled)
    return settled


def compare(attempt: Attempt, engine: "Engine", *, now: datetime) -> Finding:
    """What the engine says of the attempt's photo against the person's templates."""
    participant = attempt.check_in.participant
    prepare_templates(participant, engine, now=now)
    with attempt.photo.open("rb") as file:
        analysis = engine.analyse(file.read())
    thresholds = STARTING_THRESHOLDS[engine.weights_name]
    decision = decide(
        analysis,
        templates_of(participant, engine),
        thresholds,
        Liveness(attempt.verification.liveness),
    )
    return Finding(
        result=decision.result,
        reasons=decision.reasons,
        distance=decision.distance,
        similarity=decision.similarity,
        weights_name=engine.weights_name,
        weights_version=engine.weights_version,
        thresholds=_as_facts(thresholds),
        measures=dict(analysis.measures),
        timings_ms=dict(analysis.timings_ms),
    )


def _as_facts(thresholds: Thresholds) -> dict[str, object]:
    return {name: getattr(thresholds, name) for name in thresholds.__dataclass_fields__}
