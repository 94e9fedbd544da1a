"""`manage.py bench report`: a year's figures beside hand-written SQL, and the memory of writing."""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection

from casework.common import clock
from casework.participants.models import Participant
from checkins.models import CheckIn, CheckInEvent
from smartlink.reports import asking, making, queries, rollups
from smartlink.reports.asking import Wish
from smartlink.reports.models import LogMark
from smartlink.reports.periods import Period

FIGURES_BUDGET_SECONDS = 10
RATIO_BUDGET = 2

# What somebody would write for the same figures: one pass, the same groups, the same medians.
_BY_HAND = """
WITH asked AS (
    SELECT (c.issued_at AT TIME ZONE o.timezone)::date AS day, o.id AS office, o.region,
           p.language, c.origin, c.state, a.late,
           floor(extract(epoch FROM a.received_at - c.issued_at) / 60)::int AS minutes,
           floor(extract(epoch FROM r.decided_at - r.opened_at) / 60)::int AS review
    FROM checkins_checkin c
    JOIN participants_participant p ON p.id = c.participant_id
    JOIN staff_office o ON o.id = p.office_id
    LEFT JOIN checkins_attempt a ON a.check_in_id = c.id AND a.number = 1
    LEFT JOIN checkins_review r ON r.check_in_id = c.id
    WHERE c.issued_at >= %(start)s AND c.issued_at < %(end)s
)
SELECT date_trunc('month', day), office, language, origin, count(*),
       count(*) FILTER (WHERE state = 'accepted' AND late IS NOT TRUE),
       count(*) FILTER (WHERE state = 'accepted' AND late),
       count(*) FILTER (WHERE state = 'missed'), count(*) FILTER (WHERE state = 'not_accepted'),
       count(*) FILTER (WHERE state = 'excused'), count(*) FILTER (WHERE state = 'lapsed'),
       count(*) FILTER (WHERE state = 'cancelled'), count(*) FILTER (WHERE state = 'open'),
       count(*) FILTER (WHERE state IN ('in_review', 'verifying')),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY review)
FROM asked WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY GROUPING SETS ((), (1), (office), (language), (origin))
"""


def measure_reports() -> dict[str, Any]:
    """BENCH_PEOPLE (20,000) with BENCH_YEARS (1) of check-ins, filled as `seed_demo` fills."""
    people = int(os.environ.get("BENCH_PEOPLE", "20000"))
    years = float(os.environ.get("BENCH_YEARS", "1"))
    call_command("seed_demo", verbosity=0)
    fill = _seconds(lambda: call_command("seed_demo", participants=people, years=years))
    days, roll_up = _roll_up()
    now = clock.now()
    last = now.date() - timedelta(days=1)
    wish = Wish("compliance", last - timedelta(days=364), last)
    frozen = asking.freeze(wish, by=None, now=now)
    question = asking.question_of(frozen)
    by_hand = _seconds(lambda: _hand(question.period, question.period.before))
    figures = _seconds(lambda: making.content_of(frozen))
    (counted,) = queries.figures_by(question, "all")["all"]
    return {
        "participants": Participant.objects.count(),
        "check_ins": CheckIn.objects.count(),
        "check_ins_of_the_year": counted.figures.counts.requests,
        "fill_seconds": round(fill, 1),
        "roll_up_seconds": round(roll_up, 1),
        "roll_up_days": days,
        "figures_seconds": round(figures, 2),
        "figures_budget_seconds": FIGURES_BUDGET_SECONDS,
        "by_hand_seconds": round(by_hand, 2),
        "of_by_hand": round(figures / by_hand, 2),
        "of_by_hand_budget": RATIO_BUDGET,
        **_writing(wish),
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


def _hand(*periods: Period) -> None:
    for period in periods:
        start, end = period.reach
        values = {"start": start, "end": end, "first": period.first, "last": period.last}
        with connection.cursor() as cursor:
            cursor.execute(_BY_HAND, values)
            cursor.fetchall()


def _writing(wish: Wish) -> dict[str, Any]:
    """The largest file, a row a person, for a tenth of the people and for all of them."""
    month = Wish("participants", wish.last - timedelta(days=29), wish.last)
    found: dict[str, Any] = {}
    for name, part in (("tenth", 10), ("whole", 1)):
        frozen = asking.freeze(month, by=None, now=clock.now())
        content = making.content_of(frozen)
        rows = content.expected_rows // part
        with tempfile.TemporaryFile() as file:
            began = time.perf_counter()
            making.write(making.first_rows(content, rows), "xlsx", file)
            found[f"{name}_rows"] = rows
            found[f"{name}_xlsx_seconds"] = round(time.perf_counter() - began, 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found[f"{name}_peak_rss_mb"] = round(peak)
    return found
