"""Columns that an upper app understands: casework never hears of check-ins."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.common.imports.cells import Cells
from casework.participants.imports.words import HEADINGS
from casework.participants.models import Participant
from casework.staff.models import User

Facts = dict[str, Any]


@dataclass(frozen=True)
class Extra:
    """`understand` gives what a row says, under the names of `headings`; nothing when it is silent.

    `current` gives by participant (key) what is here already; `keep` writes what is to be added.
    """

    headings: dict[str, str]
    understand: Callable[[Cells, User], Facts]
    current: Callable[[Collection[int]], dict[int, Facts]]
    keep: Callable[[Sequence[tuple[Participant, Facts]], User, datetime], None]


EXTRAS: list[Extra] = []


def add_extra(extra: Extra) -> None:
    """Once for each, while Django starts."""
    EXTRAS.append(extra)
    HEADINGS.update(extra.headings)
