"""Comparing one attempt with the person's templates: read, work without a transaction, write once.

Run by a worker. A failure of ours never counts against the person: after three tries a person
looks at the photo.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db.models import F

from casework.common import clock
from casework.participants.consent import has_withdrawn
from checkins.calibrations import thresholds_for
from checkins.lifecycle import MOST_JUDGED, Finding, record_verification
from checkins.models import Attempt, Challenge, Frame, Verification
from checkins.references import prepare_templates, templates_of
from checkins.rules import MOST_TRIES
from checkins.verification.codes import Liveness, Reason, Result
from checkins.verification.decision import Thresholds, decide, with_turns
from checkins.verification.engine import Glance
from checkins.verification.liveness import TURN_LIMITS, Shown, Turn, judge

if TYPE_CHECKING:  # the web process must not load the face library
    from checkins.verification.engine import Analysis, Engine

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
    elif has_withdrawn(attempt.check_in.participant):
        found = Finding(Result.INCONCLUSIVE, (Reason.CONSENT_WITHDRAWN,))
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
    thresholds = thresholds_for(engine.weights_name, engine.weights_version, now=now)
    shown = look_at_turns(attempt, analysis, engine)
    decision = decide(analysis, templates_of(participant, engine), thresholds, shown.liveness)
    decision = with_turns(decision, shown, may_ask_again=_may_ask_again(attempt))
    return Finding(
        result=decision.result,
        reasons=decision.reasons,
        liveness=shown.liveness,
        frames=shown.frames,
        distance=decision.distance,
        similarity=decision.similarity,
        weights_name=engine.weights_name,
        weights_version=engine.weights_version,
        thresholds=_as_facts(thresholds),
        measures=dict(analysis.measures),
        timings_ms=dict(analysis.timings_ms),
        prints=analysis.prints,
    )


def look_at_turns(attempt: Attempt, analysis: "Analysis", engine: "Engine") -> Shown:
    """Whether the frames that came with the photo show the turns that were asked for."""
    before = Liveness(attempt.verification.liveness)
    if before is Liveness.NOT_REQUIRED:
        return Shown(before)
    if attempt.cannot_turn:
        return Shown(before, (Reason.CANNOT_TURN_HEAD,))
    challenge = Challenge.objects.filter(attempt=attempt).first()
    if challenge is None or analysis.embedding is None:
        return Shown(before)
    frames = list(attempt.frames.all())
    return judge(
        [Turn(turn) for turn in challenge.turns],
        Glance(
            analysis.measures.get("turn", 0.0),
            analysis.measures.get("roll", 0.0),
            analysis.embedding,
        ),
        [_glance(frame, engine) for frame in frames],
        [frame.at_ms for frame in frames if frame.at_ms is not None],
        TURN_LIMITS[engine.weights_name],
    )


def _glance(frame: Frame, engine: "Engine") -> Glance:
    with frame.photo.open("rb") as file:
        return engine.glance(file.read())


def _may_ask_again(attempt: Attempt) -> bool:
    judged = Challenge.objects.filter(check_in=attempt.check_in_id, attempt__isnull=False)
    return judged.count() < MOST_JUDGED


def _as_facts(thresholds: Thresholds) -> dict[str, object]:
    return {name: getattr(thresholds, name) for name in thresholds.__dataclass_fields__}
