"""Long lists of the portal: a page of the newest, and from there on to the older ones."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


def before_of(request: HttpRequest) -> int | None:
    """Where the asked page begins; what is no such place asks for the newest."""
    asked = request.GET.get("before", "")[:18]
    return int(asked) if asked.isascii() and asked.isdecimal() else None


def page_before(rows: QuerySet[Row], request: HttpRequest, size: int) -> dict[str, Any]:
    """`shown`, the newest first; `older`: where the next page begins; `newest`: no page before."""
    before = before_of(request)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    shown = found[:size]
    older = shown[-1].pk if len(found) > size else None
    return {"shown": shown, "older": older, "newest": before is None}
