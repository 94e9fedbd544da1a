"""Hand-overs on the timeline of a file, with their notes."""

from typing import Any

from django.db.models import F, QuerySet

from casework.participants.registry import Looking
from casework.participants.timeline import Happening, Kind, Source, timeline
from casework.transfers.models import HandOver

HAND_OVER = "hand-over"


def _rows(looking: Looking, _kind: str) -> QuerySet[Any]:
    rows = HandOver.objects.of(looking.participant).annotate(at=F("transfer__made_at"))
    return rows.select_related("transfer__by", "transfer__officer", "before__officer")


def _tell(row: HandOver) -> Happening:
    made = row.transfer
    before = row.before.officer if row.before else "nobody"
    title = f"Handed over from {before} to {made.officer}"
    text = " – ".join(part for part in (made.note, row.note) if part)
    if made.undone_at is not None:
        return Happening(f"{title}, and taken back", text, str(made.by))
    return Happening(title, text, str(made.by))


def register() -> None:
    """Called once, at start."""
    timeline.add(
        Kind(HAND_OVER, "Hand-overs", "move_down"),
        Source("hand_over", (HAND_OVER,), "at", _rows, _tell, frozenset({"handed over"})),
    )
    timeline.objects["hand-over"] = HAND_OVER
