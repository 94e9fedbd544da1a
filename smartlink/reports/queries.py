"""Figures by group, asked of the database in one statement."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from smartlink.reports import cells, rollups, slices
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
    "technology": "technology",
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
    served: dict[str, list[str]] = {}
    for name in groups:
        served.setdefault(slices.of(question, name), []).append(name)
    source, values = rollups.source(question, served)
    parts = [_grouped(name, tuple(by)) for name, by in served.items()]
    clauses, selects = (",\n".join(p[0] for p in parts), " UNION ALL ".join(p[1] for p in parts))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off" if connection.in_atomic_block else "SELECT")
        cursor.execute(
            f'{source},\n{clauses}\nSELECT * FROM ({selects}) found ORDER BY kind, key COLLATE "C"',
            values,
        )
        rows = cursor.fetchall()
    found: dict[str, list[Group]] = {name: [] for name in groups}
    for kind, key, response, review, *counts in rows:
        found[kind].append(Group(key, Figures(Counts(*map(int, counts)), response, review)))
    return found


def figures_of(question: Question) -> Figures:
    """Of everything asked about."""
    found = figures_by(question, "all")["all"]
    return found[0].figures if found else Figures()


def _grouped(of: str, groups: tuple[str, ...]) -> tuple[str, str]:
    """Clauses over the cells of a slice, and the rows they end in.

    One pass for the counts and one for each kind of minutes; each adds up by all groupings at
    once, and what little is left is then added up by each.
    """
    named = ", ".join(f"{GROUPS[name]} AS k{place}" for place, name in enumerate(groups))
    keys = ", ".join(f"k{place}" for place, _name in enumerate(groups))
    # As text, so that "nobody" is a key too.
    apart = ", ".join(
        f"('{name}', coalesce(k{place}::text, ''))" for place, name in enumerate(groups)
    )
    cell = f"FROM cell_{of} JOIN staff_office o ON o.id = office_id"
    each = f"CROSS JOIN LATERAL (VALUES {apart}) k(kind, key)"

    def tally(name: str) -> str:
        return f"""
{of}_{name}_whole AS (
    SELECT {named}, minute, sum(coalesce(times, 1)) AS n
    {cell} CROSS JOIN LATERAL unnest({name}_minutes, {name}_times) m(minute, times)
    GROUP BY {keys}, minute),
{of}_{name} AS (SELECT kind, key, minute, sum(n) AS n FROM {of}_{name}_whole {each}
                GROUP BY kind, key, minute),
{of}_{name}_median AS ({_MEDIAN.format(tally=f"{of}_{name}")})"""

    clauses = f"""
{of}_whole AS (SELECT {named}, {SUMMED} {cell} GROUP BY {keys}),
{of}_sums AS (SELECT kind, key, {SUMMED} FROM {of}_whole {each} GROUP BY kind, key),
{tally("response")},
{tally("review")}"""
    select = f"""
SELECT kind, key, m.median, v.median, {_KEPT}
FROM {of}_sums LEFT JOIN {of}_response_median m USING (kind, key)
LEFT JOIN {of}_review_median v USING (kind, key)"""
    return clauses, select


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
