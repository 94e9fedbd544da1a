"""What people made of the machine's results, by group, from the reviews that were decided.

Two measures: what the machine doubted and a person accepted, and what it matched and people did
not accept. A match that the machine accepts by itself goes to nobody and is in neither.
"""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from casework.common.languages import LANGUAGES
from casework.participants.models import Sex
from casework.staff.models import User
from smartlink.reports.rates import Apart, Cell, apart, shown

log = structlog.get_logger(__name__)

OVER = timedelta(days=90)
DOUBTED, MATCHED = "doubted", "matched"
DIMENSIONS = ("language", "sex", "age", "device", "office")
NOT_RECORDED = "not recorded"
_APART_KEY = "error-rates:apart"
_WHOLE_KEY = "error-rates:whole"
_KEPT_SECONDS = 3 * 3600

_SQL = """
WITH looked AS (
  SELECT p.language, coalesce(nullif(p.sex, ''), 'not recorded') AS sex,
         CASE WHEN p.date_of_birth IS NULL THEN 'not recorded'
              WHEN age(r.decided_at, p.date_of_birth) < interval '25 years' THEN 'under 25'
              WHEN age(r.decided_at, p.date_of_birth) < interval '40 years' THEN '25 to 39'
              WHEN age(r.decided_at, p.date_of_birth) < interval '60 years' THEN '40 to 59'
              ELSE '60 and over' END AS age,
         CASE WHEN a.device = '' THEN 'not recorded'
              WHEN a.device ~ '(iPhone|iPad)' THEN 'iPhone or iPad'
              WHEN a.device ~ 'Android' THEN 'Android' ELSE 'another' END AS device,
         o.name AS office,
         CASE WHEN v.result = 'match' THEN 'matched' ELSE 'doubted' END AS measure,
         CASE WHEN v.result = 'match' THEN r.verdict = 'not_accepted'
              ELSE r.verdict = 'accepted' END AS overturned
  FROM checkins_review r
  JOIN checkins_checkin c ON c.id = r.check_in_id
  JOIN participants_participant p ON p.id = c.participant_id
  JOIN staff_office o ON o.id = p.office_id
  JOIN LATERAL (SELECT x.id, x.device, x.method FROM checkins_attempt x
                WHERE x.check_in_id = c.id ORDER BY x.number DESC LIMIT 1) a ON true
  JOIN checkins_verification v ON v.attempt_id = a.id
  WHERE r.verdict <> '' AND r.decided_at >= %(since)s AND r.decided_at <= %(until)s
    AND v.result IN ('match', 'inconclusive', 'no_match', 'spoof_suspected')
    AND (%(offices)s::bigint[] IS NULL OR p.office_id = ANY(%(offices)s))
)
SELECT measure, CASE WHEN GROUPING(language) = 0 THEN 'language' WHEN GROUPING(sex) = 0 THEN 'sex'
                     WHEN GROUPING(age) = 0 THEN 'age' WHEN GROUPING(device) = 0 THEN 'device'
                     WHEN GROUPING(office) = 0 THEN 'office' ELSE '' END,
       coalesce(language, sex, age, device, office, ''), count(*),
       count(*) FILTER (WHERE overturned)
FROM looked
GROUP BY GROUPING SETS ((measure, language), (measure, sex), (measure, age), (measure, device),
                        (measure, office), (measure))
"""


@dataclass(frozen=True)
class Rates:
    """`totals` by measure; `groups` are only those that may be shown."""

    totals: dict[str, Cell]
    groups: list[Cell]
    apart: list[Apart]
    hidden: int


def rates(user: User | None, now: datetime) -> Rates:
    """Of the last 90 days: the own offices' for a supervisor, the whole program's for None."""
    offices = None
    if user is not None and not user.is_administrator:
        offices = list(user.offices.values_list("pk", flat=True))
    return _rates(_count(offices, now))


def lately(user: User, now: datetime) -> tuple[Rates, datetime]:
    """The same, and when it was counted: a whole program is counted by the sweep, not by a page."""
    kept = _kept(_WHOLE_KEY) if user.is_administrator else None
    if kept is None:
        return rates(user, now), now
    at, rows = kept
    return _rates([Cell(*row) for row in rows]), at


def _count(offices: list[int] | None, now: datetime) -> list[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"since": now - OVER, "until": now, "offices": offices})
        return [Cell(*row) for row in cursor.fetchall()]


def _rates(cells: list[Cell]) -> Rates:
    totals = {one.measure: one for one in cells if not one.dimension}
    groups = []
    for measure in totals:
        for dimension in DIMENSIONS:
            groups += shown(
                [one for one in cells if (one.measure, one.dimension) == (measure, dimension)]
            )
    hidden = sum(bool(one.dimension) for one in cells) - len(groups)
    return Rates(totals, groups, apart(groups, totals), hidden)


def group_name(cell: Cell) -> str:
    if cell.dimension == "language":
        return str(dict(LANGUAGES).get(cell.group, cell.group))
    if cell.dimension == "sex":
        return str(dict(Sex.choices).get(cell.group, cell.group)).lower()
    return cell.group


def note_apart(now: datetime) -> int:
    """Work out which groups of the whole program stand apart, for Today; how many.

    Kept in the cache only: what is lost there is worked out anew within the hour.
    """
    cells = _count(None, now)
    found = [
        {
            "group": f"{one.cell.dimension}: {group_name(one.cell)}",
            "share": round(100 * one.cell.share),
            "rest": round(100 * one.rest.share),
            "measure": one.cell.measure,
        }
        for one in _rates(cells).apart
    ]
    kept = {_APART_KEY: found, _WHOLE_KEY: (now, [astuple(one) for one in cells])}
    try:
        cache.set_many(kept, timeout=_KEPT_SECONDS)
    except (RedisError, OSError) as error:
        log.warning("error rates not kept", error=type(error).__name__)
    return len(found)


def noted_apart() -> list[dict[str, Any]]:
    """What the last sweep found; asks no database. Nothing while the cache is away."""
    return _kept(_APART_KEY) or []


def _kept(key: str) -> Any:
    try:
        return cache.get(key)
    except (RedisError, OSError) as error:
        log.warning("error rates not read", error=type(error).__name__)
        return None
