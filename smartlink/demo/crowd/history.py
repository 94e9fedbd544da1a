"""The past check-ins of a crowd."""

from typing import Any

from django.db import connection

from checkins.models import Attempt, CheckIn, CheckInEvent, LastCheckIn, Review, Verification
from smartlink.demo.crowd.bulk import insert
from smartlink.demo.crowd.people import chance

TABLES = [CheckIn, CheckInEvent, LastCheckIn, Attempt, Verification, Review]


def live(facts: dict[str, Any]) -> int:
    """Check-ins of everybody in `crowd_now`, up to now; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS crowd_past")
        cursor.execute(_PAST, facts)
        cursor.execute("ANALYZE crowd_past")
    made = insert(CheckIn, _CHECK_IN, "FROM crowd_past p", facts)
    insert(LastCheckIn, _LAST, _NEWEST, facts)
    detailed = "p.issued > %(now)s - %(detail_days)s * interval '1 day'"
    insert(CheckInEvent, _EVENT, f"{_MOVES} WHERE m.at IS NOT NULL AND {detailed}", facts)
    answered = f"FROM crowd_past p WHERE p.answered IS NOT NULL AND {detailed}"
    insert(Attempt, _ATTEMPT, answered, facts)
    insert(
        Verification,
        _VERIFICATION,
        f"FROM crowd_past p JOIN checkins_attempt a ON a.check_in_id = p.id WHERE {detailed}",
        facts,
    )
    insert(Review, _REVIEW, f"{answered} AND p.reviewed", facts)
    return made


_DRAWN = "c.i * 100000 + k"
_U, _V, _W = chance(_DRAWN, 21), chance(_DRAWN, 22), chance(_DRAWN, 23)
# What becomes of a request, by a number from 0 to 1; the youngest may still wait for an officer.
_FATE = f"""CASE
 WHEN {_U} < 0.880 THEN 'accepted'
 WHEN {_U} < 0.935 AND issued < %(now)s - interval '1 day' THEN 'reviewed'
 WHEN {_U} < 0.935 THEN 'in_review'
 WHEN {_U} < 0.945 THEN 'not_accepted'
 WHEN {_U} < 0.965 THEN 'missed'
 WHEN {_U} < 0.980 THEN 'excused'
 WHEN {_U} < 0.995 THEN 'lapsed'
 ELSE 'cancelled' END"""
_ISSUED = f"""(((c.began + (k - {_V}) * interval '7 days' / p.rate_per_week::float8)
  AT TIME ZONE c.zone)::date + time '08:00' + {_W} * interval '12 hours') AT TIME ZONE c.zone"""
_PAST = f"""CREATE TEMPORARY TABLE crowd_past ON COMMIT DROP AS
WITH asked AS (
    SELECT c.id AS person, c.officer, c.i, k, p.id AS plan, {_V} AS v, {_W} AS w,
           {_ISSUED} AS issued
    FROM crowd_now c JOIN checkins_plan p ON p.participant_id = c.id,
         generate_series(
             1, floor(extract(epoch FROM %(now)s - c.began) / 604800 * p.rate_per_week)::int
         ) k
), ended AS (
    SELECT c.*, {_FATE} AS fate FROM asked c WHERE issued < %(now)s - interval '3 hours'
)
SELECT nextval('checkins_checkin_id_seq') AS id, person, officer, plan, issued, fate,
       issued + interval '2 hours' AS deadline,
       CASE fate WHEN 'reviewed' THEN 'accepted' ELSE fate END AS state,
       fate IN ('reviewed', 'in_review', 'not_accepted') AS reviewed,
       CASE WHEN fate IN ('accepted', 'reviewed', 'in_review', 'not_accepted')
            THEN issued + least(-ln(1 - v * 0.999) * 900, 7000) * interval '1 second'
       END AS answered,
       CASE fate WHEN 'accepted' THEN interval '3 seconds'
            ELSE (0.5 + 20 * w) * interval '1 hour' END AS took,
       v, w, 1 + (i %% array_length(%(portraits)s, 1))::int AS picture
