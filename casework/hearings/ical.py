"""Dates as iCalendar (RFC 5545), in the active language. The same dates give the same bytes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vText

from casework.hearings.models import Appointment
from casework.participants.models import Participant

HOTLINE = "1-800-898-7180"
LENGTH = timedelta(hours=1)
VISIT = timedelta(minutes=30)


def calendar(events: list[Event]) -> bytes:
    """With the rules of every zone that an event names."""
    whole = Calendar()
    whole.add("prodid", "-//SmartLink//Dates//EN")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", "SmartLink")
    whole.add("refresh-interval", vDuration(timedelta(hours=1)), parameters={"VALUE": "DURATION"})
    for event in events:
        whole.add_component(event)
    whole.add_missing_timezones()
    content: bytes = whole.to_ical()
    return content


def own_hearing(hearing: Any) -> Event:
    """For its participant: kind, court, place and the link of a video hearing."""
    event = _hearing(hearing, str(hearing.get_kind_display()))
    place = ", ".join(part for part in (hearing.court.name, hearing.court.place) if part)
    event.add("location", f"{place} ({hearing.room})" if hearing.room else place)
    event.add(
        "description",
        _("Dates can change. Confirm yours with the court's hotline, 1-800-898-7180."),
    )
    if hearing.video_url:
        event.add("url", hearing.video_url)
    return event


def staff_hearing(hearing: Any) -> Event:
    """For staff: nobody who sees their screen learns whose hearing it is."""
    who = brief(hearing.case.participant)
    event = _hearing(hearing, f"{hearing.get_kind_display()} · {who}")
    event.add("location", hearing.court.name)
    return event


def own_visit(visit: Appointment) -> Event:
    event = _visit(visit, str(visit.get_kind_display()))
    if visit.place:
        event.add("location", visit.place)
    return event


def staff_visit(visit: Appointment) -> Event:
    return _visit(visit, f"{visit.get_kind_display()} · {brief(visit.participant)}")


def brief(participant: Participant) -> str:
    """Initials and the last three digits: "A.R. …678"."""
    names = (participant.given_name, participant.family_name)
    initials = "".join(f"{name[:1].upper()}." for name in names if name)
    return f"{initials} …{participant.a_number[-3:]}"


def _hearing(hearing: Any, summary: str) -> Event:
    changed = hearing.last_change_at or hearing.verified_at or hearing.starts_at
    event = _event(f"hearing-{hearing.public_id}", LENGTH, changed)
    _name(event, summary, off=hearing.cancelled_at is not None)
    event.add("dtstart", hearing.starts_at.astimezone(hearing.court.timezone))
    event.add("sequence", max(0, hearing.number_of_changes - 1))
    return event


def _visit(visit: Appointment, summary: str) -> Event:
    event = _event(f"visit-{visit.public_id}", VISIT, visit.changed_at)
    _name(event, summary, off=visit.status == "cancelled")
    event.add("dtstart", visit.starts_at.astimezone(visit.timezone))
    return event


def _event(uid: str, length: timedelta, changed: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@smartlink")
    event.add("dtstamp", changed.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", changed.astimezone(UTC).replace(microsecond=0))
    event.add("duration", length)
    event.add("class", "PRIVATE")
    return event


def _name(event: Event, summary: str, *, off: bool) -> None:
    """A date that is off stays in the feed, crossed out: programs take it away themselves."""
    event.add("summary", vText(f"{_('Cancelled')}: {summary}" if off else summary))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
