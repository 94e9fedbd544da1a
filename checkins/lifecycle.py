"""Every change of a check-in's state: one function, one transaction, one row in its log.

`_move` is the only writer of `CheckIn.state`. It updates where the old state still holds, so of
two at once one wins and the other raises `WrongState`.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.actors import SYSTEM, Actor
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import Attempt, CheckIn, CheckInEvent, Review, Verification
from checkins.models.plan import LivenessMode
from checkins.plans import plan_of
from checkins.states import MOVES, TAKES_ATTEMPTS, State, after_verification
from checkins.verification.codes import Liveness, Reason, Result

REQUESTS_A_DAY = 3
MAX_ATTEMPTS = 20
UNUSABLE = frozenset({Result.NO_FACE, Result.SEVERAL_FACES, Result.POOR_PHOTO})


def _move(
    check_in: CheckIn, to: State, *, by: Actor, now: datetime, reason: str = "", **facts: Any
) -> None:
    """Change the state if the table allows it and nobody was quicker; raises `WrongState`."""
    from_ = State(check_in.state)
    if to not in MOVES[from_]:
        raise WrongState(_("This check-in is already closed or is being handled."))
    changed = CheckIn.objects.filter(pk=check_in.pk, state=from_.value).update(
        state=to.value, **facts
    )
    if not changed:
        raise WrongState(_("Somebody was quicker: this check-in has just changed. Look again."))
    for name, value in facts.items():
        setattr(check_in, name, value)
    check_in.state = to.value
    _log(check_in, from_.value, to, by=by, now=now, reason=reason)


def _log(
    check_in: CheckIn, from_: str, to: State, *, by: Actor, now: datetime, reason: str
) -> None:
    CheckInEvent.objects.create(
        check_in=check_in,
        at=now,
        from_state=from_,
        to_state=to.value,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_name=by.name[:160],
        reason=reason,
    )


def request_check_in(
    participant: Participant, *, by: User, reason: str, now: datetime
) -> CheckIn:
    """An extra check-in that an officer asks for: issued at once, marked, counted apart.

    Raises `RuleError` without a reason or while another waits, `TooOften` past 3 in 24 hours.
    """
    reason = reason.strip()
    if not reason:
        raise RuleError(_("Say why you ask for this check-in."), field="reason")
    if participant.closed_at is not None:
        raise RuleError(_("Supervision of this person has ended."))
    plan = plan_of(participant, now=now)
    with transaction.atomic():
        Participant.objects.select_for_update().get(pk=participant.pk)
        _require_room_for_request(participant, now)
        try:
            with transaction.atomic():
                check_in = CheckIn.objects.create(
                    participant=participant,
                    plan=plan,
                    origin=CheckIn.Origin.OFFICER_REQUESTED,
                    requested_by=by,
                    reason=reason,
                    method=plan.method,
                    liveness=plan.liveness,
                    state=State.OPEN.value,
                    created_at=now,
                    issued_at=now,
                    deadline_at=now + timedelta(minutes=plan.window_minutes),
                )
        except IntegrityError as error:
            if "checkin_one_to_answer_at_a_time" not in str(error):
                raise
            raise RuleError(
                _("A check-in is already open for this person."), code="already_open"
            ) from error
        _log(check_in, "", State.OPEN, by=by.actor, now=now, reason=reason)
        record(
            "requested a check-in",
            ("check-in", check_in.public_id),
            by=by.actor,
            now=now,
            participant=participant.public_id,
        )
    return check_in


def _require_room_for_request(participant: Participant, now: datetime) -> None:
    day = timedelta(days=1)
    recent = participant.check_ins.filter(
        origin=CheckIn.Origin.OFFICER_REQUESTED, issued_at__gt=now - day
    ).exclude(state=State.CANCELLED.value)
    times = sorted(recent.values_list("issued_at", flat=True))
    if len(times) >= REQUESTS_A_DAY:
        wait = times[-REQUESTS_A_DAY] + day - now
        raise TooOften(
            _("This person was already asked for %(number)d extra check-ins in 24 hours.")
            % {"number": REQUESTS_A_DAY},
            retry_after=int(wait.total_seconds()) + 1,
        )


def mark_delivered(check_in: CheckIn, *, now: datetime) -> None:
    """The participant has the request before them: from now on the window can count."""
    if check_in.delivered_at is None and check_in.state == State.OPEN.value:
        CheckIn.objects.filter(pk=check_in.pk, delivered_at__isnull=True).update(delivered_at=now)
        check_in.delivered_at = now


@dataclass(frozen=True)
class NewAttempt:
    """A photo as received: already looked at by `verification.intake`, so `suffix` is true."""

    photo: bytes
    suffix: str
    captured_at: datetime | None = None
    device: str = ""
    submission_key: str | None = None
    liveness: Liveness | None = None
    frames: tuple[bytes, ...] = field(default=())


def receive_attempt(check_in: CheckIn, new: NewAttempt, *, now: datetime) -> Attempt:
    """Keep the photo and hand the check-in to verification (or, when late, to a person).

    The same `submission_key` gives the same attempt again. Raises `WrongState` when the check-in
    takes no photo now, `TooOften` past 20 attempts. The photo file is written before the row: a
    crash in between leaves a file without a row, never a row without a photo.
    """
    replayed = _replayed(check_in, new)
    if replayed is not None:
        return replayed
    if State(check_in.state) not in TAKES_ATTEMPTS:
        raise WrongState(_closed_for_photos(State(check_in.state)))
    storage = Attempt._meta.get_field("photo").storage
    name = storage.save(
        Attempt(check_in=check_in).photo.field.generate_filename(None, f"photo{new.suffix}"),
        ContentFile(new.photo),
    )
    try:
        return _keep_attempt(check_in, new, name, now)
    except BaseException:
        storage.delete(name)
        replayed = _replayed(check_in, new)
        if replayed is not None:
            return replayed
        raise


def _replayed(check_in: CheckIn, new: NewAttempt) -> Attempt | None:
    if new.submission_key is None:
        return None
    return check_in.attempts.filter(submission_key=new.submission_key).first()


def _closed_for_photos(state: State) -> str:
    if state is State.VERIFYING:
        return _("Your last photo is still being checked. Please wait a moment.")
    if state is State.IN_REVIEW:
        return _("Your photo is with an officer. There is nothing more to do now.")
    return _("This check-in takes no more photos.")


@transaction.atomic
def _keep_attempt(check_in: CheckIn, new: NewAttempt, name: str, now: datetime) -> Attempt:
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    late = locked.state == State.MISSED.value
    number = (locked.attempts.aggregate(top=Max("number"))["top"] or 0) + 1
    if number > MAX_ATTEMPTS:
        raise TooOften(
            _("That was many tries. Please call your office, or answer by phone."),
            retry_after=3600,
        )
    to = State.IN_REVIEW if late else State.VERIFYING
    _move(
        locked,
        to,
        by=locked.participant.actor,
        now=now,
        reason=f"late attempt {number}" if late else f"attempt {number}",
        delivered_at=locked.delivered_at or now,
    )
    attempt = Attempt.objects.create(
        check_in=locked,
        number=number,
        photo=name,
        photo_sha256=hashlib.sha256(new.photo).hexdigest(),
        received_at=now,
        captured_at=new.captured_at,
        late=late,
        device=new.device[:120],
        submission_key=new.submission_key,
    )
    Verification.objects.create(
        attempt=attempt, created_at=now, liveness=_liveness_of(locked, new).value
    )
    if late:
        Review.objects.create(check_in=locked, opened_at=now)
    check_in.state = locked.state
    check_in.delivered_at = locked.delivered_at
    return attempt


def _liveness_of(check_in: CheckIn, new: NewAttempt) -> Liveness:
    if check_in.liveness == LivenessMode.NONE:
        return Liveness.NOT_REQUIRED
    return new.liveness or Liveness.NOT_SHOWN


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
    )
    if not finished:
        return False
    if check_in.state != State.VERIFYING.value:
        return True  # a late attempt: its scores inform the reviewer and move nothing
    _follow(check_in, attempt, found, now)
    return True


def _follow(check_in: CheckIn, attempt: Attempt, found: Finding, now: datetime) -> None:
    """Move a verifying check-in to where this finding leads."""
    verification = Verification.objects.get(attempt=attempt)
    live = Liveness(verification.liveness) in {Liveness.PASSED, Liveness.NOT_REQUIRED}
    to = after_verification(
        result=found.result.value,
        accepts=found.result is Result.MATCH and live,
        unusable=found.result in UNUSABLE,
        time_left=check_in.deadline_at is not None and now < check_in.deadline_at,
    )
    reason = ", ".join([found.result.value, *(r.value for r in found.reasons)])
    facts = {"decided_at": now} if to is State.ACCEPTED else {}
    _move(check_in, to, by=SYSTEM, now=now, reason=reason, **facts)
    if to is State.IN_REVIEW:
        Review.objects.create(check_in=check_in, opened_at=now)


@transaction.atomic
def decide_review(
    check_in: CheckIn, *, accept: bool, by: User, reason: str, now: datetime
) -> Review:
    """An officer's verdict. Not accepting needs a reason. Raises `WrongState` when decided."""
    reason = reason.strip()
    if not accept and not reason:
        raise RuleError(_("Say why you do not accept this check-in."), field="reason")
    if not by.has_perm("checkins.change_review"):
        raise NotPermitted(_("Your role does not decide reviews."))
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    to = State.ACCEPTED if accept else State.NOT_ACCEPTED
    if locked.state != State.IN_REVIEW.value:
        raise WrongState(_("This check-in is not waiting for a review."))
    _move(locked, to, by=by.actor, now=now, reason=reason, decided_at=now)
    verdict = Review.Verdict.ACCEPTED if accept else Review.Verdict.NOT_ACCEPTED
    Review.objects.filter(check_in=locked).update(
        verdict=verdict, reason=reason, decided_by=by, decided_at=now
    )
    record(
        f"decided {verdict.value}",
        ("check-in", locked.public_id),
        by=by.actor,
        now=now,
        participant=locked.participant.public_id,
    )
    check_in.state = locked.state
    return Review.objects.get(check_in=locked)


