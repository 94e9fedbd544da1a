"""What a participant was told, on the timeline."""

from typing import Any

from django.db.models import QuerySet

from casework.notices.models import Notice
from casework.notices.registry import all_kinds
from casework.notices.rules import Outcome
from casework.participants.registry import Looking
from casework.participants.timeline import Happening, Kind, Source, timeline

NOTICES = "notices"
_WORDS = {
    Outcome.UNDER_WAY: ("under way", "wait"),
    Outcome.DELIVERED: ("confirmed", "good"),
    Outcome.SENT: ("sent, not confirmed", "calm"),
    Outcome.FAILED: ("not reached", "bad"),
    Outcome.UNREACHABLE: ("not reached: no number or address", "bad"),
    Outcome.CANCELLED: ("not needed any more", "calm"),
    Outcome.EXPIRED: ("too late to send", "calm"),
}


def _notices(looking: Looking, _kind: str) -> QuerySet[Any]:
    return Notice.objects.of(looking.participant)


def _tell(row: Notice) -> Happening:
    titles = {kind.name: kind.title for kind in all_kinds()}
    words, tone = _WORDS.get(Outcome(row.outcome), (row.outcome, "calm"))
    title = f"Told: {titles.get(row.kind, row.kind)}"
    return Happening(title, words[:1].upper() + words[1:], "", tone)


def register() -> None:
    """Called once, at start."""
    timeline.add(
        Kind(NOTICES, "Messages sent", "outgoing_mail"),
        Source("notice", (NOTICES,), "written_at", _notices, _tell),
    )
