"""What can be done with a selection of the caseload: each act shows its preview first."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import BulkAct
from casework.transfers.rules import MOST
from smartlink.console.several_words import MAY
from smartlink.console.views import together, transfers


def within_limit(request: HttpRequest, selected: ParticipantQuerySet) -> bool:
    """Says so where the selection is too large."""
    if selected.order_by().values("pk")[: MOST + 1].count() <= MOST:
        return True
    messages.warning(request, f"At most {MOST} people at once: narrow the list down first.")
    return False


def _transfer(request: Any, selected: ParticipantQuerySet) -> HttpResponse | None:
    if not within_limit(request, selected):
        return None
    return transfers.preview(request, transfers.of_caseload(request, selected))


TRANSFER = BulkAct(
    "transfer", "Transfer to another officer", "participants.change_assignment", _transfer, 10
)


def _together(kind: str, title: str, order: int) -> BulkAct:
    def perform(request: Any, selected: ParticipantQuerySet) -> HttpResponse | None:
        if not within_limit(request, selected):
            return None
        return together.preview(request, kind, selected)

    return BulkAct(kind, title, MAY, perform, order)


REQUEST = _together("request", "Request a check-in", 20)
PAUSE = _together("pause", "Pause the plan", 30)
RESUME = _together("resume", "Let the plan go on", 40)
