"""Rules of the review queue that need no database. Pure."""

from datetime import datetime, timedelta

# Long enough to look at photos and at earlier check-ins, short enough to keep nobody waiting.
CLAIM_LASTS = timedelta(minutes=5)


def claimed_until(claimed_at: datetime | None) -> datetime | None:
    """When a claim ends by itself; None without one."""
    return None if claimed_at is None else claimed_at + CLAIM_LASTS


def is_held(claimed_at: datetime | None, now: datetime) -> bool:
    """Whether a claim of that time still counts. One that has run out is as good as none."""
    until = claimed_until(claimed_at)
    return until is not None and now < until
