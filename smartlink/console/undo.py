"""The last acceptance of this session, for as long as it may be taken back."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from checkins.models import CheckIn
from checkins.reviews.rules import UNDO_FOR, may_undo

_KEY = "last_accepted"


@dataclass(frozen=True)
class LastAccepted:
    """Whose, and until when it may be taken back."""

    public_id: str
    name: str
    until: datetime


def remember(request: HttpRequest, check_in: CheckIn, now: datetime) -> None:
    name = check_in.participant.full_name
    request.session[_KEY] = [str(check_in.public_id), name, now.isoformat()]


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def last_accepted(request: HttpRequest, now: datetime) -> LastAccepted | None:
    """None when there is none, or when its minute is over. Asks no database."""
    kept: list[str] = request.session.get(_KEY) or ["", "", ""]
    at = parse_datetime(kept[2])
    if at is None or not may_undo(at, now):
        return None
    return LastAccepted(kept[0], kept[1], at + UNDO_FOR)
