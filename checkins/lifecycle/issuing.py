"""Issuing what is due: planned check-ins become open, each once, many at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from casework.common.actors import ActorKind
from checkins.models import CheckIn
from checkins.notices.written import ISSUED
from checkins.states import MOVES, WAITING_FOR_PARTICIPANT, State

BATCH = 500
# Issued later than this after its planned time, a check-in must still be within allowed hours.
PUNCTUAL = timedelta(minutes=1)

OTHER_WAS_OPEN = "not issued: another check-in waited for an answer"
TOO_LATE = "not issued: its time had passed"
FAULT_WAS_ON = "not issued: a fault of ours was on until its time had passed"
OUT_OF_HOURS = "not issued: its allowed hours were over"


@dataclass(frozen=True)
class Due:
    """A planned check-in whose time has come; locked by this transaction."""

    pk: int
    planned_for: datetime
    terms_pk: int


@transaction.atomic
def claim_due(now: datetime, limit: int = BATCH) -> list[Due]:
    """Lock planned check-ins that may be issued now; other dispatchers get others.

    Left alone are those of a person who has another to answer, had one within the plan's gap, has
    an earlier one due, or whose plan, zone or supervision has changed and awaits new terms.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STEP_BY_STEP)
        cursor.execute(_CLAIM, {**_WORDS, "now": now, "limit": limit})
        return [Due(*row) for row in cursor.fetchall()]


@transaction.atomic
def issue(pks: list[int], *, now: datetime) -> int:
    """Open planned check-ins, each with the full window of its plan from `now`; how many.

    Their notices stand in the outbox by the same statement: neither is there without the other.
    """
    return _run(_ISSUE, now, pks=pks)


def issue_singly(pks: list[int], *, now: datetime) -> int:
    """The same one by one: a person asked by an officer at this very moment is passed over."""
    issued = 0
    for pk in pks:
        try:
            issued += issue([pk], now=now)
        except IntegrityError as error:
            if "checkin_one_to_answer_at_a_time" not in str(error):
                raise
    return issued


@transaction.atomic
def cancel_unissued(pks: list[int], *, now: datetime, reason: str) -> int:
    """Give up planned check-ins, with the reason in their log; how many."""
    return _run(_CANCEL, now, pks=pks, reason=reason)


@transaction.atomic
def cancel_too_late(now: datetime, limit: int = BATCH, *, for_a_fault: bool = False) -> int:
    """Give up planned check-ins whose window would be over, had they been issued; how many.

    `for_a_fault`: one of ours is on, and keeps them from being issued.
    """
    why = FAULT_WAS_ON if for_a_fault else TOO_LATE
    return _run(_CANCEL_LATE, now, limit=limit, too_late=why)


def _run(statement: str, now: datetime, **facts: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_WORDS, "now": now, **facts})
        return int(cursor.rowcount)


_MOVES_MADE = {State.OPEN, State.CANCELLED}
_WAITING_HERE = {State.OPEN, State.VERIFYING}
if not MOVES[State.PLANNED] >= _MOVES_MADE or _WAITING_HERE != WAITING_FOR_PARTICIPANT:
    raise AssertionError("The statements below no longer say what `checkins.states` says.")

_WORDS: dict[str, Any] = {
    "planned": State.PLANNED.value,
    "open": State.OPEN.value,
    "cancelled": State.CANCELLED.value,
    "waiting": sorted(state.value for state in WAITING_FOR_PARTICIPANT),
    "drawn": CheckIn.Origin.DRAWN.value,
    "system": ActorKind.SYSTEM.value,
    "reason": "",
    "other_was_open": OTHER_WAS_OPEN,
    "notice": ISSUED,
}

# Down the index of what is due until 500 are found. Left to its statistics, the planner joins and
# sorts everybody first, for each 500 anew: 2.3 s instead of 20 ms with 125,000 due at one instant.
# Compiling, too, takes longer than these rows.
_STEP_BY_STEP = """
SET LOCAL jit = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
SET LOCAL enable_sort = off
"""

