"""Figures by group, asked of the database in one statement."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from smartlink.reports import cells, rollups
from smartlink.reports.figures import COUNTED, Counts, Figures
from smartlink.reports.questions import Question

# What a key of a group is made of. Only the few keys that are left become text, not each cell's.
GROUPS = {
    "all": "''::text",
    "day": "day",
    "week": "date_trunc('week', day::timestamp)::date",
    "month": "date_trunc('month', day::timestamp)::date",
    "region": "o.region",
    "office": "office_id",
    "officer": "officer_id",
    "language": "language",
    "origin": "origin",
}

SUMMED = ", ".join(f"sum({name}) AS {name}" for name in COUNTED)
_KEPT = ", ".join(COUNTED)

# The median is the first minute at which half are counted: `percentile_disc(0.5)`, from tallies.
_MEDIAN = """
SELECT kind, key, min(minute) AS median FROM (
    SELECT kind, key, minute, sum(n) OVER (PARTITION BY kind, key ORDER BY minute) AS upto,
           sum(n) OVER (PARTITION BY kind, key) AS total
    FROM {tally}) steps
WHERE upto * 2 >= total GROUP BY kind, key
"""


@dataclass(frozen=True)
class Group:
    key: str
    figures: Figures


def figures_by(question: Question, *groups: str) -> dict[str, list[Group]]:
    """The figures of each group of each grouping named (words of GROUPS), ordered by key."""
    source, values = rollups.source(question)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off" if connection.in_atomic_block else "SELECT")
        cursor.execute(f"{source},\n{_grouped(groups)}", values)
        rows = cursor.fetchall()
    found: dict[str, list[Group]] = {name: [] for name in groups}
    for kind, key, response, review, *counts in rows:
        found[kind].append(Group(key, Figures(Counts(*map(int, counts)), response, review)))
    return found


def figures_of(question: Question) -> Figures:
    """Of everything asked about."""
    found = figures_by(question, "all")["all"]
    return found[0].figures if found else Figures()


def _grouped(groups: tuple[str, ...]) -> str:
    """One pass over the cells for the counts and one for each kind of minutes.

    Each pass adds up by all groupings at once; what little is left is then added up by each.
    """
    named = ", ".join(f"{GROUPS[name]} AS k{place}" for place, name in enumerate(groups))
    keys = ", ".join(f"k{place}" for place, _name in enumerate(groups))
    # As text, so that "nobody" is a key too.
    apart = ", ".join(
        f"('{name}', coalesce(k{place}::text, ''))" for place, name in enumerate(groups)
    )
    cell = "FROM cell JOIN staff_office o ON o.id = office_id"
    each = f"CROSS JOIN LATERAL (VALUES {apart}) k(kind, key)"

    def tally(name: str, minutes: str) -> str:
        return f"""
{name}_each AS (SELECT {named}, unnest({minutes}) AS minute {cell} WHERE {minutes} IS NOT NULL),
{name}_whole AS (SELECT {keys}, minute, count(*) AS n FROM {name}_each GROUP BY {keys}, minute),
{name} AS (SELECT kind, key, minute, sum(n) AS n FROM {name}_whole {each}
           GROUP BY kind, key, minute)"""

    return f"""
whole AS (SELECT {named}, {SUMMED} {cell} GROUP BY {keys}),
sums AS (SELECT kind, key, {SUMMED} FROM whole {each} GROUP BY kind, key),
{tally("response", "response_minutes")},
{tally("review", "review_minutes")},
medians AS ({_MEDIAN.format(tally="response")}),
reviews AS ({_MEDIAN.format(tally="review")})
SELECT kind, key, m.median, v.median, {_KEPT}
FROM sums LEFT JOIN medians m USING (kind, key) LEFT JOIN reviews v USING (kind, key)
ORDER BY kind, key COLLATE "C"
"""


def requests_of(question: Question) -> list[dict[str, Any]]:
    """Every request asked about, oldest first: for one participant's report."""
    source, values = cells.facts(question)
    sql = (
        f"{source} SELECT public_id, issued_at, deadline_at, origin, method, state, outcome,"
        " answered_at, response_minutes, reviewed_at, id FROM fact ORDER BY issued_at, id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
