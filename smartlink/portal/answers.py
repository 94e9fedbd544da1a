"""How an answered check-in is told to its participant."""

from datetime import datetime
from typing import Any

from checkins.models import Attempt, CheckIn, RefusedUpload, Review
from checkins.reviews.words import in_readers_words, is_as_written
from checkins.states import NEEDS_NO_ANSWER, State
from checkins.telling import may_tell
from checkins.verification.codes import Reason
from checkins.wording import reason_text


def last_attempt(check_in: CheckIn) -> Attempt | None:
    """The newest attempt with its verification and receipt."""
    return check_in.attempts.select_related("verification", "receipt").order_by("-number").first()


def refused_as_closed(check_in: CheckIn) -> RefusedUpload | None:
    """The last photo that came when the check-in was over already; its receipt is all of it."""
    if State(check_in.state) not in NEEDS_NO_ANSWER:
        return None
    rows = check_in.refused_uploads.filter(reason=Reason.CLOSED.value)
    return rows.select_related("receipt").order_by("-number").first()


def why_not(check_in: CheckIn) -> str:
    """What was wrong with the last photo of a check-in that is open again; else empty."""
    if check_in.state != State.OPEN.value:
        return ""
    attempt = last_attempt(check_in)
    found = getattr(attempt, "verification", None)
    return reason_text(found.reasons[0]) if found is not None and found.reasons else ""


def why_not_accepted(check_in: CheckIn) -> dict[str, Any]:
    """What the people who did not accept it wrote; nothing unless that is what was decided."""
    if check_in.state != State.NOT_ACCEPTED.value:
        return {}
    decided = Review.objects.filter(check_in=check_in, verdict=Review.Verdict.NOT_ACCEPTED)
    reason = decided.values_list("reason", flat=True).first() or ""
    return {
        "why_not_accepted": in_readers_words(reason),
        "why_is_as_written": is_as_written(reason),
    }


def what_to_tell(check_in: CheckIn, now: datetime) -> dict[str, Any]:
    """For the pages of a check-in: may its questions be answered, and what was told already."""
    return {"may_tell": may_tell(check_in, now), "told": getattr(check_in, "told", None)}
