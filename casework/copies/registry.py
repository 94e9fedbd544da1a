"""What goes into the copy of a person's file: parts, registered at start by whoever holds some."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from casework.participants.models import Participant

Row = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """A stored file that goes in under `name`, with its suffix; `stored` is its name there."""

    name: str
    stored: str


@dataclass(frozen=True)
class Part:
    """`rows` gives what is held, as plain values; `pictures` the files that belong to it.

    Secrets (digests, keys, sealed bytes) and what is secret from everyone (times of check-ins that
    are not issued yet) are never in it. `office_only`: not in a copy that the person asked for.
    """

    slug: str
    title: Any
    rows: Callable[[Participant], Iterable[Row]]
    order: int
    pictures: Callable[[Participant], Iterable[Picture]] = lambda _participant: ()
    office_only: bool = False


class Registry:
    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def add(self, *parts: Part) -> None:
        for part in parts:
            self._parts[part.slug] = part

    @property
    def parts(self) -> list[Part]:
        return sorted(self._parts.values(), key=lambda part: (part.order, part.slug))

    def parts_for(self, *, office: bool) -> list[Part]:
        """Those of a copy that the office asked for, or (without `office`) the person."""
        return [part for part in self.parts if office or not part.office_only]


parts_of_file = Registry()


def columns(row: Model, *names: str) -> Row:
    """Some of a row's fields; of a choice, the word that people read."""
    found = {}
    for name in names:
        shown = getattr(row, f"get_{name}_display", None)
        found[name] = str(shown()) if shown is not None else getattr(row, name)
    return found
