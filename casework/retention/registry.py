"""The retention rules of this deployment: data, filled at start by whoever stores something.

Upper apps register what they keep; the engine in `casework.retention.apply` knows none of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

Words = Any
"""A sentence in the reader's language, lazily translated."""


def no_files(_row: Any) -> list[str]:
    return []


def delete_rows(rows: list[Any]) -> None:
    """Rows of one model, and what hangs on them."""
    type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows]).delete()  # noqa: SLF001


@dataclass(frozen=True)
class Rule:
    """What is deleted when. `what`, `why`, `since` are read by participants.

    `due(cutoff)`: the rows whose clock ran out at `cutoff` (now less the period). `person`: the
    path from a row to the participant, empty when it is in nobody's file. `files`: names in the
    storage that go with a row. `named(rows, people)`: where a row is about many, the keys of those
    about any of `people`, whom a legal hold protects. `erase`: takes rows away, or what they hold
    of the person.
    """

    slug: str
    kind: str
    what: Words
    why: Words
    since: Words
    days: int
    due: Callable[[datetime], QuerySet[Any]]
    person: str = ""
    files: Callable[[Any], list[str]] = no_files
    named: Callable[[QuerySet[Any], QuerySet[Any]], list[int]] | None = None
    erase: Callable[[list[Any]], None] = delete_rows
    order: int = 100

    @property
    def concerns_people(self) -> bool:
        """Whether participants are told of it: it is about something in their files."""
        return bool(self.person) or self.slug == "audit"

    def cutoff(self, now: datetime) -> datetime:
        return now - timedelta(days=self.days)


@dataclass(frozen=True)
class Folder:
    """A folder of the storage whose files each belong to a row; `used` says which of some do."""

    name: str
    used: Callable[[list[str]], set[str]]


class Registry:
    """One for the process. `sign` makes a JWS of a certificate's facts, where there are keys."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self.folders: list[Folder] = []
        self.sign: Callable[[dict[str, Any], datetime], str] = lambda _facts, _now: ""

    def add(self, *parts: Rule | Folder) -> None:
        for part in parts:
            if isinstance(part, Folder):
                self.folders.append(part)
            else:
                self._rules[part.slug] = part

    @property
    def rules(self) -> list[Rule]:
        """In order, with the periods of this deployment (`RETENTION_DAYS`)."""
        periods = settings.RETENTION_DAYS
        known = (
            replace(rule, days=int(periods.get(rule.slug, rule.days)))
            for rule in self._rules.values()
        )
        return sorted(known, key=lambda rule: (rule.order, rule.slug))


retention = Registry()
