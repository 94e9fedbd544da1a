"""Check-ins on a participant's timeline: every change of state, and what was told with them."""

from typing import Any

from django.db.models import QuerySet

from casework.participants.registry import Looking
from casework.participants.timeline import Happening, Kind, Source, timeline
from checkins import looks
from checkins.models import CheckIn, CheckInEvent, Told
from checkins.states import State

CHECK_INS = "check_ins"


def _events(looking: Looking, _kind: str) -> QuerySet[Any]:
    """Nothing of a check-in that was not issued: its time is secret from everyone."""
    issued = CheckIn.objects.of(looking.participant).filter(issued_at__isnull=False)
    rows = CheckInEvent.objects.filter(check_in__in=issued.values("pk"))
    return rows.exclude(to_state=State.PLANNED.value).select_related("check_in")


def _tell_event(row: CheckInEvent) -> Happening:
    first = row.from_state in {"", State.PLANNED.value}
    word = "requested" if first else looks.state_name(row.to_state).lower()
    return Happening(
        f"Check-in {word}",
        row.reason,
        row.actor_name,
        looks.tone(row.to_state),
        link=("console:check_in", row.check_in.public_id),
    )


def _told(looking: Looking, _kind: str) -> QuerySet[Any]:
    rows = Told.objects.filter(check_in__participant=looking.participant)
    return rows.select_related("check_in")


def _tell_told(row: Told) -> Happening:
    said = [f"{one.value}: “{words}”" if words else one.value for one, words in row.items]
    return Happening(
        "Told with a check-in",
        "; ".join(said) or "nothing to tell",
        "the participant",
        "ask" if row.needs_officer and row.handled_at is None else "calm",
        link=("console:check_in", row.check_in.public_id),
    )


def register() -> None:
    """Called once, at start."""
    timeline.add(
        Kind(CHECK_INS, "Check-ins", "photo_camera"),
        Source("check_in", (CHECK_INS,), "at", _events, _tell_event,
               frozenset({"requested a check-in", "withdrew a check-in", "excused a check-in",
                          "decided accepted", "decided not_accepted"})),
        Source("told", (CHECK_INS,), "told_at", _told, _tell_told,
               frozenset({"answered the questions"})),
    )  # fmt: skip
    timeline.objects |= {"check-in": CHECK_INS, "phone call": CHECK_INS}