FROM ended"""  # noqa: S608 - put together from the constants above
_DECIDED = """CASE WHEN p.fate IN ('accepted', 'reviewed', 'not_accepted')
 THEN p.answered + p.took WHEN p.fate = 'excused' THEN p.deadline + p.took END"""
_CHECK_IN = {
    "id": "p.id",
    "participant_id": "p.person",
    "plan_id": "p.plan",
    "origin": "'drawn'",
    "method": "'selfie'",
    "liveness": "'challenge'",
    "state": "p.state",
    "created_at": "p.issued - interval '20 hours'",
    "planned_for": "p.issued",
    "issued_at": "p.issued",
    "deadline_at": "p.deadline",
    "delivered_at": (
        "CASE WHEN p.fate NOT IN ('lapsed', 'cancelled') THEN p.issued + interval '9 seconds' END"
    ),
    "decided_at": _DECIDED,
}
_NEWEST = """FROM (SELECT DISTINCT ON (person) person, id, issued, state FROM crowd_past
 ORDER BY person, issued DESC, id DESC) p"""
_LAST = {
    "participant_id": "p.person",
    "check_in_id": "p.id",
    "issued_at": "p.issued",
    "state": "p.state",
}
_SECONDS = "p.answered + interval '3 seconds'"
_MOVES = f"""FROM crowd_past p CROSS JOIN LATERAL (VALUES
 (p.issued - interval '20 hours', '', 'planned', 'system', ''),
 (p.issued, 'planned', 'open', 'system', ''),
 (p.answered, 'open', 'verifying', 'participant', ''),
 (CASE WHEN p.fate = 'accepted' THEN {_SECONDS} END, 'verifying', 'accepted', 'system', 'match'),
 (CASE WHEN p.reviewed THEN {_SECONDS} END, 'verifying', 'in_review', 'system', 'inconclusive'),
 (CASE WHEN p.reviewed THEN {_DECIDED} END, 'in_review', p.state, 'staff', 'seen'),
 (CASE WHEN p.fate IN ('missed', 'excused') THEN p.deadline END,
  'open', 'missed', 'system', 'deadline passed'),
 (CASE WHEN p.fate = 'excused' THEN {_DECIDED} END, 'missed', 'excused', 'staff', 'papers seen'),
 (CASE WHEN p.fate = 'lapsed' THEN p.deadline END, 'open', 'lapsed', 'system', 'deadline passed'),
 (CASE WHEN p.fate = 'cancelled' THEN p.issued + interval '1 hour' END,
  'open', 'cancelled', 'staff', 'asked in error')
) AS m (at, from_state, to_state, actor, reason)"""
_EVENT = {
    "check_in_id": "p.id",
    "at": "m.at",
    "from_state": "m.from_state",
    "to_state": "m.to_state",
    "actor_kind": "m.actor",
    "reason": "m.reason",
}
_ATTEMPT = {
    "check_in_id": "p.id",
    "number": "1",
    "photo": "(%(portraits)s)[p.picture]",
    "photo_sha256": "repeat('0', 64)",
    "received_at": "p.answered",
}
_VERIFICATION = {
    "attempt_id": "a.id",
    "created_at": "p.answered",
    "next_nudge_at": "p.answered",
    "finished_at": "p.answered + interval '3 seconds'",
    "tries": "1",
    "result": (
        "CASE p.fate WHEN 'accepted' THEN 'match' WHEN 'not_accepted' THEN 'no_match'"
        " ELSE 'inconclusive' END"
    ),
    "liveness": "'passed'",
    "distance": "CASE p.fate WHEN 'accepted' THEN 0.02 + p.w * 0.04 ELSE 0.07 + p.w * 0.06 END",
    "similarity": "CASE p.fate WHEN 'accepted' THEN 90 - p.w * 20 ELSE 60 - p.w * 30 END",
    "weights_name": "'demo'",
}
_REVIEW = {
    "check_in_id": "p.id",
    "opened_at": "p.answered + interval '3 seconds'",
    # As `checkins.reviews.rules` puts a close call.
    "ranked_from": "p.answered + interval '3 seconds' - interval '4 hours'",
    "verdict": (
        "CASE p.fate WHEN 'reviewed' THEN 'accepted' WHEN 'in_review' THEN ''"
        " ELSE 'not_accepted' END"
    ),
    "reason": "CASE WHEN p.fate = 'not_accepted' THEN 'The photo shows somebody else.' ELSE '' END",
    "decided_by_id": (
        "CASE p.fate WHEN 'in_review' THEN NULL WHEN 'not_accepted' THEN"
        " (SELECT min(id) FROM staff_user WHERE role = 'administrator')"
        " ELSE p.officer END"
    ),
    "proposed_by_id": "CASE WHEN p.fate = 'not_accepted' THEN p.officer END",
    "proposed_reason": (
        "CASE WHEN p.fate = 'not_accepted' THEN 'The photo shows somebody else.' ELSE '' END"
    ),
    "proposed_at": (
        "CASE WHEN p.fate = 'not_accepted' THEN p.answered + interval '10 seconds' END"
    ),
    "decided_at": f"CASE WHEN p.fate <> 'in_review' THEN {_DECIDED} END",
}
