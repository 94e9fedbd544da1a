"""Figures that are not about check-ins: caseload, queue, hearings, days of supervision."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from smartlink.reports.questions import NO_TERM, Question, Wheres


@dataclass(frozen=True)
class Queue:
    waiting: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Hearings:
    """`attended` holds those who came late; `unrecorded`: nobody has noted whether they came."""

    held: int
    attended: int
    absent: int
    excused: int
    unrecorded: int


def caseload(question: Question) -> list[tuple[str, str, int]]:
    """(office, officer or nothing, participants) as of the instant, by office and officer."""
    where = _people(question)
    return _rows(
        f"""
        SELECT o.name, coalesce(u.full_name, ''), count(*)
        FROM participants_participant p
        JOIN staff_office o ON o.id = p.office_id
        LEFT JOIN {_ASSIGNED} ON g.participant_id = p.id
        LEFT JOIN staff_user u ON u.id = g.officer_id
        WHERE p.created_at <= %(as_of)s AND (p.closed_at IS NULL OR p.closed_at > %(as_of)s){where}
        GROUP BY o.name, o.id, u.full_name, u.id
        ORDER BY o.name COLLATE "C", u.full_name COLLATE "C", u.id
        """,
        where,
        question,
    )


def queue(question: Question) -> Queue:
    where = _people(question)
    ((waiting, oldest),) = _rows(
        f"""
        SELECT count(*), min(r.opened_at)
        FROM checkins_review r
        JOIN checkins_checkin c ON c.id = r.check_in_id
        JOIN participants_participant p ON p.id = c.participant_id
        LEFT JOIN {_ASSIGNED} ON g.participant_id = p.id
        WHERE r.opened_at <= %(as_of)s AND (r.decided_at IS NULL OR r.decided_at > %(as_of)s){where}
        """,
        where,
        question,
    )
    return Queue(waiting, oldest)


def hearings(question: Question) -> Hearings:
    """By the court's local date; attendance as far as it was recorded by the instant."""
    where = _people(question)
    (counts,) = _rows(
        f"""
        SELECT count(*),
               count(*) FILTER (WHERE noted IN ('attended', 'late')),
               count(*) FILTER (WHERE noted = 'absent'),
               count(*) FILTER (WHERE noted = 'excused'),
               count(*) FILTER (WHERE noted = '')
        FROM hearings_hearing h
        JOIN hearings_court t ON t.id = h.court_id
        JOIN participants_case k ON k.id = h.case_id
        JOIN participants_participant p ON p.id = k.participant_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN h.attendance_at <= %(as_of)s THEN h.attendance ELSE '' END AS noted) n
        LEFT JOIN {_ASSIGNED} ON g.participant_id = p.id
        WHERE (h.starts_at AT TIME ZONE t.timezone)::date BETWEEN %(first)s AND %(last)s
          AND h.starts_at <= %(as_of)s
          AND (h.cancelled_at IS NULL OR h.cancelled_at > %(as_of)s){where}
        """,
        where,
        question,
    )
    return Hearings(*counts)


def findings(question: Question) -> dict[str, int]:
    """By state, of those proposed in the period by the office's local date; from their log."""
    where = _people(question)
    start, end = question.period.reach
    where.values.update(start=start, end=end)
    found = _rows(
        f"""
        SELECT stood.state, count(*)
        FROM findings_finding f
        JOIN participants_participant p ON p.id = f.participant_id
        JOIN staff_office o ON o.id = p.office_id
        LEFT JOIN {_ASSIGNED} ON g.participant_id = p.id
        CROSS JOIN LATERAL (
            SELECT e.to_state AS state FROM findings_findingevent e
            WHERE e.finding_id = f.id AND e.at <= %(as_of)s ORDER BY e.id DESC LIMIT 1) stood
        WHERE f.proposed_at >= %(start)s AND f.proposed_at < %(end)s
          AND (f.proposed_at AT TIME ZONE o.timezone)::date BETWEEN %(first)s AND %(last)s{where}
        GROUP BY stood.state
        """,
        where,
        question,
    )
    return dict(found)


def supervised_days(question: Question) -> tuple[int, int]:
    """(participants, days of supervision) of the period, by the offices' local dates."""
    where = _people(question)
    ((people, days),) = _rows(
        f"""
        SELECT count(*) FILTER (WHERE n > 0), coalesce(sum(n) FILTER (WHERE n > 0), 0)::bigint
        FROM (
            SELECT least(%(last)s::date, (least(coalesce(p.closed_at, %(as_of)s), %(as_of)s)
                                          AT TIME ZONE o.timezone)::date)
                   - greatest(%(first)s::date, (p.created_at AT TIME ZONE o.timezone)::date)
                   + 1 AS n
            FROM participants_participant p
            JOIN staff_office o ON o.id = p.office_id
            LEFT JOIN {_ASSIGNED} ON g.participant_id = p.id
            WHERE p.created_at <= %(as_of)s{where}
        ) each
        """,
        where,
        question,
    )
    return people, days


