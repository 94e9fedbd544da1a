"""Where a finding of the machine leads, and what becomes of a check-in at its deadline."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from casework.audit.services import record
from casework.common.actors import SYSTEM
from casework.findings.services import excuse as take_back_findings
from casework.staff.models import User
from checkins.lifecycle import windows
from checkins.lifecycle.attempts import MAX_ATTEMPTS
from checkins.lifecycle.moves import move, require_reason
from checkins.models import Attempt, CheckIn, Frame, Verification
from checkins.notices.written import WAITED_ON_PAGE, tell_result
from checkins.reviews.ranking import open_review, rank
from checkins.rules import MOST_FOR_ONE_REASON
from checkins.states import State, after_verification
from checkins.verification.codes import Liveness, Reason, Result
from checkins.verification.engine import Prints
from checkins.verification.liveness import FrameFound

NOT_REACHED = "deadline passed: the request did not reach the person"
REACHED_TOO_LATE = "deadline passed: the request reached the person too late to be answered"
TRIED_IN_VAIN = "deadline passed: the files that came could be no photos, a person looks"
NOT_MADE_GOOD = "deadline passed: a fault of ours took time that could not be made good"
UNUSABLE = frozenset({Result.NO_FACE, Result.SEVERAL_FACES, Result.POOR_PHOTO})


@dataclass(frozen=True)
class Finding:
    """What verification says of one attempt, ready to be stored."""

    result: Result
    reasons: tuple[Reason, ...]
    distance: float | None = None
    similarity: float | None = None
    weights_name: str = ""
    weights_version: str = ""
    thresholds: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    liveness: Liveness | None = None  # None: as it was before
    frames: tuple[FrameFound, ...] = ()
    prints: Prints = field(default_factory=Prints)  # kept for the reviewer; decides nothing


@transaction.atomic
def record_verification(attempt: Attempt, found: Finding, *, now: datetime) -> bool:
    """Store the finding and move the check-in. Of several workers the first wins (True)."""
    check_in = CheckIn.objects.select_for_update().get(pk=attempt.check_in_id)
    finished = Verification.objects.filter(attempt=attempt, finished_at__isnull=True).update(
        finished_at=now,
        result=found.result.value,
        reasons=[reason.value for reason in found.reasons],
        distance=found.distance,
        similarity=found.similarity,
        weights_name=found.weights_name,
        weights_version=found.weights_version,
        thresholds=found.thresholds,
        measures=found.measures,
        timings_ms=found.timings_ms,
        frame_print=found.prints.frame,
        face_print=found.prints.face,
        liveness=_liveness(attempt, found).value,
    )
    if not finished:
        return False
    _note_frames(attempt, found)
    if check_in.state != State.VERIFYING.value:
        rank(check_in)  # a late attempt: its scores inform the reviewer and move nothing
        return True
    _follow(check_in, attempt, found, now)
    return True


def _liveness(attempt: Attempt, found: Finding) -> Liveness:
    """As found; that a plan needs none is said when the photo comes, by the plan alone."""
    before = Liveness(Verification.objects.values_list("liveness", flat=True).get(attempt=attempt))
    if Liveness.NOT_REQUIRED in {before, found.liveness} or found.liveness is None:
        return before
    return found.liveness


def _note_frames(attempt: Attempt, found: Finding) -> None:
    for number, frame in enumerate(found.frames, 1):
        Frame.objects.filter(attempt=attempt, number=number).update(
            turn=frame.turn, distance=frame.distance, reason=frame.reason or ""
        )


def _follow(check_in: CheckIn, attempt: Attempt, found: Finding, now: datetime) -> None:
    """Move a verifying check-in to where this finding leads."""
    verification = Verification.objects.get(attempt=attempt)
    live = Liveness(verification.liveness) in {Liveness.PASSED, Liveness.NOT_REQUIRED}
    to = after_verification(
        result=found.result.value,
        accepts=found.result is Result.MATCH and live,
        unusable=found.result in UNUSABLE,
        time_left=now < windows.window_now(check_in, now).deadline_at,
        tries_left=_may_ask_again(attempt, verification),
    )
    reason = ", ".join([found.result.value, *(r.value for r in found.reasons)])
    facts = {"decided_at": now} if to is State.ACCEPTED else {}
    move(check_in, to, by=SYSTEM, now=now, reason=reason, **facts)
    if to is State.IN_REVIEW:
        open_review(check_in, now=now)
    elif now - attempt.received_at > WAITED_ON_PAGE:
        tell_result(check_in, now=now)


def _may_ask_again(attempt: Attempt, verification: Verification) -> bool:
    """Not for one reason over and over, and not where no more photos are taken."""
    if attempt.number >= MAX_ATTEMPTS:
        return False
    same = Verification.objects.filter(
        attempt__check_in=attempt.check_in_id,
        result=verification.result,
        reasons__0=verification.reasons[0] if verification.reasons else None,
    )
    return same.count() < MOST_FOR_ONE_REASON


@transaction.atomic
def excuse(check_in: CheckIn, *, by: User, reason: str, now: datetime) -> None:
    """A missed check-in that does not count, for a reason an officer gives."""
    require_reason(reason)
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    move(locked, State.EXCUSED, by=by.actor, now=now, reason=reason.strip(), decided_at=now)
    tell_result(locked, now=now)
    take_back_findings("check_in", locked.public_id, by=by.actor, now=now, reason=reason.strip())
    record(
        "excused a check-in",
        ("check-in", locked.public_id),
        by=by.actor,
        now=now,
        participant=locked.participant.public_id,
    )
    check_in.state = locked.state


@transaction.atomic
def close_overdue(check_in: CheckIn, *, now: datetime) -> State | None:
    """Past its deadline: `missed` if the person had it before them, else `lapsed`.

    Whoever tried over and over with files that could be no photos is not missed: a person looks.
    Dated at the deadline, which our faults move first. Returns None if it is not overdue (any
    more). Neither a request that did not reach the person in time nor a window of which a fault
    took time that could not be made good counts against anyone (DESIGN §2).
    """
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if locked.state != State.OPEN.value or locked.deadline_at is None or locked.issued_at is None:
        return None
    faults = windows.faults_during(locked.issued_at, now)
    windows.extend(locked, faults, now)
    if windows.window_of(locked, faults, now).deadline_at > now:
        return None
    to, reason = _at_deadline(locked, windows.was_fair(locked, faults, now))
    if to is State.IN_REVIEW:
        move(locked, State.VERIFYING, by=SYSTEM, now=locked.deadline_at, reason=reason)
    move(locked, to, by=SYSTEM, now=locked.deadline_at, reason=reason)
    if to is State.IN_REVIEW:
        open_review(locked, now=now)
    check_in.state = locked.state
    return to


def _at_deadline(check_in: CheckIn, in_time: bool) -> tuple[State, str]:  # noqa: FBT001
    """What an open check-in becomes whose time is over, and why."""
    if check_in.delivered_at is None:
        return State.LAPSED, NOT_REACHED
    if not in_time:
        return State.LAPSED, REACHED_TOO_LATE
    if not windows.made_good(check_in):
        return State.LAPSED, NOT_MADE_GOOD
    if _tried_in_vain(check_in):
        return State.IN_REVIEW, TRIED_IN_VAIN
    return State.MISSED, "deadline passed"


def _tried_in_vain(check_in: CheckIn) -> bool:
    """Whether as many files were refused at the door for one reason as photos bring a person."""
    refused = check_in.refused_uploads.filter(received_at__lte=check_in.deadline_at)
    for_one = refused.order_by().values("reason").annotate(number=Count("pk"))
    return for_one.filter(number__gte=MOST_FOR_ONE_REASON).exists()
