"""`manage.py bench report`: a year's figures beside hand-written SQL, and the memory of writing.

The same question is asked of both, one after the other, by every grouping and filter.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from casework.common import clock
from casework.participants.models import Assignment, Participant
from casework.staff.models import Office, User
from checkins.models import CheckIn, CheckInEvent
from smartlink.measuring.report_memory import writing
from smartlink.reports import asking, making, queries, rollups
from smartlink.reports.asking import Wish
from smartlink.reports.models import LogMark
from smartlink.reports.questions import Question, Wheres

FIGURES_BUDGET_SECONDS = 10
RATIO_BUDGET = 2

# What somebody would write for the same figures: one pass, the same groups, the same medians.
_BY_HAND = """
WITH asked AS (
    SELECT (c.issued_at AT TIME ZONE o.timezone)::date AS day, o.id AS office, {officer} AS officer,
           p.language, c.origin, {technology} AS technology, c.state, a.late,
           floor(extract(epoch FROM a.received_at - c.issued_at) / 60)::int AS minutes,
           floor(extract(epoch FROM r.decided_at - r.opened_at) / 60)::int AS review
    FROM checkins_checkin c
    JOIN participants_participant p ON p.id = c.participant_id
    JOIN staff_office o ON o.id = p.office_id
    {joins}
    LEFT JOIN checkins_attempt a ON a.check_in_id = c.id AND a.number = 1
    LEFT JOIN checkins_review r ON r.check_in_id = c.id
    WHERE c.issued_at >= %(start)s AND c.issued_at < %(end)s{where}
)
SELECT date_trunc('month', day), {group}, language, origin, count(*),
       count(*) FILTER (WHERE state = 'accepted' AND late IS NOT TRUE),
       count(*) FILTER (WHERE state = 'accepted' AND late),
       count(*) FILTER (WHERE state = 'missed'), count(*) FILTER (WHERE state = 'not_accepted'),
       count(*) FILTER (WHERE state = 'excused'), count(*) FILTER (WHERE state = 'lapsed'),
       count(*) FILTER (WHERE state = 'cancelled'), count(*) FILTER (WHERE state = 'open'),
       count(*) FILTER (WHERE state IN ('in_review', 'verifying')),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY review)