def days_by_technology(question: Question) -> list[tuple[str, int, int]]:
    """(technology, participants, days of supervision): the same days, each by the term at its end.

    A term is there for the dates from its own to the one before its end's, and for the last date
    when it was in force as supervision (or the telling of it) ended. What no term covers is left.
    """
    where = _people(replace(question, technology=""))
    found = _rows(_BY_TECHNOLOGY.format(assigned=_ASSIGNED, where=where), where, question)
    return [row for row in found if question.technology in {"", row[0]}]


_BY_TECHNOLOGY = f"""
WITH person AS (
    SELECT p.id, o.timezone AS zone, cap,
           greatest(%(first)s::date, (p.created_at AT TIME ZONE o.timezone)::date) AS first,
           least(%(last)s::date, (cap AT TIME ZONE o.timezone)::date) AS last
    FROM participants_participant p
    JOIN staff_office o ON o.id = p.office_id
    CROSS JOIN LATERAL (
        SELECT least(coalesce(p.closed_at, %(as_of)s), %(as_of)s) AS cap) ends
    LEFT JOIN {{assigned}} ON g.participant_id = p.id
    WHERE p.created_at <= %(as_of)s{{where}}
), term AS (
    SELECT person.id, t.technology,
           least(last, coalesce((ended_at AT TIME ZONE zone)::date - 1, last))
           - greatest(first, (t.from_at AT TIME ZONE zone)::date) + 1 AS n
    FROM person
    JOIN participants_supervisionterm t ON t.participant_id = person.id AND t.from_at < cap
    CROSS JOIN LATERAL (
        SELECT CASE WHEN t.until_at < cap THEN t.until_at END AS ended_at) clipped
    WHERE last >= first
), known AS (
    SELECT id, technology, sum(n) AS n FROM term WHERE n > 0 GROUP BY id, technology
)
SELECT technology, count(*), sum(n)::bigint FROM (
    SELECT technology, n FROM known
    UNION ALL
    SELECT '{NO_TERM}', last - first + 1 - coalesce(k.n, 0) FROM person
    LEFT JOIN (SELECT id, sum(n) AS n FROM known GROUP BY id) k USING (id)
    WHERE last >= first
) each WHERE n > 0 GROUP BY technology
"""

# Who answers for each person at the instant; the latest where two overlap.
_ASSIGNED = """(
    SELECT DISTINCT ON (participant_id) participant_id, officer_id FROM participants_assignment
    WHERE from_at <= %(as_of)s AND (until_at IS NULL OR until_at > %(as_of)s)
    ORDER BY participant_id, from_at DESC, id DESC) g"""
# And how each is supervised then.
TECHNOLOGY = f"""coalesce((
    SELECT t.technology FROM participants_supervisionterm t
    WHERE t.participant_id = p.id AND t.from_at <= %(as_of)s
      AND (t.until_at IS NULL OR t.until_at > %(as_of)s)
    ORDER BY t.from_at DESC, t.id DESC LIMIT 1), '{NO_TERM}')"""
_IN_FORCE = "from_at <= %(as_of)s AND (until_at IS NULL OR until_at > %(as_of)s)"
# The same looked up for everybody at once.
_WITH_TECHNOLOGY = f"""p.id IN (SELECT participant_id FROM (
    SELECT DISTINCT ON (participant_id) participant_id, technology
    FROM participants_supervisionterm WHERE {_IN_FORCE}
    ORDER BY participant_id, from_at DESC, id DESC) t WHERE technology = %(technology)s)"""
_WITHOUT_TERM = f"""NOT EXISTS (SELECT FROM participants_supervisionterm
    WHERE participant_id = p.id AND {_IN_FORCE})"""


def _people(question: Question) -> Wheres:
    where = Wheres()
    if question.offices is not None:
        where.add("p.office_id = ANY(%(offices)s)", offices=list(question.offices))
    if question.officer is not None:
        where.add("g.officer_id = %(officer)s", officer=question.officer)
    if question.participant is not None:
        where.add("p.id = %(participant)s", participant=question.participant)
    if question.technology:
        having = _WITHOUT_TERM if question.technology == NO_TERM else _WITH_TECHNOLOGY
        where.add(having, technology=question.technology)
    if question.language:
        where.add("p.language = %(language)s", language=question.language)
    return where


def _rows(sql: str, where: Wheres, question: Question) -> list[Any]:
    period = question.period
    values = {"as_of": question.as_of, "first": period.first, "last": period.last, **where.values}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
