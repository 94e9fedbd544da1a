"""Where upper apps hang their parts of the caseload and of a participant's file.

Casework never hears of check-ins: whoever knows more registers it here, at start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from casework.participants.models import Participant
from casework.participants.querysets import ParticipantQuerySet
from casework.staff.models import User


@dataclass(frozen=True)
class Looking:
    """Who looks at whose file, and when."""

    participant: Participant
    user: User
    now: datetime


@dataclass(frozen=True)
class Panel:
    """A part of the file: `context` gives its template what it shows. `side`: narrow column.

    `top`: above both columns, with headings of its own; one that shows nothing is left out.
    """

    slug: str
    title: str
    template: str
    context: Callable[[Looking], dict[str, Any]]
    order: int
    side: bool = False
    top: bool = False


@dataclass(frozen=True)
class Button:
    """An act at the head of the file: a page of its own, addressed by the public id."""

    label: str
    icon: str
    view: str
    permission: str
    order: int
    main: bool = False


@dataclass(frozen=True)
class Column:
    """A column of the caseload; what it shows comes with `Registry.annotations`."""

    name: str
    title: str
    render: Callable[[Participant], str]
    order: int


@dataclass(frozen=True)
class BulkAct:
    """An act on a selection of the caseload: `perform(request, selected)` answers with a page."""

    name: str
    title: str
    permission: str
    perform: Callable[[HttpRequest, ParticipantQuerySet], HttpResponse | None]
    order: int


Picture = Callable[[Participant], str | None]
Annotate = Callable[[ParticipantQuerySet], ParticipantQuerySet]


class Registry:
    """One for the process, filled while Django starts.

    `annotations` are made for the caseload and for the file, `of_the_file` for the file alone.
    """

    def __init__(self) -> None:
        self.panels: list[Panel] = []
        self.buttons: list[Button] = []
        self.columns: list[Column] = []
        self.bulk_acts: list[BulkAct] = []
        self.filters: list[Any] = []
        self.annotations: list[Annotate] = []
        self.of_the_file: list[Annotate] = []
        self.picture: Picture = lambda _participant: None

    def add(self, *parts: Panel | Button | Column | BulkAct) -> None:
        for part in parts:
            places: dict[type, list[Any]] = {
                Panel: self.panels,
                Button: self.buttons,
                Column: self.columns,
                BulkAct: self.bulk_acts,
            }
            kept = places[type(part)]
            kept.append(part)
            kept.sort(key=lambda one: one.order)


file_of_participant = Registry()
