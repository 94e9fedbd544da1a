"""Writing notices about check-ins into the outbox, in the transaction that makes them true."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from casework.notices.services import NewNotice, cancel_unsent, write
from checkins.models import CheckIn

ISSUED = "check_in_issued"
REMINDER = "check_in_reminder"
RESULT = "check_in_result"

HALF_TIME = "half_time"
LAST_CALL = "last_call"

# News that nobody could be told for three days is found on the page.
RESULT_LIFE = timedelta(days=3)
# A result that comes sooner is seen on the page where the person waits for it.
WAITED_ON_PAGE = timedelta(minutes=2)
REMINDERS_A_SWEEP = 5000


def tell_issued(check_in: CheckIn, *, now: datetime) -> None:
    """The check-in is open. (Those drawn are told by the statement that issues them.)"""
    if check_in.deadline_at is None:
        raise ValueError("An open check-in has a deadline.")
    write(
        NewNotice(check_in.participant_id, ISSUED, check_in.public_id, check_in.deadline_at),
        now=now,
    )


def tell_result(check_in: CheckIn, *, now: datetime, held_back: timedelta = timedelta()) -> None:
    """There is something new to see: decided, or another photo is asked for.

    One for each change of mind; the notice itself never says which. `held_back`: not before.
    """
    ends = now + RESULT_LIFE
    if check_in.state == "open" and check_in.deadline_at is not None:
        ends = check_in.deadline_at
    write(
        NewNotice(
            check_in.participant_id,
            RESULT,
            check_in.public_id,
            ends,
            variant=_change_of_mind(check_in),
            due_at=now + held_back,
        ),
        now=now,
    )


def _change_of_mind(check_in: CheckIn) -> str:
    """A name for this one: what was taken back and decided again is told again."""
    taken_back = check_in.events.filter(from_state="accepted").count()
    named = f"{check_in.state} {check_in.attempts.count()}"
    return f"{named} {taken_back}" if taken_back else named


def forget_result(check_in: CheckIn, *, now: datetime) -> None:
    """Taken back before anybody was told: nobody is."""
    cancel_unsent(check_in.public_id, now=now, kinds=(RESULT,))


def forget_request(check_in: CheckIn, *, now: datetime) -> None:
    """Answered or taken back: what has not been sent yet about asking for it is not sent."""
    cancel_unsent(check_in.public_id, now=now, kinds=(ISSUED, REMINDER))


def write_reminders(now: datetime, limit: int = REMINDERS_A_SWEEP) -> int:
    """Reminders for check-ins that nobody has answered: at half-time, and shortly before the end.

    Each is written once, whatever number of sweeps runs. After an outage only the last is written.
    """
    with connection.cursor() as cursor:
        words: dict[str, Any] = {"kind": REMINDER, "half": HALF_TIME, "last": LAST_CALL}
        cursor.execute(_REMIND, {**words, "now": now, "limit": limit})
        return int(cursor.rowcount)


# The last call comes a quarter of the window before its end, but not more than 15 minutes.
_REMIND = """
INSERT INTO notices_notice (participant_id, kind, subject_id, variant, facts, written_at, due_at,
                            expires_at, next_at, outcome, settled_at)
SELECT c.participant_id, %(kind)s, c.public_id, c.turn, '{}', %(now)s, %(now)s, c.deadline_at,
       %(now)s, '', NULL
FROM (
    SELECT participant_id, public_id, deadline_at,
           CASE WHEN deadline_at - LEAST(interval '15 minutes', (deadline_at - issued_at) / 4)
                     <= %(now)s THEN %(last)s
                WHEN issued_at + (deadline_at - issued_at) / 2 <= %(now)s THEN %(half)s
           END AS turn
    FROM checkins_checkin
    WHERE state = 'open' AND deadline_at > %(now)s
) c
WHERE c.turn IS NOT NULL
  AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.subject_id = c.public_id
                  AND n.kind = %(kind)s AND n.variant = c.turn)
ORDER BY c.deadline_at
LIMIT %(limit)s
ON CONFLICT (subject_id, kind, variant) DO NOTHING
"""
