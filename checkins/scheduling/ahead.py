"""Drawing ahead: each participant's days, a day before they begin."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from casework.common.actors import ActorKind
from checkins.draw.allowed import local_ordinal
from checkins.models import CheckIn, DrawTerms
from checkins.scheduling.cells import Cells, as_terms, before_day, epoch, instant
from checkins.states import State

AHEAD = timedelta(hours=24)
BATCH = 1000

Planned = tuple[int, datetime, date, int]  # participant, planned for, draw day, sequence


def draw_ahead(now: datetime) -> int:
    """Draw every day that begins within 24 hours (or began) and is not drawn yet; how many rows."""
    in_force = DrawTerms.objects.filter(until_at__isnull=True, running=True)
    made = 0
    for zone in in_force.order_by().values_list("zone", flat=True).distinct():
        target = date.fromordinal(local_ordinal(zone, epoch(now + AHEAD)))
        after = 0
        while True:
            drawn, last = _draw_some(zone, target, after, now)
            made += drawn
            if last is None:
                break
            after = last
    return made


@transaction.atomic
def _draw_some(zone: str, target: date, after: int, now: datetime) -> tuple[int, int | None]:
    """One batch of a zone, past the primary key `after`: rows made, and the last key seen."""
    rows = list(
        DrawTerms.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(until_at__isnull=True, running=True, zone=zone, drawn_through__lt=target)
        .filter(pk__gt=after)
        .select_related("participant")
        .only(*_NEEDED)
        .order_by("pk")[:BATCH]
    )
    if not rows:
        return 0, None
    cells = Cells.with_keys(min(row.drawn_through for row in rows), target)
    planned: list[Planned] = []
    for row in rows:
        planned += _draw_one(row, target, cells, now)
    made = plan_check_ins(planned, now)
    _mark(rows)
    return made, rows[-1].pk


def _draw_one(row: DrawTerms, target: date, cells: Cells, now: datetime) -> list[Planned]:
    """The person's days up to `target`; marks the row as drawn so far."""
    terms = as_terms(row)
    found: list[Planned] = []
    drawn = [] if row.last_drawn_at is None else [epoch(row.last_drawn_at)]
    for day in range(row.drawn_through.toordinal() + 1, target.toordinal() + 1):
        if cells.may_wait(row.zone, day, now):
            break
        on = date.fromordinal(day)
        for draw in cells.draw(row, terms, day, before_day(row, day, drawn)):
            drawn = [draw.at]
            row.last_drawn_at = instant(draw.at)
            found.append((row.participant_id, row.last_drawn_at, on, draw.sequence))
        row.drawn_through = on
    return found


def _mark(rows: list[DrawTerms]) -> None:
    """Store how far each row is drawn. One statement: Django's own costs more than the draws."""
    marks: dict[str, Any] = {
        "pks": [row.pk for row in rows],
        "through": [row.drawn_through for row in rows],
        "last": [row.last_drawn_at for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK, marks)


def plan_check_ins(planned: list[Planned], now: datetime) -> int:
    """Add the rows and their first event; a row that is there already stays as it is."""
    if not planned:
        return 0
    people, times, days, sequences = (list(column) for column in zip(*planned, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            _PLAN,
            {
                "people": people,
                "times": times,
                "days": days,
                "sequences": sequences,
                "now": now,
                "origin": CheckIn.Origin.DRAWN.value,
                "planned": State.PLANNED.value,
                "system": ActorKind.SYSTEM.value,
            },
        )
        return int(cursor.rowcount)


# What a draw looks at, and no more: the rows are many.
_NEEDED = (
    "participant__public_id", "number", "from_at", "until_at", "running", "zone", "week",
    "mean_seconds", "gap_seconds", "max_per_day", "silence_days", "starts_on", "ends_on",
    "blackouts", "quiet_since", "last_at", "made_today", "drawn_through", "last_drawn_at",
)  # fmt: skip

_MARK = """
UPDATE checkins_drawterms t SET drawn_through = m.through, last_drawn_at = m.last
FROM unnest(%(pks)s::bigint[], %(through)s::date[], %(last)s::timestamptz[])
     AS m (id, through, last)
WHERE t.id = m.id
"""

_PLAN = """
WITH wanted AS (
    SELECT * FROM unnest(%(people)s::bigint[], %(times)s::timestamptz[], %(days)s::date[],
                         %(sequences)s::int[]) AS w (participant_id, planned_for, day, sequence)
), made AS (
    INSERT INTO checkins_checkin (public_id, participant_id, plan_id, origin, reason, method,
                                  liveness, state, created_at, planned_for, draw_day, draw_sequence)
    SELECT gen_random_uuid(), w.participant_id, p.id, %(origin)s, '', p.method, p.liveness,
           %(planned)s, %(now)s, w.planned_for, w.day, w.sequence
    FROM wanted w JOIN checkins_plan p ON p.participant_id = w.participant_id
    ON CONFLICT DO NOTHING
    RETURNING id
)
INSERT INTO checkins_checkinevent (check_in_id, at, from_state, to_state, actor_kind, actor_name,
                                   reason)
SELECT id, %(now)s, '', %(planned)s, %(system)s, '', 'drawn at random' FROM made
"""
