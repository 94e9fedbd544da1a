"""`manage.py bench issue`: many check-ins due at one instant, issued with their notices."""

from typing import Any

from django.db import connection

from casework.notices.models import Notice
from checkins.models import CheckIn, DrawTerms, Plan
from checkins.scheduling.issue import issue_due
from checkins.states import State
from smartlink.measuring.draws import growth, seconds_of
from smartlink.measuring.draws_ahead import NOW, enrol, taken_back

SIZES = (1_000, 10_000, 125_000)
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
    """One dispatcher, at three sizes, beside the bare statement."""
    found = {f"{size:,} due at once": _issue(size) for size in SIZES}
    seconds = {size: found[f"{size:,} due at once"]["seconds"] for size in SIZES}
    return {"seconds_budget": BUDGET_SECONDS, **found, "growth_exponent": growth(seconds)}


def _issue(size: int) -> dict[str, Any]:
    """Taken back afterwards; what is checked at COMMIT otherwise is checked at each statement."""
    with taken_back():
        CheckIn.objects.filter(state=State.PLANNED.value).update(state=State.CANCELLED.value)
        DrawTerms.objects.filter(until_at__isnull=True).update(running=False)
        enrol(size)
        _plan_one_each()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ANALYZE checkins_checkin")
        with taken_back():
            swept = seconds_of(lambda: issue_due(NOW))
            opened = CheckIn.objects.filter(state=State.OPEN.value, issued_at=NOW).count()
            noticed = Notice.objects.filter(kind="check_in_issued", written_at=NOW).count()
        bare = seconds_of(_bare)
    return {
        "issued": opened,
        "notices": noticed,
        "seconds": round(swept, 2),
        "a_second": round(size / swept),
        "bare_seconds": round(bare, 2),
        "of_bare": round(swept / bare, 2),
    }


def _plan_one_each() -> None:
    plans = Plan.objects.filter(updated_at=NOW, participant__office__name="bench draws")
    CheckIn.objects.bulk_create(
        (
            CheckIn(
                participant_id=plan.participant_id,
                plan=plan,
                origin=CheckIn.Origin.DRAWN,
                method=plan.method,
                liveness=plan.liveness,
                state=State.PLANNED.value,
                created_at=NOW,
                planned_for=NOW,
            )
            for plan in plans
        ),
        batch_size=5000,
    )


def _bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BARE, {"now": NOW})
