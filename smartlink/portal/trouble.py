"""What a participant is told of our own faults: that one is on, and what time it gave them."""

from datetime import datetime

from casework.faults import services as faults
from checkins.lifecycle import windows
from checkins.models import CheckIn


def is_on(now: datetime) -> bool:
    """Whether a fault of ours stands in the way now."""
    return faults.blocking(now) is not None


def with_time_given_back(check_in: CheckIn, now: datetime) -> CheckIn:
    """The check-in with its deadline as it is now, for showing: never to be saved."""
    found = windows.window_now(check_in, now)
    check_in.deadline_at = found.deadline_at
    check_in.extended_seconds = round(found.extended.total_seconds())
    return check_in
