"""The kinds of notices. Upper apps register theirs at start; the outbox knows no other words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from casework.notices.rules import DEFAULT_ORDER, Channel

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """What a person reads or hears, in the active language. `path` is a page of the portal.

    `text` must say nothing that a stranger who sees the phone may not read.
    """

    title: str
    text: str
    spoken: str
    path: str
    long: str = ""


@dataclass(frozen=True)
class Reading:
    """For whom to render: when, in which zone; the language is the active one."""

    subject_id: UUID
    variant: str
    facts: Facts
    zone: tzinfo
    now: datetime


# Of these subjects, those about which somebody still wants to be told, with facts as they are now.
# A fact named `expires_at` (a datetime) moves the end of the notice; one named `to` (a number) is
# the only address that it goes to.
Current = Callable[[Collection[UUID], datetime], Mapping[UUID, Facts]]


@dataclass(frozen=True)
class Kind:
    """One kind of notice. `urgent` is sent in quiet hours too; `optional` may be turned off.

    One that `escalates` goes on to the next channel until somebody has confirmed it.
    """

    name: str
    title: str
    render: Callable[[Reading], Message]
    current: Current
    urgent: bool = False
    optional: bool = False
    escalates: bool = False
    channels: tuple[Channel, ...] = field(default=DEFAULT_ORDER)
    delivered: Callable[[UUID, datetime], None] | None = None


class UnknownKind(LookupError):
    """A notice whose kind no app has registered."""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Called while Django starts; registering the same again changes nothing."""
    for kind in kinds:
        _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Raises `UnknownKind`."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def all_kinds() -> list[Kind]:
    """In the order of their titles."""
    return sorted(_kinds.values(), key=lambda kind: kind.title)
