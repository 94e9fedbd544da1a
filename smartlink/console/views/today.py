"""Today: what needs me now, oldest first."""

from typing import Any

from django.http import HttpRequest


def today(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows besides its frame."""
    return {**context, "title": "Today"}