FROM asked WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY GROUPING SETS ((), (1), ({group}), (language), (origin))
"""
_OF_OFFICER = """
    LEFT JOIN participants_assignment g ON g.participant_id = p.id AND g.from_at <= c.issued_at
                                       AND (g.until_at IS NULL OR g.until_at > c.issued_at)"""
_OF_TECHNOLOGY = """
    LEFT JOIN participants_supervisionterm t ON t.participant_id = p.id
         AND t.from_at <= c.issued_at AND (t.until_at IS NULL OR t.until_at > c.issued_at)"""


def measure_reports() -> dict[str, Any]:
    """BENCH_PEOPLE (20,000) with BENCH_YEARS (1) of check-ins, filled as `seed_demo` fills.

    BENCH_KEEP takes the database as it is, roll-ups and all; BENCH_REPEATS (1) takes medians.
    """
    found: dict[str, Any] = {}
    if not os.environ.get("BENCH_KEEP"):
        people = int(os.environ.get("BENCH_PEOPLE", "20000"))
        years = float(os.environ.get("BENCH_YEARS", "1"))
        call_command("seed_demo", verbosity=0)
        fill = _seconds(lambda: call_command("seed_demo", participants=people, years=years))
        days, roll_up = _roll_up()
        found = {
            "fill_seconds": round(fill, 1),
            "roll_up_seconds": round(roll_up, 1),
            "roll_up_days": days,
        }
    now = clock.now()
    last = now.date() - timedelta(days=1)
    year = Wish("compliance", last - timedelta(days=364), last)
    question = asking.question_of(asking.freeze(year, by=None, now=now))
    (counted,) = queries.figures_by(question, "all")["all"]
    asked = {name: _beside_by_hand(replace(year, **by)) for name, by in _asked().items()}
    return {
        "participants": Participant.objects.count(),
        "check_ins": CheckIn.objects.count(),
        "check_ins_of_the_year": counted.figures.counts.requests,
        **found,
        "figures_budget_seconds": FIGURES_BUDGET_SECONDS,
        "of_by_hand_budget": RATIO_BUDGET,
        "slowest_figures_seconds": max(one["figures_seconds"] for one in asked.values()),
        "most_of_by_hand": max(one["of_by_hand"] for one in asked.values()),
        **asked,
        **writing(replace(year, kind="participants", first=last - timedelta(days=29))),
    }


def _asked() -> dict[str, dict[str, Any]]:
    """Groupings and filters by name; the officer is the busiest, and the office is theirs."""
    pairs = Assignment.objects.values_list("officer", "participant__office")
    busiest = pairs.annotate(n=Count("pk")).order_by("-n", "officer")[0]
    officer, office = User.objects.get(pk=busiest[0]), Office.objects.get(pk=busiest[1])
    one_office, one_officer = {"office": office.public_id}, {"officer": officer.public_id}
    spanish, phone = {"language": "es"}, {"technology": "smartphone"}
    drawn = {"origin": "drawn"}
    return {
        "everything": {},
        "by officer": {"group": "officer"},
        "by technology": {"group": "technology"},
        "one office": one_office,
        "one officer": one_officer,
        "one language": spanish,
        "one origin": drawn,
        "one technology": phone,
        "one technology, by officer": phone | {"group": "officer"},
        "one language, by officer": spanish | {"group": "officer"},
        "office and technology": one_office | phone,
        "office and language": one_office | spanish,
        "officer and technology": one_officer | phone,
        "language and technology": spanish | phone,
        "language and origin": spanish | drawn,
        "technology and origin": phone | drawn,
    }


def _beside_by_hand(wish: Wish) -> dict[str, Any]:
    repeats = int(os.environ.get("BENCH_REPEATS", "1"))
    frozen = asking.freeze(wish, by=None, now=clock.now())
    question = asking.question_of(frozen)
    ours, theirs = [], []
    for _repeat in range(repeats):
        ours.append(_seconds(lambda: making.content_of(frozen)))
        theirs.append(_seconds(lambda: _by_hand(question, wish.group)))
    figures, by_hand = statistics.median(ours), statistics.median(theirs)
    return {
        "figures_seconds": round(figures, 2),
        "by_hand_seconds": round(by_hand, 2),
        "of_by_hand": round(figures / by_hand, 2),
        "load": round(os.getloadavg()[0], 1),
    }


def _seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _roll_up() -> tuple[int, float]:
    began, days = time.perf_counter(), 0
    rollups.forget()
    newest = CheckInEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # As in a program that is running: the log was watched long before.
    LogMark.objects.create(event_id=newest, seen_at=clock.now() - rollups.LOG_SETTLES)
    while rolled := rollups.roll_up(clock.now(), most=31):
        days += rolled
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reports_keptcell")
    return days, time.perf_counter() - began


def _by_hand(question: Question, group: str) -> None:
    """Of the period and of the one before; nothing is joined that is not asked about."""
    where = Wheres()
    if question.offices is not None:
        where.add("o.id = ANY(%(offices)s)", offices=list(question.offices))
    if question.officer is not None:
        where.add("g.officer_id = %(officer)s", officer=question.officer)
    for name, column in (("language", "p.language"), ("origin", "c.origin")):
        if getattr(question, name):
            where.add(f"{column} = %({name})s", **{name: getattr(question, name)})
    if question.technology:
        where.add("t.technology = %(technology)s", technology=question.technology)
    officer = group == "officer" or question.officer is not None
    technology = group == "technology" or bool(question.technology)
    sql = _BY_HAND.format(
        officer="g.officer_id" if officer else "NULL::bigint",
        technology="t.technology" if technology else "NULL::text",
        joins=_OF_OFFICER * officer + _OF_TECHNOLOGY * technology,
        where=where,
        group=group,
    )
    for period in (question.period, question.period.before):
        start, end = period.reach
        between = {"start": start, "end": end, "first": period.first, "last": period.last}
        with connection.cursor() as cursor:
            cursor.execute(sql, between | where.values)
            cursor.fetchall()