# OFFSET 0 keeps each NOT EXISTS a look-up by person. Without it they become joins, planned for the
# few open check-ins that the statistics tell of: their cost grows with the square of the many that
# this very run opens.
_CLAIM = """
SELECT c.id, c.planned_for, t.id
FROM checkins_checkin c
JOIN checkins_plan p ON p.participant_id = c.participant_id
JOIN participants_participant s ON s.id = c.participant_id
JOIN checkins_drawterms t ON t.participant_id = c.participant_id AND t.until_at IS NULL
WHERE c.state = 'planned' AND c.planned_for <= %(now)s
  AND t.running AND t.zone = s.timezone AND s.closed_at IS NULL
  AND NOT p.paused AND p.updated_at <= t.plan_seen_at
  AND NOT EXISTS (SELECT FROM checkins_checkin o WHERE o.participant_id = c.participant_id
                  AND o.state IN ('open', 'verifying') OFFSET 0)
  AND NOT EXISTS (SELECT FROM checkins_checkin o WHERE o.participant_id = c.participant_id
                  AND o.state = 'planned' AND o.planned_for < c.planned_for OFFSET 0)
  AND NOT EXISTS (SELECT FROM checkins_checkin o WHERE o.participant_id = c.participant_id
                  AND o.issued_at > %(now)s - t.gap_seconds * interval '1 second'
                  AND o.origin = %(drawn)s OFFSET 0)
ORDER BY c.planned_for
LIMIT %(limit)s
FOR UPDATE OF c SKIP LOCKED
"""

_ISSUE = """
WITH issued AS (
    UPDATE checkins_checkin c
    SET state = %(open)s, issued_at = %(now)s, method = p.method, liveness = p.liveness,
        deadline_at = %(now)s + p.window_minutes * interval '1 minute'
    FROM checkins_plan p
    WHERE c.id = ANY(%(pks)s) AND c.state = %(planned)s AND p.participant_id = c.participant_id
    RETURNING c.id, c.public_id, c.participant_id, c.deadline_at
), noticed AS (
    INSERT INTO notices_notice (participant_id, kind, subject_id, variant, facts, written_at,
                                due_at, expires_at, next_at, outcome, settled_at)
    SELECT participant_id, %(notice)s, public_id, '', '{}', %(now)s, %(now)s, deadline_at, %(now)s,
           '', NULL
    FROM issued
    ON CONFLICT (subject_id, kind, variant) DO NOTHING
)
INSERT INTO checkins_checkinevent (check_in_id, at, from_state, to_state, actor_kind, actor_name,
                                   reason)
SELECT id, %(now)s, %(planned)s, %(open)s, %(system)s, '', '' FROM issued
"""

_CANCEL = """
WITH cancelled AS (
    UPDATE checkins_checkin SET state = %(cancelled)s
    WHERE id = ANY(%(pks)s) AND state = %(planned)s
    RETURNING id
)
INSERT INTO checkins_checkinevent (check_in_id, at, from_state, to_state, actor_kind, actor_name,
                                   reason)
SELECT id, %(now)s, %(planned)s, %(cancelled)s, %(system)s, '', %(reason)s FROM cancelled
"""

_CANCEL_LATE = """
WITH late AS (
    SELECT c.id, EXISTS (SELECT FROM checkins_checkin o WHERE o.participant_id = c.participant_id
                         AND o.state = ANY(%(waiting)s)) AS other_open
    FROM checkins_checkin c JOIN checkins_plan p ON p.participant_id = c.participant_id
    WHERE c.state = 'planned' AND c.planned_for <= %(now)s
      AND c.planned_for <= %(now)s - p.window_minutes * interval '1 minute'
    ORDER BY c.planned_for
    LIMIT %(limit)s
    FOR UPDATE OF c SKIP LOCKED
), cancelled AS (
    UPDATE checkins_checkin c SET state = %(cancelled)s
    FROM late WHERE c.id = late.id AND c.state = %(planned)s
    RETURNING c.id, late.other_open
)
INSERT INTO checkins_checkinevent (check_in_id, at, from_state, to_state, actor_kind, actor_name,
                                   reason)
SELECT id, %(now)s, %(planned)s, %(cancelled)s, %(system)s, '',
       CASE WHEN other_open THEN %(other_was_open)s ELSE %(too_late)s END
FROM cancelled
"""
