"""Slices of the kept cells: the same requests added up by few things only, so that most questions
read few rows.

Every slice knows day and office. `everything` is what is counted; the others are its sums, with
their minutes as tallies (each minute, and how often). A question is answered from the smallest
slice that knows all that it filters and groups by.
"""

from datetime import date

from django.db import connection

from smartlink.reports import cells
from smartlink.reports.figures import COUNTED
from smartlink.reports.questions import Question, Wheres

EVERYTHING = "everything"
# The smallest first: an office has few technologies, more languages, and many officers.
KNOWN: dict[str, tuple[str, ...]] = {
    "office": (),
    "origin": ("origin",),
    "technology": ("technology",),
    "language": ("language",),
    "officer": ("officer_id",),
    "manner": ("language", "origin", "technology"),
    "officer_how": ("officer_id", "origin", "technology"),
    EVERYTHING: cells.KEYS[2:],
}
_KEY_OF = {
    "officer": "officer_id",
    "language": "language",
    "origin": "origin",
    "technology": "technology",
}
MINUTES = ("response_minutes", "response_times", "review_minutes", "review_times")
COLUMNS = ", ".join((*cells.KEYS, *COUNTED, *MINUTES))

_SUMS = ", ".join(f"sum({name})::int AS {name}" for name in COUNTED)
# An office's nobody is 0 here, so that rows can be joined by it.
_FINE = """
SELECT day, office_id, coalesce(officer_id, 0) AS officer_id, language, origin, technology,
       {counts}, response_minutes, review_minutes
FROM reports_keptcell WHERE slice = 'everything' AND day = ANY(%(days)s)
"""
_TALLY = """
{name} AS (
    SELECT {keys}, array_agg(minute ORDER BY minute) AS {name}_minutes,
           array_agg(n ORDER BY minute) AS {name}_times
    FROM (SELECT {keys}, minute, count(*)::int AS n FROM fine, unnest({name}_minutes) minute
          GROUP BY {keys}, minute) each
    GROUP BY {keys})"""


def of(question: Question, group: str) -> str:
    """The slice that serves a grouping (a word of `queries.GROUPS`) of the question."""
    needed = {key for name, key in _KEY_OF.items() if name == group or getattr(question, name)}
    return next(name for name, known in KNOWN.items() if needed <= set(known))


def read(question: Question) -> Wheres:
    """Conditions on the kept cells `k` of a slice that knows what is filtered by."""
    where = Wheres()
    if question.offices is not None:
        where.add("k.office_id = ANY(%(offices)s)")
    if question.officer is not None:
        where.add("k.officer_id = %(officer)s")
    for name in ("language", "origin", "technology"):
        if getattr(question, name):
            where.add(f"k.{name} = %({name})s")
    return where


def add_up(days: list[date]) -> None:
    """Make the smaller slices of days of which everything is kept."""
    with connection.cursor() as cursor:
        for name in KNOWN:
            if name != EVERYTHING:
                cursor.execute(_added_up(name), {"slice": name, "days": days})


def _added_up(name: str) -> str:
    known = KNOWN[name]
    keys = ", ".join(("day", "office_id", *known))
    unknown = dict.fromkeys(cells.KEYS[2:], "''") | {"officer_id": "NULL"}
    said = {"officer_id": "nullif(officer_id, 0)"}
    shown = ", ".join(
        said.get(key, key) if key in {"day", "office_id", *known} else unknown[key]
        for key in cells.KEYS
    )
    return f"""
INSERT INTO reports_keptcell (slice, {COLUMNS})
WITH fine AS MATERIALIZED ({_FINE.format(counts=", ".join(COUNTED))}),
{_TALLY.format(name="response", keys=keys)},
{_TALLY.format(name="review", keys=keys)},
sums AS (SELECT {keys}, {_SUMS} FROM fine GROUP BY {keys})
SELECT %(slice)s, {shown}, {", ".join(COUNTED)}, {", ".join(MINUTES)}
FROM sums LEFT JOIN response USING ({keys}) LEFT JOIN review USING ({keys})
"""
