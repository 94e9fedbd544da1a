"""A second count of everything that a report says, under any filter; it shares nothing with ours.

Requests are counted in SQL from the log of events, people and hearings in Python, one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from hypothesis import strategies as st

from casework.hearings.models import Hearing
from casework.participants.models import Participant
from casework.staff.models import Office
from checkins.models import Review
from smartlink.reports.periods import Period
from smartlink.reports.questions import Question
from tests.reports.worlds import TECHNOLOGIES, World

# What is filtered by: places in the lists of a world's offices and officers, or the word itself.
filters = st.fixed_dictionaries(
    {},
    optional={
        "office": st.integers(0, 3),
        "officer": st.integers(0, 4),
        "language": st.sampled_from(["es", "ht", "en", "ru", "vi"]),
        "origin": st.sampled_from(["drawn", "officer_requested"]),
        "technology": st.sampled_from(TECHNOLOGIES),
    },
)


def question_by(world: World, by: dict[str, Any], period: Period, as_of: datetime) -> Question:
    chosen = dict(by)
    if "office" in chosen:
        chosen["offices"] = (world.offices[chosen.pop("office")].pk,)
    if "officer" in chosen:
        chosen["officer"] = [*world.officers, world.cover][chosen["officer"]].pk
    return Question(period, as_of, **chosen)


_LAST = """(SELECT {what} FROM checkins_checkinevent e
            WHERE e.check_in_id = c.id AND e.at <= %(as_of)s {only} ORDER BY e.id DESC LIMIT 1)"""
_RECOUNT = f"""
WITH stood AS (
    SELECT c.*, {_LAST.format(what="e.to_state", only="")} AS now,
           {_LAST.format(what="true", only="AND e.to_state = 'missed'")} AS was_missed,
           {_LAST.format(what="e.at", only="AND e.to_state = 'in_review'")} AS queued_at,
           {_LAST.format(what="e.at", only="AND e.from_state = 'in_review'")} AS judged_at,
           (SELECT min(a.received_at) FROM checkins_attempt a
            WHERE a.check_in_id = c.id AND a.received_at <= %(as_of)s) AS answered_at,
           (SELECT v.result FROM checkins_verification v
            JOIN checkins_attempt a ON a.id = v.attempt_id
            WHERE a.check_in_id = c.id ORDER BY a.received_at DESC LIMIT 1) AS found
    FROM checkins_checkin c
    JOIN participants_participant p ON p.id = c.participant_id
    LEFT JOIN participants_supervisionterm t
           ON t.participant_id = p.id AND tstzrange(t.from_at, t.until_at) @> c.issued_at
    LEFT JOIN participants_assignment g
           ON g.participant_id = p.id AND tstzrange(g.from_at, g.until_at) @> c.issued_at
    WHERE c.issued_at >= %(start)s AND c.issued_at < %(end)s AND c.issued_at <= %(as_of)s
      AND p.office_id = %(office)s
      AND (%(officer)s::bigint IS NULL OR g.officer_id = %(officer)s)
      AND %(language)s IN ('', p.language) AND %(origin)s IN ('', c.origin)
      AND %(technology)s IN ('', coalesce(t.technology, 'not_recorded'))
), told AS (
    SELECT *, now IN ('missed', 'lapsed')
              AND deadline_at + '5 min'::interval > %(as_of)s AS young,
           judged_at IS NOT NULL AND found IN ('no_match', 'spoof_suspected') AS doubted
    FROM stood
)
SELECT count(*),
       count(*) FILTER (WHERE now = 'accepted' AND was_missed IS NULL),
       count(*) FILTER (WHERE now = 'accepted' AND was_missed),
       count(*) FILTER (WHERE now = 'missed' AND NOT young),
       count(*) FILTER (WHERE now = 'not_accepted'),
       count(*) FILTER (WHERE now = 'excused'),
       count(*) FILTER (WHERE now = 'lapsed' AND NOT young),
       count(*) FILTER (WHERE now = 'cancelled'),
       count(*) FILTER (WHERE now IN ('in_review', 'verifying')),
       count(*) FILTER (WHERE now = 'open' OR young),
       count(answered_at),
       count(*) FILTER (WHERE now = 'accepted' AND queued_at IS NULL),
       count(*) FILTER (WHERE now IN ('accepted', 'not_accepted')),
       count(judged_at),
       count(*) FILTER (WHERE doubted),
       count(*) FILTER (WHERE doubted AND now = 'accepted'),
       percentile_disc(0.5) WITHIN GROUP (
           ORDER BY floor(extract(epoch FROM answered_at - issued_at) / 60)),
       percentile_disc(0.5) WITHIN GROUP (
           ORDER BY floor(extract(epoch FROM judged_at - queued_at) / 60))
