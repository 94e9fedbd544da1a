"""How an answered check-in is told to its participant."""

from datetime import datetime
from typing import Any

from checkins.models import Attempt, CheckIn
from checkins.states import State
from checkins.telling import may_tell
from checkins.wording import reason_text


def last_attempt(check_in: CheckIn) -> Attempt | None:
    """The newest attempt with its verification and receipt."""
    return check_in.attempts.select_related("verification", "receipt").order_by("-number").first()


def why_not(check_in: CheckIn) -> str:
    """What was wrong with the last photo of a check-in that is open again; else empty."""
    if check_in.state != State.OPEN.value:
        return ""
    attempt = last_attempt(check_in)
    found = getattr(attempt, "verification", None)
    return reason_text(found.reasons[0]) if found is not None and found.reasons else ""


def what_to_tell(check_in: CheckIn, now: datetime) -> dict[str, Any]:
    """For the pages of a check-in: may its questions be answered, and what was told already."""
    return {"may_tell": may_tell(check_in, now), "told": getattr(check_in, "told", None)}
