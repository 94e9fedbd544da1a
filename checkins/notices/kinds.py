"""The kinds of notices about check-ins, as the outbox knows them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.notices.registry import Facts, Kind, register
from casework.notices.rules import Channel
from checkins.lifecycle import mark_delivered, windows
from checkins.models import CheckIn
from checkins.notices import texts
from checkins.notices.written import ISSUED, REMINDER, RESULT
from checkins.states import State

_CLOSED_QUIETLY = [State.CANCELLED.value, State.LAPSED.value]


def still_open(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Check-ins that wait for an answer, with their deadline as it is now."""
    rows = list(CheckIn.objects.filter(public_id__in=subjects, state=State.OPEN.value))
    deadlines = windows.deadlines_now(rows, now)
    return {
        row.public_id: {"deadline_at": deadlines[row.pk], "expires_at": deadlines[row.pk]}
        for row in rows
        if deadlines[row.pk] > now
    }


def still_news(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    rows = CheckIn.objects.filter(public_id__in=subjects).exclude(state__in=_CLOSED_QUIETLY)
    found: dict[UUID, dict[str, Any]] = {}
    for key, state, deadline_at in rows.values_list("public_id", "state", "deadline_at"):
        found[key] = {"state": state, "deadline_at": deadline_at}
    return found


def note_delivered(subject: UUID, now: datetime) -> None:
    """A receipt: the person has the request, so the window counts."""
    check_in = CheckIn.objects.filter(public_id=subject).first()
    if check_in is not None:
        mark_delivered(check_in, now=now)


def register_kinds() -> None:
    """Called once, at start."""
    register(
        Kind(
            ISSUED,
            "Check-in",
            texts.issued,
            still_open,
            urgent=True,
            escalates=True,
            delivered=note_delivered,
        ),
        Kind(
            REMINDER,
            "Check-in reminder",
            texts.reminder,
            still_open,
            optional=True,
            channels=(Channel.PUSH, Channel.SMS, Channel.EMAIL),
            delivered=note_delivered,
        ),
        Kind(
            RESULT,
            "Check-in result",
            texts.result,
            still_news,
            channels=(Channel.PUSH, Channel.SMS, Channel.EMAIL),
        ),
    )
