"""Rules and numbers that need no database. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checkins.states import State

# A verification takes well under a second: what still waits then has lost its nudge.
FIRST_NUDGE_AFTER = timedelta(seconds=20)
# Waits between nudges double up to this many times, so that a long queue is not flooded.
NUDGE_DOUBLINGS = 6
# A photo that its worker did not survive so often is for a person to look at.
MOST_TRIES = 3
# Photos of one check-in refused for one reason: whoever cannot do better (dark glasses for the
# eyes' sake, no lamp) must not be kept from an answer, so the last of these is a person's to judge.
MOST_FOR_ONE_REASON = 4
# What a plan allows at most.
LONGEST_WINDOW = timedelta(days=1)
# A window that our faults have stretched by more than this has lost its sense: it lapses.
LONGEST_EXTENSION = timedelta(hours=12)

# Who got the request later than this before its end, or than half of its window where that is
# less, had no fair time to answer: it lapses.
FAIR_ANSWER_TIME = timedelta(minutes=30)

# A place is kept as degrees with so many decimals: 0.01° is 1.1 km north to south, less east to
# west. Nothing finer is ever stored.
LOCATION_DECIMALS = 2
LOCATION_KEPT_DAYS = 30
# What was told with a check-in may be put right for so long after its deadline.
TOLD_UNTIL = timedelta(days=2)
LONGEST_TOLD = 300


class Question(StrEnum):
    """What a participant may tell with a check-in; each needs an officer."""

    ADDRESS = "address"
    PHONE = "phone"
    WORK = "work"
    SUPPORT = "support"
    CALL_BACK = "call_back"


EVERY_QUESTION = tuple(question.value for question in Question)


def had_fair_time(answer_time: timedelta, window: timedelta) -> bool:
    """Whether the time between delivery and deadline, without our faults, was enough to answer."""
    return answer_time >= min(FAIR_ANSWER_TIME, window / 2)


def believable(captured_at: datetime | None) -> datetime | None:
    """What a phone says of when it took a photo; nothing where its clock makes no sense."""
    return captured_at if captured_at is not None and 2000 <= captured_at.year < 2100 else None


def coarse(latitude: float, longitude: float) -> tuple[float, float] | None:
    """A place rounded to about a kilometre; None where there is no such place.

    >>> coarse(40.712776, -74.005974)
    (40.71, -74.01)
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # refuses NaN too
        return None
    return round(latitude, LOCATION_DECIMALS) + 0.0, round(longitude, LOCATION_DECIMALS) + 0.0


def may_still_tell(state: State | str, deadline_at: datetime | None, now: datetime) -> bool:
    """Whether the questions of a check-in may be answered (again)."""
    if deadline_at is None or State(state) in {State.PLANNED, State.CANCELLED}:
        return False
    return now < deadline_at + TOLD_UNTIL


A_DAY = timedelta(days=1)
# Where no terms of draws say otherwise; as `checkins.draw.terms` has it.
USUAL_GAP_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Lately:
    """What somebody was asked for in the last 24 hours, and what the plan allows."""

    signed_in: bool = True
    waiting: bool = False
    asked: int = 0
    issued: int = 0
    last_issued_at: datetime | None = None
    gap_seconds: int | None = None
    most_a_day: int | None = None


def why_not_asked(one: Lately, now: datetime, *, most_asked: int, fault: bool) -> str:
    """Why a person is left out when many are asked for a check-in at once; empty for nothing."""
    gap = timedelta(seconds=USUAL_GAP_SECONDS if one.gap_seconds is None else one.gap_seconds)
    grounds = {
        "a fault of ours is on": fault,
        "has not signed in yet": not one.signed_in,
        "has a check-in to answer": one.waiting,
        f"was asked {most_asked} times in 24 hours": one.asked >= most_asked,
        "has had the most that the plan allows in a day": one.most_a_day is not None
        and one.issued >= one.most_a_day,
        "had a check-in within the plan's gap": one.last_issued_at is not None
        and now - one.last_issued_at < gap,
    }
    return next((words for words, applies in grounds.items() if applies), "")
