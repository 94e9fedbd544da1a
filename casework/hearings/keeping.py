"""How long uploaded lists of hearings are kept."""

from casework.hearings.imports.working import HEARINGS
from casework.retention.registry import retention
from casework.retention.uploads import rule_of


def register() -> None:
    """Called once, at start."""
    retention.add(rule_of(HEARINGS, "imported_hearings", "Uploaded lists of hearings", order=89))
