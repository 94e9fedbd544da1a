"""What a finding can be about. Upper apps register it: casework never hears of check-ins.

A provider says what may be said of one thing, on what evidence, and what speaks against saying it.
The evidence is kept as plain JSON with the finding; the provider puts it into words, in the
reader's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from casework.findings.rules import Kind
from casework.participants.models import Participant

Evidence = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One piece of evidence as people read it."""

    label: str
    text: str


@dataclass(frozen=True)
class Subject:
    """One thing as it is now. `refusal` says why nothing may be said of it; else it is empty.

    `is_void`: it counts for nothing, for good; what was said of it is taken back.
    `warnings` are for staff: whole sentences about what speaks for the person.
    """

    id: UUID
    participant: Participant
    at: datetime
    kinds: tuple[Kind, ...]
    evidence: Evidence
    refusal: str = ""
    warnings: tuple[str, ...] = ()
    is_void: bool = False


@dataclass(frozen=True)
class About:
    """One type of thing. `page` is the view of the staff site that shows one."""

    name: str
    find: Callable[[UUID, datetime], Subject | None]
    title: Callable[[Evidence, tzinfo], str]
    lines: Callable[[Evidence, tzinfo], list[Line]]
    page: str


class UnknownSubject(LookupError):
    """A type of thing that no app has registered."""


_known: dict[str, About] = {}


def register(*types: About) -> None:
    """Called while Django starts; registering the same again changes nothing."""
    for one in types:
        _known[one.name] = one


def about(name: str) -> About:
    """Raises `UnknownSubject`."""
    try:
        return _known[name]
    except KeyError:
        raise UnknownSubject(name) from None


def names() -> list[str]:
    return sorted(_known)
