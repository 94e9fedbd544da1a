"""Cells kept from day to day, so that a year's figures need not count a year's check-ins.

Kept cells are never trusted further than they are known to hold: a day on which something may have
happened since is counted afresh, from the check-ins themselves. So figures are the same with
roll-ups, without them, and with any part of them; sweeps only make them quick.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from smartlink.reports import cells, slices
from smartlink.reports.figures import COUNTED
from smartlink.reports.models import KeptCell, KeptDay, LogMark
from smartlink.reports.periods import Period
from smartlink.reports.questions import Question

# Every window of a day is over, everywhere, so long after its date in UTC.
DAY_SETTLES = timedelta(days=3)
# No transaction is open for longer: what has a lower number in the log is there to be seen.
LOG_SETTLES = timedelta(minutes=5)
# Where the first mark is set, nobody has yet watched the log for five minutes.
_FIRST_MARGIN = 1_000_000
_LOCK = (0x5265, 0)

_KEPT = ", ".join((*cells.KEYS, *COUNTED, "response_minutes", "review_minutes"))
# A cell counted now has each minute by itself: no times.
_FRESH = "(SELECT *, NULL::int[] AS response_times, NULL::int[] AS review_times FROM fresh) f"

_TOUCHED = """
SELECT DISTINCT (c.issued_at AT TIME ZONE o.timezone)::date
FROM checkins_checkinevent e
JOIN checkins_checkin c ON c.id = e.check_in_id
JOIN participants_participant p ON p.id = c.participant_id
JOIN staff_office o ON o.id = p.office_id
WHERE c.issued_at IS NOT NULL
  AND (e.id > %(mark)s OR (e.id > %(log_mark)s AND e.at > %(as_of)s))
"""

# Those whose file no longer says what the cells were counted by; both old and new days are theirs.
_CHANGED = """
SELECT p.id, s.zone AS was, o.timezone AS now
FROM participants_participant p
JOIN staff_office o ON o.id = p.office_id
JOIN reports_seenparticipant s ON s.participant_id = p.id
WHERE (p.office_id, p.language, o.timezone) IS DISTINCT FROM (s.office_id, s.language, s.zone)
"""

_DAYS_OF_CHANGED = f"""
SELECT DISTINCT day FROM ({_CHANGED}) changed
JOIN checkins_checkin c ON c.participant_id = changed.id
CROSS JOIN LATERAL (VALUES ((c.issued_at AT TIME ZONE was)::date),
                           ((c.issued_at AT TIME ZONE now)::date)) days(day)
