"""Everything that happened in a participant's file, newest first, from whoever knows of it.

Upper apps register sources; each answers with one query of its own, so a page costs one query a
source however long the file is. A page ends at a cursor in time: nothing is counted or skipped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from casework.participants.registry import Looking

PAGE = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """What the reader can narrow the page to."""

    slug: str
    title: str
    icon: str


@dataclass(frozen=True)
class Happening:
    """One line. `link` is the name of a page and the public id that it takes."""

    title: str
    text: str = ""
    who: str = ""
    tone: str = "calm"
    kind: str = ""
    link: tuple[str, UUID] | None = None


@dataclass(frozen=True)
class Source:
    """`rows(looking, kind)`: those of one person, of `kind` or (empty) of all its kinds.

    `at` is the field that says when; `tell` makes a line of a row. `verbs` of the audit trail say
    the same again, and are left out there.
    """

    slug: str
    kinds: tuple[str, ...]
    at: str
    rows: Callable[[Looking, str], QuerySet[Any]]
    tell: Callable[[Any], Happening]
    verbs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: instants may be equal, so source and row belong to it."""

    at: datetime
    slug: str
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.slug}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for what is no cursor: then the page begins at the newest."""
        parts = text.split(".")
        if len(parts) != 3 or not (parts[0].isdecimal() and parts[2].isdecimal()):
            return None
        if max(len(parts[0]), len(parts[2])) > 17:
            return None
        return cls(_EPOCH + timedelta(microseconds=int(parts[0])), parts[1], int(parts[2]))


@dataclass(frozen=True)
class Line:
    at: datetime
    kind: Kind
    told: Happening


class Timeline:
    """One for the process. `objects` says of which kind an audited object is; `links` at
    which page it is shown; `facts` makes words of an audit line's facts. `out_of_file` leaves out
    audit lines about what no file shows any more."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        self.sources: dict[str, Source] = {}
        self.objects: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.facts: dict[str, Callable[[dict[str, Any]], str]] = {}
        self.out_of_file: list[Callable[[Looking, QuerySet[Any]], QuerySet[Any]]] = []

    def add(self, *parts: Kind | Source) -> None:
        for part in parts:
            known: dict[str, Any] = self.kinds if isinstance(part, Kind) else self.sources
            known[part.slug] = part

    @property
    def verbs(self) -> set[str]:
        """What the audit trail need not say again."""
        return {verb for source in self.sources.values() for verb in source.verbs}

    def page(
        self, looking: Looking, kind: str = "", before: Cursor | None = None
    ) -> tuple[list[Line], Cursor | None]:
        """The newest lines older than `before`, and where the next page begins."""
        found: list[tuple[datetime, str, int, Any]] = []
        for source in self.sources.values():
            if not kind or kind in source.kinds:
                rows = _older(source, source.rows(looking, kind), before)
                rows = rows.order_by(f"-{source.at}", "-pk")[: PAGE + 1]
                found += [(getattr(row, source.at), source.slug, row.pk, row) for row in rows]
        found.sort(key=lambda one: one[:3], reverse=True)
        lines = [self._line(at, slug, row) for at, slug, _pk, row in found[:PAGE]]
        more = Cursor(*found[PAGE - 1][:3]) if len(found) > PAGE else None
        return lines, more

    def _line(self, at: datetime, slug: str, row: Any) -> Line:
        source = self.sources[slug]
        told = source.tell(row)
        return Line(at, self.kinds[told.kind or source.kinds[0]], told)


def _older(source: Source, rows: QuerySet[Any], cursor: Cursor | None) -> QuerySet[Any]:
    if cursor is None:
        return rows
    earlier, same = Q(**{f"{source.at}__lt": cursor.at}), Q(**{source.at: cursor.at})
    if source.slug < cursor.slug:
        return rows.filter(earlier | same)
    if source.slug == cursor.slug:
        return rows.filter(earlier | same & Q(pk__lt=cursor.pk))
    return rows.filter(earlier)


timeline = Timeline()
