"""A card of Today: the first of the rows behind it, and where the rest is."""

from dataclasses import dataclass
from typing import Any

from smartlink.console import queue

SHOWN = 5
MOST_COUNTED = queue.MOST_ON_TODAY
OF_A_CASE = {"hearing", "attendance"}
# Their rows are about nobody, or name the person themselves.
WITHOUT_FACE = {"person", "message", "conflict", "fault", "report", "apart", "place"}


@dataclass(frozen=True)
class Card:
    """`rows` are the first of `count`; `kind` says how a row is drawn."""

    kind: str
    title: str
    icon: str
    rows: list[Any]
    url: str
    empty: str
    tone: str = "calm"

    @property
    def count(self) -> str:
        return f"{MOST_COUNTED}+" if len(self.rows) > MOST_COUNTED else str(len(self.rows))

    @property
    def first(self) -> list[Any]:
        """The rows to draw, each participant with the face that came in the same query."""
        for row in self.rows[:SHOWN]:
            if self.kind not in WITHOUT_FACE:
                person = row.case.participant if self.kind in OF_A_CASE else row.participant
                person.face_id = row.face_id
        return self.rows[:SHOWN]

    @property
    def more(self) -> int:
        return min(len(self.rows), MOST_COUNTED) - SHOWN
