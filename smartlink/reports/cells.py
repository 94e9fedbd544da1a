"""From check-ins to cells: one row for each day, office, officer, language, origin and
technology.

`facts` says what became of each request as of an instant; `cells` adds the facts up. Medians need
every value, so a cell keeps its minutes as an array. Nothing is written here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from smartlink.reports.figures import COUNTED, OUTCOMES
from smartlink.reports.periods import Period
from smartlink.reports.questions import NO_TERM, SETTLES_AFTER, Question, Wheres

SQL = tuple[str, dict[str, Any]]
KEYS = ("day", "office_id", "officer_id", "language", "origin", "technology")

# What has moved since the instant asked about stands where its first later event took it from.
# Found by primary key: the log grows only at its end.
_MOVED = """
SELECT DISTINCT ON (check_in_id) check_in_id, from_state
FROM checkins_checkinevent
WHERE id > %(log_mark)s AND at > %(as_of)s
ORDER BY check_in_id, at, id
"""

_STANDING = """
SELECT c.id, c.public_id, c.participant_id, c.origin, c.method, c.issued_at, c.deadline_at,
       p.office_id, p.language,
       (c.issued_at AT TIME ZONE o.timezone)::date AS day,
       CASE WHEN s.state IN ('missed', 'lapsed') AND c.deadline_at > %(settled)s THEN 'open'
            ELSE s.state END AS state,
       CASE WHEN a.received_at <= %(as_of)s THEN a.received_at END AS answered_at,
       CASE WHEN r.opened_at <= %(as_of)s THEN r.opened_at END AS opened_at,
       CASE WHEN r.decided_at <= %(as_of)s THEN r.decided_at END AS reviewed_at,
       r.verdict
FROM checkins_checkin c
JOIN participants_participant p ON p.id = c.participant_id
JOIN staff_office o ON o.id = p.office_id
LEFT JOIN moved m ON m.check_in_id = c.id
CROSS JOIN LATERAL (SELECT coalesce(m.from_state, c.state) AS state) s
LEFT JOIN checkins_attempt a ON a.check_in_id = c.id AND a.number = 1
LEFT JOIN checkins_review r ON r.check_in_id = c.id
WHERE c.issued_at <= %(as_of)s AND {reach}
"""

_FACTS = """
SELECT f.*, {officer} AS officer_id, {technology} AS technology,
       CASE f.state
           WHEN 'accepted' THEN
               CASE WHEN EXISTS (SELECT FROM checkins_attempt l
                                 WHERE l.check_in_id = f.id AND l.late
                                   AND l.received_at <= %(as_of)s)
                    THEN 'late' ELSE 'on_time' END
           WHEN 'verifying' THEN 'in_review'
           ELSE f.state
       END AS outcome,
       floor(extract(epoch FROM f.answered_at - f.issued_at) / 60)::int AS response_minutes,
       floor(extract(epoch FROM f.reviewed_at - f.opened_at) / 60)::int AS review_minutes,
       CASE WHEN f.reviewed_at IS NOT NULL THEN (
           SELECT v.result FROM checkins_verification v
           JOIN checkins_attempt x ON x.id = v.attempt_id
           WHERE x.check_in_id = f.id AND v.finished_at <= f.reviewed_at
           ORDER BY x.number DESC LIMIT 1) END IN ('no_match', 'spoof_suspected') AS contested
