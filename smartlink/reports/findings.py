"""Findings in a report: how many were proposed, and where they stand. Nobody's is to be found."""

from casework.findings.rules import LIVE, OUT_OF_SIGHT, State
from smartlink.reports import snapshots
from smartlink.reports.content import Column, Kind, Table, fixed
from smartlink.reports.definitions import title
from smartlink.reports.figures import SMALLEST_SHOWN
from smartlink.reports.questions import Question

_COLUMNS = (
    Column("proposed", "Proposed", Kind.COUNT),
    Column("waiting", "Waiting", Kind.COUNT),
    Column("upheld", "Upheld", Kind.COUNT),
    Column("withdrawn", "Taken back", Kind.COUNT),
    Column("overturned", "Overturned", Kind.COUNT),
)
HIDDEN_NOTE = (
    f"Overturned findings are counted only where there are {SMALLEST_SHOWN} or more, and so is the "
    "number proposed, which would give them away."
)


def findings(question: Question) -> Table:
    """Erased ones are among the overturned; fewer than a few of those, or none, are not told."""
    found = snapshots.findings(question)
    waiting = sum(found.get(state.value, 0) for state in LIVE)
    upheld, withdrawn = (found.get(s.value, 0) for s in (State.UPHELD, State.WITHDRAWN))
    overturned = sum(found.get(state.value, 0) for state in OUT_OF_SIGHT)
    shown = overturned >= SMALLEST_SHOWN
    row = (
        waiting + upheld + withdrawn + overturned if shown else None,
        waiting,
        upheld,
        withdrawn,
        overturned if shown else None,
    )
    note = "" if shown else HIDDEN_NOTE
    return Table("findings", title("findings"), _COLUMNS, fixed([row]), note)
