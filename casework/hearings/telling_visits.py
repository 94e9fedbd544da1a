"""Notices about appointments: a new, moved or cancelled one at once, and reminders in time.

Whoever else sees the phone may read them: they name neither the place nor the reason.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common import phrases
from casework.hearings.models import Appointment
from casework.hearings.querysets import AppointmentQuerySet
from casework.hearings.rules import REMINDERS, reminder_at
from casework.hearings.telling import CHANGE_IS_NEWS_FOR, variant, write_once
from casework.notices.models import Notice
from casework.notices.registry import Facts, Kind, Message, Reading, register
from casework.notices.rules import Outcome
from casework.notices.services import NewNotice, cancel_unsent, write
from casework.participants.models import Participant

CHANGED, REMINDER = "appointment_changed", "appointment_reminder"
REMINDED = ("1d", "2h")
SEEN = "seen_at"


def tell(visit: Appointment, what: str, *, now: datetime, was_at: datetime | None = None) -> None:
    """Write into the outbox, in the caller's transaction, that a visit to come is `arranged`,
    `moved`, `changed` or `cancelled`. What waits there about it is taken out."""
    hush(visit, now=now)
    if visit.starts_at <= now:
        return
    write(
        NewNotice(
            participant_pk=visit.participant_id,
            kind=CHANGED,
            subject_id=visit.public_id,
            variant=f"{what} {now:%Y-%m-%dT%H:%M:%S.%f}",
            facts={"was_at": was_at.isoformat()} if was_at else {},
            expires_at=min(visit.starts_at, now + CHANGE_IS_NEWS_FOR),
        ),
        now=now,
    )


def hush(visit: Appointment, *, now: datetime) -> None:
    """Send nothing more about a visit."""
    cancel_unsent(visit.public_id, now=now, kinds={CHANGED, REMINDER})


def remind(now: datetime) -> int:
    """Write the reminders that are due, each once however often this runs; how many were new."""
    rows = Appointment.objects.to_come(now).filter(
        starts_at__lte=now + max(REMINDERS[name] for name in REMINDED),
        participant__closed_at__isnull=True,
    )
    visits = {visit.public_id: visit for visit in rows}
    changes = Notice.objects.filter(kind=CHANGED, subject_id__in=visits).order_by()
    told = dict(changes.values_list("subject_id").annotate(Max("written_at")))
    new = []
    for key, visit in visits.items():
        for name in REMINDED:
            until = reminder_at(name, visit.starts_at, told.get(key), now)
            if until is not None:
                new.append(
                    NewNotice(
                        participant_pk=visit.participant_id,
                        kind=REMINDER,
                        subject_id=key,
                        variant=variant(name, visit.starts_at),
                        expires_at=until,
                    )
                )
    return write_once(REMINDER, new, now)


@dataclass(frozen=True)
class VisitNews:
    """The last that was told of a visit to come. `was_at`: when it was to be before.

    `version` tells it apart from what is told later.
    """

    visit: Appointment
    what: str
    version: str
    was_at: datetime | None


def news(participant: Participant, now: datetime) -> list[VisitNews]:
    """What the person has not said to have seen, of visits ahead, the nearest first."""
    ahead = Appointment.objects.of(participant).filter(starts_at__gt=now).order_by("starts_at")
    visits = {visit.public_id: visit for visit in ahead}
    if not visits:
        return []
    rows = Notice.objects.filter(kind=CHANGED, subject_id__in=visits).order_by("pk")
    last = {row.subject_id: row for row in rows}
    return [
        _news(visit, last[key])
        for key, visit in visits.items()
        if key in last and SEEN not in last[key].facts
    ]


def _news(visit: Appointment, told: Notice) -> VisitNews:
    was_at = told.facts.get("was_at")
    before = datetime.fromisoformat(was_at) if was_at else None
    return VisitNews(visit, told.variant.split()[0], told.variant, before)


@transaction.atomic
def acknowledge(visit: Appointment, version: str, *, by: Participant, now: datetime) -> bool:
    """The person has seen what was told; False when that was known, or it has changed again."""
    rows = Notice.objects.select_for_update().filter(kind=CHANGED, subject_id=visit.public_id)
    last = rows.order_by("-pk").first()
    if last is None or last.variant != version or SEEN in last.facts:
        return False
    Notice.objects.filter(pk=last.pk).update(facts={**last.facts, SEEN: now.isoformat()})
    cancel_unsent(visit.public_id, now=now, kinds={CHANGED})
    record(
        "acknowledged an appointment",
        ("appointment", visit.public_id),
        by=by.actor,
        now=now,
        participant=by.public_id,
        facts={"change": version.split()[0]},
    )
    return True


def with_told(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Adds `seen`, `told` and `sent`: whether the person has confirmed what was last told of the
    visit, a message about that arrived, or at least went out."""
    about = Notice.objects.filter(subject_id=OuterRef("public_id"))
    last = about.filter(kind=CHANGED).order_by("-pk").values("pk")[:1]
    since = rows.annotate(last_change=Coalesce(Subquery(last), 0))
    valid = about.filter(kind__in=[CHANGED, REMINDER], pk__gte=OuterRef("last_change"))
    annotated: AppointmentQuerySet = since.annotate(
        seen=Exists(valid.filter(facts__has_key=SEEN)),
        told=Exists(valid.filter(outcome=Outcome.DELIVERED.value)),
        sent=Exists(valid.filter(outcome=Outcome.SENT.value)),
    )
    return annotated


def changes_to_tell(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Visits that are ahead, planned or cancelled."""
    rows = Appointment.objects.filter(
        Q(status="planned") | Q(status="cancelled"),
        public_id__in=subjects,
        starts_at__gt=now,
        participant__closed_at__isnull=True,
    )
    return {key: {} for key in rows.values_list("public_id", flat=True)}


def visits_to_remind_of(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Visits that are still planned, with when they are now."""
    rows = Appointment.objects.to_come(now).filter(
        public_id__in=subjects, participant__closed_at__isnull=True
    )
    return {
        visit.public_id: {
            "starts_at": visit.starts_at,
            "zone": visit.timezone,
            "expires_at": visit.starts_at,
        }
        for visit in rows
    }


def changed(_reading: Reading) -> Message:
    text = _("An appointment of yours is new, has changed or is cancelled. Please look at your"
             " page.")  # fmt: skip
    return Message(title=_("Your dates"), text=text, spoken=text, path=reverse("portal:hearings"))


def reminder(reading: Reading) -> Message:
    at, zone = reading.facts["starts_at"], reading.facts["zone"]
    said = _("Reminder: you have a date on %(day)s at %(time)s (%(zone)s). Your page shows the"
             " place.") % {
        "day": phrases.day(at, zone),
        "time": phrases.clock_time(at, zone),
        "zone": phrases.zone_name(at, zone),
    }  # fmt: skip
    return Message(title=_("Your dates"), text=said, spoken=said, path=reverse("portal:hearings"))


def register_kinds() -> None:
    """Called once, at start."""
    register(
        Kind(CHANGED, "Appointment changed", changed, changes_to_tell, escalates=True),
        Kind(REMINDER, "Appointment reminder", reminder, visits_to_remind_of),
    )
