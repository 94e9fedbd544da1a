"""Where cells come from."""

from smartlink.reports import cells
from smartlink.reports.questions import Question


def source(question: Question) -> cells.SQL:
    """WITH-clauses up to `cell`."""
    sql, values = cells.cells(question)
    return f"{sql},\ncell AS (SELECT * FROM fresh)", values
