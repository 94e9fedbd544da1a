"""Who is told when requests that came from elsewhere are settled.

Casework never hears of check-ins: whoever files requests with a `source_id` registers here.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from casework.requests.models import ChangeReport, HelpRequest
from casework.staff.models import User

Settled = Callable[[UUID, User, datetime], None]
_told: list[Settled] = []


def register(told: Settled) -> None:
    """Called while Django starts; registering the same again changes nothing."""
    if told not in _told:
        _told.append(told)


def note_settled(source_id: UUID | None, by: User, now: datetime) -> None:
    """Nothing of this source waits any more: say so. Called after each request is settled."""
    if source_id is None or waits(source_id):
        return
    for told in _told:
        told(source_id, by, now)


def waits(source_id: UUID) -> bool:
    """Whether a request of this source is still to be settled."""
    changes = ChangeReport.objects.waiting().filter(source_id=source_id)
    return changes.exists() or HelpRequest.objects.waiting().filter(source_id=source_id).exists()
