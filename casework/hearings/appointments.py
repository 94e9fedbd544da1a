"""Arranging visits, moving them, and saying what came of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import RuleError, WrongState
from casework.hearings import telling_visits
from casework.hearings.models import Appointment, AppointmentKind, AppointmentStatus
from casework.hearings.rules import is_plausible
from casework.participants.models import Participant
from casework.staff.models import User


@dataclass(frozen=True)
class Terms:
    """When and where. `zone` is that of the place; an empty place is the office or the home."""

    kind: str
    starts_at: datetime
    zone: Any
    place: str = ""
    note: str = ""


def zone_of(kind: str, participant: Participant) -> Any:
    """Where the clock hangs: at the office, or where the person lives."""
    at_home = kind == AppointmentKind.HOME_VISIT
    return participant.timezone if at_home else participant.office.timezone


@transaction.atomic
def arrange(participant: Participant, terms: Terms, *, by: User, now: datetime) -> Appointment:
    """A visit to come. Raises `RuleError` for one in the past."""
    _require_ahead(terms, now)
    made = Appointment.objects.create(
        participant=participant,
        kind=terms.kind,
        starts_at=terms.starts_at,
        timezone=terms.zone,
        place=terms.place,
        note=terms.note,
        made_at=now,
        changed_at=now,
        changed_by=by,
    )
    telling_visits.tell(made, "arranged", now=now)
    _record("arranged an appointment", made, by, now)
    return made


@transaction.atomic
def change(appointment: Appointment, terms: Terms, *, by: User, now: datetime) -> Appointment:
    """Another time or place for a visit that is still planned."""
    locked = _planned(appointment)
    was_at, was = locked.starts_at, _told_terms(locked)
    if terms.starts_at != locked.starts_at:
        _require_ahead(terms, now)
    locked.kind, locked.starts_at, locked.timezone = terms.kind, terms.starts_at, terms.zone
    locked.place, locked.note = terms.place, terms.note
    _save(locked, ["kind", "starts_at", "timezone", "place", "note"], by, now)
    if locked.starts_at != was_at:
        telling_visits.tell(locked, "moved", now=now, was_at=was_at)
    elif _told_terms(locked) != was:
        telling_visits.tell(locked, "changed", now=now)
    _record("changed an appointment", locked, by, now)
    return locked


@transaction.atomic
def settle(appointment: Appointment, status: str, *, by: User, now: datetime) -> Appointment:
    """Kept, not kept or cancelled. What came of a visit nobody says before it begins."""
    locked = _planned(appointment)
    if status not in {"kept", "not_kept", "cancelled"}:
        raise RuleError(_("There is no such result."), field="status")
    if status != AppointmentStatus.CANCELLED and locked.starts_at > now:
        raise RuleError(_("This appointment has not begun yet."), field="status")
    locked.status = status
    _save(locked, ["status"], by, now)
    if status == AppointmentStatus.CANCELLED:
        telling_visits.tell(locked, "cancelled", now=now)
    else:
        telling_visits.hush(locked, now=now)
    _record("settled an appointment", locked, by, now, status=status)
    return locked


def _planned(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("participant")
    locked: Appointment = rows.get(pk=appointment.pk)
    if locked.status != AppointmentStatus.PLANNED:
        raise WrongState(_("This appointment is settled already."))
    return locked


def _told_terms(appointment: Appointment) -> tuple[Any, ...]:
    """What the person has to hear of besides the time; the note is for staff."""
    return (appointment.kind, appointment.place, str(appointment.timezone))


def _require_ahead(terms: Terms, now: datetime) -> None:
    if terms.starts_at <= now:
        raise RuleError(_("Choose a time that is still to come."), field="day")
    if not is_plausible(terms.starts_at.date(), now):
        raise RuleError("This is too far in the future.", field="day")


def _save(appointment: Appointment, fields: list[str], by: User, now: datetime) -> None:
    appointment.changed_at, appointment.changed_by = now, by
    appointment.save(update_fields=[*fields, "changed_at", "changed_by"])


def _record(verb: str, appointment: Appointment, by: User, now: datetime, **facts: object) -> None:
    record(
        verb,
        ("appointment", appointment.public_id),
        by=by.actor,
        now=now,
        participant=appointment.participant.public_id,
        facts={"kind": appointment.kind, **facts},
    )
