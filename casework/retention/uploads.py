"""Files of imports: deleted after some days; the figures, and what was imported, stay.

A file says who many people are: it is in nobody's file of its own, and a legal hold on anybody
whose A-number it names keeps it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import structlog
from django.db.models import QuerySet

from casework.common.errors import RuleError
from casework.common.imports.working import Import
from casework.participants.rules import normal_a_number
from casework.retention.registry import Rule

log = structlog.get_logger(__name__)

DAYS: Final = 30


def rule_of(kind: "Import[Any, Any, Any]", slug: str, what: str, *, order: int) -> Rule:
    """The rule for the uploads of one kind of table that names people in `a_number`."""
    rows: Any = kind.model.objects

    def due(cutoff: datetime) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.filter(made_at__lt=cutoff).exclude(file="")
        return found

    def files(upload: Any) -> list[str]:
        return [upload.file.name]

    def named(uploads: Iterable[Any], people: QuerySet[Any]) -> list[int]:
        numbers = set(people.values_list("a_number", flat=True))
        return [one.pk for one in uploads if _names(kind, one, numbers)] if numbers else []

    def erase(uploads: list[Any]) -> None:
        rows.filter(pk__in=[one.pk for one in uploads]).update(file="", preview=[])

    return Rule(
        slug, "file of an import",
        what=what, why="So that bad rows can be given back to be put right",
        since="after the upload",
        days=DAYS, due=due, files=files, erase=erase, named=named, order=order,
    )  # fmt: skip


def _names(kind: "Import[Any, Any, Any]", upload: Any, numbers: set[str]) -> bool:
    """Whether it names one of them; a file that cannot be read might, and is kept.

    An earlier run that was cut off before the row has deleted the file.
    """
    try:
        table = kind.table_of(upload)
    except FileNotFoundError:
        log.warning("the file of an import is gone", upload=str(upload.public_id))
        return False
    except RuleError as unreadable:
        log.warning(
            "a file of an import is kept: it cannot be read, and somebody is under a hold",
            upload=str(upload.public_id), error=str(unreadable),
        )  # fmt: skip
        return True
    return any(normal_a_number(row.values.get("a_number", "")) in numbers for row in table.rows)
