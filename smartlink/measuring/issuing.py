"""`manage.py bench issue`: many check-ins due at one instant, issued with their notices."""

import os
from typing import Any

from django.core.management.base import CommandError
from django.db import connection

from casework.notices.models import Notice
from casework.participants.models import Participant
from casework.staff.models import Office
from checkins.models import CheckIn
from checkins.scheduling.issue import issue_due
from checkins.states import State
from smartlink.measuring.crowd import enrol_many
from smartlink.measuring.draws import growth, seconds_of
from smartlink.measuring.draws_ahead import NOW

SIZES = (1_000, 10_000, 125_000, 1_000_000)
BUDGET_SECONDS = 20

# The same rows in one statement, without a look at anybody's gap, other check-ins or terms.
_BARE = """
WITH issued AS (
    UPDATE checkins_checkin SET state = 'open', issued_at = %(now)s, deadline_at = %(now)s
    + interval '2 hours' WHERE state = 'planned' AND planned_for <= %(now)s
    RETURNING id, public_id, participant_id, deadline_at
), noticed AS (
    INSERT INTO notices_notice (participant_id, kind, subject_id, variant, facts, written_at,
                                due_at, expires_at, next_at, outcome)
    SELECT participant_id, 'bench', public_id, '', '{}', %(now)s, %(now)s, deadline_at, %(now)s, ''
    FROM issued
)
INSERT INTO checkins_checkinevent (check_in_id, at, from_state, to_state, actor_kind, actor_name,
                                   reason)
SELECT id, %(now)s, 'planned', 'open', 'system', '', '' FROM issued
"""


def issue() -> dict[str, Any]:
    """One dispatcher, at sizes up to BENCH_PEOPLE (1,000,000), beside the bare statement.

    The budget is for 125,000; the sizes around it show the growth. Committed for real, batch by
    batch: so only in a database without anybody in it.
    """
    if Participant.objects.exists():
        raise CommandError("bench issue needs an empty database: run it with `make bench`.")
    most = int(os.environ.get("BENCH_PEOPLE", SIZES[-1]))
    sizes = [size for size in SIZES if size <= most]
    found = {f"{size:,} due at once": _issue(size) for size in sizes}
    seconds = {size: found[f"{size:,} due at once"]["seconds"] for size in sizes}
    return {"seconds_budget": BUDGET_SECONDS, **found, "growth_exponent": growth(seconds)}


def _issue(size: int) -> dict[str, Any]:
    try:
        enrol_many(size)
        _plan_one_each()
        _sql("VACUUM ANALYZE")
        swept = seconds_of(_issue_all)
        opened = CheckIn.objects.filter(state=State.OPEN.value, issued_at=NOW).count()
        noticed = Notice.objects.filter(kind="check_in_issued", written_at=NOW).count()
        CheckIn.objects.update(state=State.PLANNED.value, issued_at=None, deadline_at=None)
        _sql("TRUNCATE notices_notice CASCADE")
        _sql("VACUUM FULL ANALYZE checkins_checkin")
        bare = seconds_of(lambda: _sql(_BARE, now=NOW))
    finally:
        _sql("TRUNCATE participants_participant CASCADE")
        Office.objects.filter(name="bench draws").delete()
    return {
        "issued": opened,
        "notices": noticed,
        "seconds": round(swept, 2),
        "a_second": round(size / swept),
        "bare_seconds": round(bare, 2),
        "of_bare": round(swept / bare, 2),
    }


def _issue_all() -> None:
    """Sweep after sweep: one stops after a share of what is due."""
    while CheckIn.objects.filter(state=State.PLANNED.value, planned_for__lte=NOW).exists():
        if not issue_due(NOW).issued:
            raise CommandError("A sweep issued nothing though something is due.")


def _plan_one_each() -> None:
    _sql(
        """
        INSERT INTO checkins_checkin (public_id, participant_id, plan_id, origin, reason, method,
                                      liveness, state, created_at, planned_for)
        SELECT gen_random_uuid(), participant_id, id, 'drawn', '', method, liveness, 'planned',
               %(now)s, %(now)s
        FROM checkins_plan
        """,
        now=NOW,
    )


def _sql(statement: str, **facts: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts or None)
