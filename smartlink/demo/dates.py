"""Hearings and appointments of the demo: to come and past, seen and not yet seen, and a dispute."""

from datetime import datetime, timedelta
from typing import Any

from casework.hearings import appointments, history, results, telling_visits
from casework.hearings.courts import load_courts
from casework.hearings.models import (
    AppointmentKind,
    ChangeNotice,
    Court,
    Hearing,
    HearingKind,
    HearingMode,
    HearingSource,
)
from casework.hearings.services import enter
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.demo import cast
from smartlink.demo.chance import number

ATTENDANCE = (
    "attended",
    "attended",
    "attended",
    "late",
    "attended",
    "excused",
    "attended",
    "absent",
)
"""Of the past hearings, in turn."""


def courts() -> list[Court]:
    """The whole list is loaded; those of the two cities are used."""
    load_courts()
    return [Court.objects.get(name=name) for name in cast.COURTS]


def give_dates(
    position: int, person: Participant, court: Court, officer: User, now: datetime
) -> None:
    """What the person has before them and behind them; `position` decides what is special."""
    next_date = _to_come(person, court, officer, now)
    if position % 2 == 0:
        _past(position, person, court, officer, now)
    if position == 5:
        _today(person, court, officer, now)
    if position == 9:
        _dispute(next_date, officer, now)
    if position % 4 == 1:
        _visit(person, officer, now)
    if position not in {1, 2, 9}:  # a Spanish and an Arabic page show what is to be seen
        _see_all(person, now)


def _start(person: Participant, court: Court, now: datetime, days: int) -> datetime:
    local = now.astimezone(court.timezone) + timedelta(days=days)
    return local.replace(
        hour=9 + number(6, person.a_number, "h"), minute=30, second=0, microsecond=0
    )


def _to_come(person: Participant, court: Court, officer: User, now: datetime) -> Hearing:
    days = number(120, person.a_number) + 2
    mode = HearingMode.IN_PERSON if days % 4 else HearingMode.VIDEO
    terms: dict[str, Any] = {
        "court": court,
        "kind": HearingKind.INDIVIDUAL if days % 3 == 0 else HearingKind.MASTER,
        "mode": mode,
        "starts_at": _start(person, court, now, days),
    }
    if mode == HearingMode.VIDEO and days % 8:  # the link of some is still to come
        terms["video_url"] = f"https://video.example.org/hearing/{number(900, person.a_number)}"
    if mode == HearingMode.IN_PERSON:
        terms["room"] = f"Courtroom {1 + number(30, person.a_number, 'room')}"
    return enter(person, terms, by=officer, now=now - timedelta(days=5))


def _past(position: int, person: Participant, court: Court, officer: User, now: datetime) -> None:
    days = 20 + number(40, person.a_number, "past")
    terms = {"court": court, "starts_at": _start(person, court, now, -days)}
    hearing = enter(person, terms, by=officer, now=now - timedelta(days=65))
    if position % 16 == 14:
        return  # still to be recorded
    said = results.Result(ATTENDANCE[position // 2 % len(ATTENDANCE)], "continued", "01")
    results.record_result(hearing, said, by=officer, now=hearing.starts_at + timedelta(hours=3))


def _today(person: Participant, court: Court, officer: User, now: datetime) -> None:
    at = (now - timedelta(minutes=40)).replace(second=0, microsecond=0)
    terms = {"court": court, "starts_at": at, "kind": HearingKind.BOND, "room": "Courtroom 4"}
    enter(person, terms, by=officer, now=now - timedelta(days=5))


def _dispute(known: Hearing, officer: User, now: datetime) -> None:
    terms = {
        "court": known.court,
        "kind": known.kind,
        "starts_at": known.starts_at + timedelta(days=7),
        "source": HearingSource.COURT_NOTICE,
    }
    enter(known.case.participant, terms, by=officer, now=now - timedelta(hours=3))


def _visit(person: Participant, officer: User, now: datetime) -> None:
    kind = AppointmentKind.OFFICE_VISIT
    zone = appointments.zone_of(kind, person)
    days = 1 + number(20, person.a_number, "visit")
    local = (now.astimezone(zone) + timedelta(days=days)).replace(hour=14, minute=0, second=0)
    terms = appointments.Terms(kind, local.replace(microsecond=0), zone, "Room 12, second floor")
    visit = appointments.arrange(person, terms, by=officer, now=now - timedelta(days=2))
    for one in telling_visits.news(person, now):
        telling_visits.acknowledge(visit, one.version, by=person, now=now - timedelta(days=1))


def _see_all(person: Participant, now: datetime) -> None:
    rows = ChangeNotice.objects.filter(hearing__case__participant=person, replaced_at__isnull=True)
    for notice in rows.select_related("hearing", "change"):
        history.acknowledge(notice, by=person, now=now - timedelta(days=1))