@transaction.atomic
def withdraw(check_in: CheckIn, *, by: User, reason: str, now: datetime) -> None:
    """Take back a planned or open check-in. It counts for nothing."""
    _require_reason(reason)
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    _move(locked, State.CANCELLED, by=by.actor, now=now, reason=reason.strip())
    check_in.state = locked.state


@transaction.atomic
def excuse(check_in: CheckIn, *, by: User, reason: str, now: datetime) -> None:
    """A missed check-in that does not count, for a reason an officer gives."""
    _require_reason(reason)
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    _move(locked, State.EXCUSED, by=by.actor, now=now, reason=reason.strip(), decided_at=now)
    check_in.state = locked.state


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleError(_("Please give a reason."), field="reason")


@transaction.atomic
def close_overdue(check_in: CheckIn, *, now: datetime) -> State | None:
    """Past its deadline: `missed` if the person had it before them, else `lapsed`.

    Dated at the deadline. Returns None if it is not overdue (any more). A request that nobody
    was shown never counts against anyone (DESIGN §2).
    """
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    overdue = locked.deadline_at is not None and locked.deadline_at <= now
    if locked.state != State.OPEN.value or not overdue or locked.deadline_at is None:
        return None
    to = State.LAPSED if locked.delivered_at is None else State.MISSED
    _move(locked, to, by=SYSTEM, now=locked.deadline_at, reason="deadline passed")
    return to