FROM standing f
"""

# Looked up by person: whoever was assigned when it was issued, the latest where two overlap.
_OFFICER = """(SELECT g.officer_id FROM participants_assignment g
    WHERE g.participant_id = f.participant_id AND g.from_at <= f.issued_at
      AND (g.until_at IS NULL OR g.until_at > f.issued_at)
    ORDER BY g.from_at DESC, g.id DESC LIMIT 1)"""
# And how the person was supervised then.
_TECHNOLOGY = f"""coalesce((SELECT t.technology FROM participants_supervisionterm t
    WHERE t.participant_id = f.participant_id AND t.from_at <= f.issued_at
      AND (t.until_at IS NULL OR t.until_at > f.issued_at)
    ORDER BY t.from_at DESC, t.id DESC LIMIT 1), '{NO_TERM}')"""

_COUNT = {
    "requests": "true",
    **{name: f"outcome = '{name}'" for name in OUTCOMES},
    "answered": "answered_at IS NOT NULL",
    "automatic": "state = 'accepted' AND answered_at IS NOT NULL AND opened_at IS NULL",
    "settled": "state IN ('accepted', 'not_accepted') AND answered_at IS NOT NULL",
    "reviewed": "reviewed_at IS NOT NULL",
    "contested": "contested",
    "overturned": "contested AND verdict = 'accepted'",
}
if tuple(_COUNT) != COUNTED:
    raise AssertionError("The counts made here are not those that `figures` names.")

_SUMS = ",\n       ".join(f"count(*) FILTER (WHERE {w})::int AS {n}" for n, w in _COUNT.items())
_MINUTES = """
       array_agg(response_minutes) FILTER (WHERE response_minutes IS NOT NULL) AS response_minutes,
       array_agg(review_minutes) FILTER (WHERE review_minutes IS NOT NULL) AS review_minutes
"""


def facts(question: Question, days: Sequence[date] | None = None) -> SQL:
    """WITH-clauses up to `fact`: one row a request. `days` keeps to some of the period's."""
    reach, between = _reach(question.period, days)
    where, values = _wheres(question)
    outer = Wheres()
    outer.add("f.day BETWEEN %(first)s AND %(last)s")
    if days is not None:
        outer.add("f.day = ANY(%(days)s)")
    then = Wheres()
    if question.officer is not None:
        then.add("officer_id = %(officer)s", officer=question.officer)
    if question.technology:
        then.add("technology = %(technology)s", technology=question.technology)
    looked_up = _FACTS.format(officer=_OFFICER, technology=_TECHNOLOGY)
    sql = (
        f"WITH moved AS MATERIALIZED ({_MOVED}),\n"
        f"standing AS ({_STANDING.format(reach=reach)}{where}),\n"
        f"looked_up AS ({looked_up} WHERE true{outer}),\n"
        f"fact AS (SELECT * FROM looked_up WHERE true{then})"
    )
    return sql, {
        **values,
        **then.values,
        **between,
        "first": question.period.first,
        "last": question.period.last,
        "days": list(days or []),
        "as_of": question.as_of,
        "settled": question.as_of - SETTLES_AFTER,
        "log_mark": question.log_mark,
    }


def _reach(period: Period, days: Sequence[date] | None) -> SQL:
    """Instants to look at: the period's, or those of each run of days, so that indexes serve."""
    runs = [period] if days is None else runs_of(days)
    words = [
        f"c.issued_at >= %(start{n})s AND c.issued_at < %(end{n})s" for n, _run in enumerate(runs)
    ]
    values = {}
    for n, run in enumerate(runs):
        values[f"start{n}"], values[f"end{n}"] = run.reach
    return f"({' OR '.join(words) or 'false'})", values


def runs_of(days: Sequence[date]) -> list[Period]:
    """Runs of days that follow each other."""
    runs: list[Period] = []
    for day in sorted(days):
        if runs and (day - runs[-1].last).days <= 2:
            runs[-1] = Period(runs[-1].first, day)
        else:
            runs.append(Period(day, day))
    return runs


def _wheres(question: Question) -> tuple[str, dict[str, Any]]:
    where = Wheres()
    if question.offices is not None:
        where.add("p.office_id = ANY(%(offices)s)", offices=list(question.offices))
    if question.participant is not None:
        where.add("p.id = %(participant)s", participant=question.participant)
    if question.participants is not None:
        where.add("p.id = ANY(%(people)s)", people=list(question.participants))
    if question.language:
        where.add("p.language = %(language)s", language=question.language)
    if question.origin:
        where.add("c.origin = %(origin)s", origin=question.origin)
    return str(where), where.values


def cells(
    question: Question, days: Sequence[date] | None = None, keys: Sequence[str] = KEYS
) -> SQL:
    """WITH-clauses up to `fresh`: cells counted now, from the check-ins themselves."""
    sql, values = facts(question, days)
    key = ", ".join(keys)
    return (
        f"{sql},\nfresh AS MATERIALIZED"
        f" (SELECT {key}, {_SUMS},{_MINUTES} FROM fact GROUP BY {key})",
        values,
    )