WHERE c.issued_at IS NOT NULL
"""

_SEE_NEW = """
INSERT INTO reports_seenparticipant (participant_id, office_id, language, zone)
SELECT p.id, p.office_id, p.language, o.timezone
FROM participants_participant p JOIN staff_office o ON o.id = p.office_id
ON CONFLICT (participant_id) DO NOTHING
"""

_SEE_CHANGED = f"""
UPDATE reports_seenparticipant s
SET office_id = p.office_id, language = p.language, zone = o.timezone
FROM ({_CHANGED}) changed
JOIN participants_participant p ON p.id = changed.id
JOIN staff_office o ON o.id = p.office_id
WHERE s.participant_id = changed.id
"""


def source(question: Question, wanted: Iterable[str]) -> cells.SQL:
    """WITH-clauses up to `cell_NAME` for each slice wanted.

    Each holds the kept cells of the days that hold, and fresh ones of all others.
    """
    kept = _days_that_hold(question)
    period = question.period
    every = [period.first + timedelta(days=n) for n in range(period.days)]
    fresh = [day for day in every if day not in kept] if kept else None
    sql, values = cells.cells(question, fresh)
    where = slices.read(question)
    shown = f"SELECT {slices.COLUMNS} FROM {_FRESH}"
    for name in wanted:
        sql += f",\ncell_{name} AS NOT MATERIALIZED ({shown}"
        if kept:
            sql += (
                f" UNION ALL SELECT {slices.COLUMNS} FROM reports_keptcell k"
                f" WHERE k.slice = '{name}' AND k.day = ANY(%(kept)s){where}"
            )
        sql += ")"
    return sql, {**values, "kept": sorted(kept)}


def _days_that_hold(question: Question) -> set[date]:
    """Days of the period whose kept cells say how things stood at the instant."""
    if question.participant is not None or question.participants is not None:
        return set()
    period = question.period
    last = min(period.last, (question.as_of - DAY_SETTLES).date())
    rows = KeptDay.objects.filter(day__gte=period.first, day__lte=last)
    rolled = set(rows.values_list("day", flat=True))
    if not rolled:
        return rolled
    return rolled - _moved_days(question.as_of, question.log_mark, question.as_of)


def _moved_days(now: datetime, log_mark: int, as_of: datetime) -> set[date]:
    """Days on which something may have happened that their kept cells do not know."""
    values: dict[str, Any] = {"mark": _mark(now), "log_mark": log_mark, "as_of": as_of}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, values)
        moved = {day for (day,) in cursor.fetchall()}
        cursor.execute(f"SELECT EXISTS ({_CHANGED})")
        if cursor.fetchone()[0]:  # else there is no need to look through everybody's check-ins
            cursor.execute(_DAYS_OF_CHANGED)
            moved |= {day for (day,) in cursor.fetchall()}
    return moved


def _mark(now: datetime) -> int:
    """The place in the log up to which every entry was there when it was last watched."""
    old = LogMark.objects.filter(seen_at__lte=now - LOG_SETTLES).order_by("-event_id").first()
    return old.event_id if old else 0


def roll_up(now: datetime, most: int = 10) -> int:
    """Watch the log, forget days that changed, and count up to `most` days; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK)
        if not cursor.fetchone()[0]:
            return 0  # another process is at it
        _set_mark(now)
        moved = _moved_days(now, 2**62, now)
        KeptDay.objects.filter(day__in=moved).delete()
        cursor.execute(_SEE_CHANGED)
        cursor.execute(_SEE_NEW)
        days = _to_roll(now, moved, most)
        if days:
            _count(days, now)
        return len(days)


def _set_mark(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM checkins_checkinevent")
        newest = int(cursor.fetchone()[0])
    if not LogMark.objects.exists():
        first = max(0, newest - _FIRST_MARGIN)
        LogMark.objects.create(event_id=first, seen_at=now - LOG_SETTLES)
    LogMark.objects.filter(seen_at__lte=now - LOG_SETTLES, event_id__lt=_mark(now)).delete()
    LogMark.objects.create(event_id=newest, seen_at=now)


def _to_roll(now: datetime, moved: set[date], most: int) -> list[date]:
    """Settled days that are not counted yet, the newest first; not those just moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date FROM (SELECT each::date AS date FROM generate_series(
                (SELECT min(issued_at) FROM checkins_checkin)::date - 1, %(last)s::date,
                interval '1 day') each) dates
            WHERE NOT EXISTS (SELECT FROM reports_keptday r WHERE r.day = dates.date)
              AND date != ALL(%(moved)s::date[])
            ORDER BY 1 DESC LIMIT %(most)s
            """,
            {"last": (now - DAY_SETTLES).date(), "moved": sorted(moved), "most": most},
        )
        return [day for (day,) in cursor.fetchall()]


def _count(days: list[date], now: datetime) -> None:
    KeptCell.objects.filter(day__in=days).delete()
    sql, values = cells.cells(Question(Period(min(days), max(days)), now), days)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(
            f"INSERT INTO reports_keptcell (slice, {_KEPT}) {sql}"
            f" SELECT '{slices.EVERYTHING}', {_KEPT} FROM fresh",
            values,
        )
    slices.add_up(days)
    KeptDay.objects.bulk_create(KeptDay(day=day, kept_at=now) for day in days)


@transaction.atomic
def forget() -> None:
    """Drop every kept cell and what was known about them; the sweep starts anew."""
    for model in (KeptCell, KeptDay, LogMark):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_seenparticipant")
