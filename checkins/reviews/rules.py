"""Rules of the review queue that need no database. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checkins.verification.codes import Result

# Long enough to look at photos and at earlier check-ins, short enough to keep nobody waiting.
CLAIM_LASTS = timedelta(minutes=5)
# A slip of the finger is seen at once. The participant's notice waits as long.
UNDO_FOR = timedelta(minutes=1)


def claimed_until(claimed_at: datetime | None) -> datetime | None:
    """When a claim ends by itself; None without one."""
    return None if claimed_at is None else claimed_at + CLAIM_LASTS


def is_held(claimed_at: datetime | None, now: datetime) -> bool:
    """Whether a claim of that time still counts. One that has run out is as good as none."""
    until = claimed_until(claimed_at)
    return until is not None and now < until


def may_undo(decided_at: datetime, now: datetime) -> bool:
    """Whether an acceptance of that time may still be taken back by its reviewer."""
    return now < decided_at + UNDO_FOR


class Ground(StrEnum):
    """Why a review stands higher in the queue than its wait alone would put it."""

    SECOND_REVIEWER = "second_reviewer"
    SPOOF = "spoof"
    NO_MATCH = "no_match"
    LATE = "late"
    UNUSABLE = "unusable"
    CALL = "call"
    CLOSE = "close"
    OUR_ERROR = "our_error"
    NO_TURNS = "no_turns"


# Risk is counted in time: each ground is worth so much longer a wait. So the order of two never
# changes by itself, and whatever waits comes to the head in the end.
HEAD_START: dict[Ground, timedelta] = {
    Ground.SECOND_REVIEWER: timedelta(hours=24),  # somebody stands accused until it is settled
    Ground.SPOOF: timedelta(hours=24),
    Ground.NO_MATCH: timedelta(hours=12),
    Ground.LATE: timedelta(hours=6),  # counts as missed until a person has looked
    Ground.UNUSABLE: timedelta(hours=6),  # no time or no try is left
    Ground.CALL: timedelta(hours=4),
    Ground.CLOSE: timedelta(hours=4),
    Ground.OUR_ERROR: timedelta(hours=2),
    Ground.NO_TURNS: timedelta(hours=2),
}
_BY_RESULT: dict[str, Ground] = {
    Result.SPOOF_SUSPECTED.value: Ground.SPOOF,
    Result.NO_MATCH.value: Ground.NO_MATCH,
    Result.NO_FACE.value: Ground.UNUSABLE,
    Result.SEVERAL_FACES.value: Ground.UNUSABLE,
    Result.POOR_PHOTO.value: Ground.UNUSABLE,
    Result.INCONCLUSIVE.value: Ground.CLOSE,
    Result.ERROR.value: Ground.OUR_ERROR,
    Result.MATCH.value: Ground.NO_TURNS,
}


@dataclass(frozen=True)
class Waiting:
    """What the order goes by. `result` is empty while the newest photo is being compared."""

    result: str = ""
    by_phone: bool = False
    late: bool = False
    proposed: bool = False


def grounds(one: Waiting) -> tuple[Ground, ...]:
    """Those that apply, the weightiest first.

    >>> grounds(Waiting("no_match", late=True))
    (<Ground.NO_MATCH: 'no_match'>, <Ground.LATE: 'late'>)
    """
    by_result = None if one.by_phone else _BY_RESULT.get(one.result)
    found = {
        Ground.SECOND_REVIEWER: one.proposed,
        Ground.CALL: one.by_phone,
        Ground.LATE: one.late,
    }
    return tuple(ground for ground in HEAD_START if found.get(ground) or ground is by_result)


def ranks_from(opened_at: datetime, one: Waiting) -> datetime:
    """The place in the queue, as a time: the earliest comes first."""
    return opened_at - sum((HEAD_START[ground] for ground in grounds(one)), timedelta())
