"""What requests add to a participant's file: address and work, and that something waits."""

from typing import Any

from django.db.models import Exists, OuterRef

from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Looking, Panel, file_of_participant
from casework.requests.models import ChangeReport, HelpRequest


def with_requests(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """Adds `circumstances`, `reports_change` and `asks_help`, in the same query."""
    own = {"participant": OuterRef("pk")}
    annotated: ParticipantQuerySet = rows.select_related("circumstances").annotate(
        reports_change=Exists(ChangeReport.objects.waiting().filter(**own)),
        asks_help=Exists(HelpRequest.objects.waiting().filter(**own)),
    )
    return annotated


def circumstances(looking: Looking) -> dict[str, Any]:
    """Nothing is asked here: it came with the participant."""
    return {"known": getattr(looking.participant, "circumstances", None)}


def register() -> None:
    """Called once, at start."""
    file_of_participant.annotations.append(with_requests)
    file_of_participant.add(
        Panel(
            "circumstances", "Address and work", "console/panels/circumstances.html",
            circumstances, 42, side=True,
        )
    )  # fmt: skip