FROM told
"""


def recount_requests(office: Office, asked: Question) -> tuple[int | None, ...]:
    """Requests, nine outcomes, six counts of verification, two medians: of one office."""
    zone = ZoneInfo(str(office.timezone))
    start = datetime.combine(asked.period.first, time(), tzinfo=zone)
    end = datetime.combine(asked.period.last + timedelta(days=1), time(), tzinfo=zone)
    values = {
        "start": start.astimezone(UTC), "end": end.astimezone(UTC), "as_of": asked.as_of,
        "office": office.pk, "officer": asked.officer, "language": asked.language,
        "origin": asked.origin, "technology": asked.technology,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, values)
        (row,) = cursor.fetchall()
    return tuple(None if value is None else int(value) for value in row)


@dataclass(frozen=True)
class Recounted:
    """`days` by technology; `hearings`: held, attended or late, absent, excused, not recorded."""

    caseload: int
    waiting: int
    hearings: tuple[int, ...]
    days: dict[str, int]


def recount_people(asked: Question) -> Recounted:
    whose = people_asked(asked)
    if not asked.technology:
        by_term = whose
    else:  # days are of the term, not of the person
        every = Question(asked.period, asked.as_of, offices=asked.offices, officer=asked.officer,
                         language=asked.language)  # fmt: skip
        by_term = people_asked(every)
    as_of = asked.as_of
    in_force = [p for p in whose if p.created_at <= as_of < (p.closed_at or as_of + timedelta(1))]
    waiting = [
        review for review in Review.objects.filter(check_in__participant__in=whose)
        if review.opened_at <= as_of < (review.decided_at or as_of + timedelta(1))
    ]  # fmt: skip
    days = {
        name: number
        for name, number in _days(by_term, asked.period, as_of).items()
        if asked.technology in {"", name}
    }
    return Recounted(len(in_force), len(waiting), _hearings(whose, asked), days)


def people_asked(asked: Question) -> list[Participant]:
    return [person for person in _everybody() if _is_asked(person, asked)]


def _everybody() -> Iterable[Participant]:
    rows = Participant.objects.select_related("office")
    return rows.prefetch_related("terms", "assignments", "cases__hearings__court")


def _is_asked(person: Participant, asked: Question) -> bool:
    return (
        (asked.offices is None or person.office_id in asked.offices)
        and asked.language in {"", person.language}
        and asked.officer in {None, *_at(person.assignments.all(), asked.as_of, "officer_id")}
        and asked.technology in {"", *(
            _at(person.terms.all(), asked.as_of, "technology") or ["not_recorded"]
        )}
    )  # fmt: skip


def _at(rows: Iterable[Any], at: datetime, name: str) -> list[Any]:
    held = [getattr(row, name) for row in rows
            if row.from_at <= at and (row.until_at is None or at < row.until_at)]  # fmt: skip
    assert len(held) <= 1
    return held


def _hearings(whose: list[Participant], asked: Question) -> tuple[int, ...]:
    as_of, found = asked.as_of, [0] * 5
    for hearing in (h for person in whose for case in person.cases.all() for h in _of(case)):
        day = hearing.starts_at.astimezone(ZoneInfo(str(hearing.court.timezone))).date()
        if hearing.cancelled_at is not None and hearing.cancelled_at <= as_of:
            continue
        if hearing.starts_at > as_of or not asked.period.first <= day <= asked.period.last:
            continue
        known = hearing.attendance_at is not None and hearing.attendance_at <= as_of
        places = {"attended": 1, "late": 1, "absent": 2, "excused": 3, "": 4}
        found[0] += 1
        found[places[hearing.attendance if known else ""]] += 1
    return tuple(found)


def _of(case: Any) -> list[Hearing]:
    return list(case.hearings.all())


def _days(whose: list[Participant], period: Period, as_of: datetime) -> dict[str, int]:
    """Each day of each person looked at one by one."""
    found: dict[str, int] = {}
    for person in whose:
        zone = ZoneInfo(str(person.office.timezone))
        over = min(as_of, person.closed_at or as_of)
        day: date = max(period.first, person.created_at.astimezone(zone).date())
        while day <= min(period.last, over.astimezone(zone).date()):
            midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
            ends = min(over, midnight.astimezone(UTC))
            held = [term.technology for term in person.terms.all()
                    if term.from_at < ends <= (term.until_at or ends)]  # fmt: skip
            name = held[0] if held else "not_recorded"
            found[name] = found.get(name, 0) + 1
            day += timedelta(days=1)
    return found
