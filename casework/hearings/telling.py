"""Notices about hearings: what changed, and what is near. The outbox brings them to people.

Whoever else sees the phone may read them: they say when and where to be, not before whom.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.common import phrases
from casework.hearings.models import ChangeNotice, Hearing
from casework.hearings.rules import REMINDERS, reminder_at
from casework.notices.models import Notice
from casework.notices.registry import Facts, Kind, Message, Reading, register
from casework.notices.services import NewNotice, cancel_unsent, write

CHANGED, REMINDER = "hearing_changed", "hearing_reminder"
CHANGE_IS_NEWS_FOR = timedelta(days=14)
LOOKED_BACK = timedelta(hours=12)
"""A sweep that was away for longer leaves a reminder out: the next one comes."""


def tell_changes(notices: Iterable[ChangeNotice], *, now: datetime) -> None:
    """Write what changed into the outbox, in the caller's transaction; reminders of an old date
    that wait there are taken out."""
    told = list(notices)
    write(
        *(
            NewNotice(
                participant_pk=notice.hearing.case.participant_id,
                kind=CHANGED,
                subject_id=notice.public_id,
                expires_at=now + CHANGE_IS_NEWS_FOR,
            )
            for notice in told
        ),
        now=now,
    )
    subjects = {notice.hearing.public_id for notice in told}
    waiting = Notice.objects.under_way().filter(kind=REMINDER, subject_id__in=subjects)
    for subject in set(waiting.values_list("subject_id", flat=True)):
        cancel_unsent(subject, now=now, kinds={REMINDER})


def remind(now: datetime) -> int:
    """Write the reminders that are due, each once however often this runs; how many were new.

    One that was due before the person was told of the date would only repeat that: it is left out.
    """
    made = 0
    for name, before in REMINDERS.items():
        back = min(LOOKED_BACK, before)
        rows = Hearing.objects.filter(
            cancelled_at__isnull=True,
            starts_at__gt=max(now, now + before - back),
            starts_at__lte=now + before,
            case__participant__closed_at__isnull=True,
        ).select_related("case")
        made += _write_reminders(rows, name, now)
    return made


def _write_reminders(rows: Iterable[Hearing], name: str, now: datetime) -> int:
    hearings = {hearing.pk: hearing for hearing in rows}
    asked = ChangeNotice.objects.filter(hearing__in=hearings, replaced_at__isnull=True)
    told = dict(asked.values_list("hearing", "asked_at"))
    new = []
    for pk, hearing in hearings.items():
        due = reminder_at(name, hearing.starts_at, told.get(pk), now)
        if due is not None:
            new.append(
                NewNotice(
                    participant_pk=hearing.case.participant_id,
                    kind=REMINDER,
                    subject_id=hearing.public_id,
                    variant=variant(name, hearing.starts_at),
                    expires_at=due,
                )
            )
    return write_once(REMINDER, new, now)


def write_once(kind: str, new: list[NewNotice], now: datetime) -> int:
    """Write those that are not there yet; how many."""
    keys = [(one.subject_id, one.variant) for one in new]
    known = set(
        Notice.objects.filter(
            kind=kind, subject_id__in=[subject for subject, _variant in keys]
        ).values_list("subject_id", "variant")
    )
    fresh = [one for one in new if (one.subject_id, one.variant) not in known]
    write(*fresh, now=now)
    return len(fresh)


def variant(name: str, starts_at: datetime) -> str:
    """A moved date is reminded of anew: its time is a part of the name."""
    return f"{name} {starts_at:%Y-%m-%dT%H:%M%z}"


def changes_to_tell(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Changes that nobody has seen and no later one has replaced."""
    rows = ChangeNotice.objects.filter(
        public_id__in=subjects, replaced_at__isnull=True, acknowledged_at__isnull=True
    )
    return {key: {} for key in rows.values_list("public_id", flat=True)}


def hearings_to_remind_of(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Hearings that are still to come, with when and where they are now."""
    rows = Hearing.objects.to_come(now).filter(public_id__in=subjects).select_related("court")
    return {
        hearing.public_id: {
            "starts_at": hearing.starts_at,
            "zone": hearing.court.timezone,
            "mode": hearing.mode,
            "place": hearing.court.place,
            "has_link": bool(hearing.video_url),
            "expires_at": hearing.starts_at,
        }
        for hearing in rows
    }


def changed(reading: Reading) -> Message:
    text = _("One of your dates is new or has changed. Please look at your page and confirm it.")
    return Message(title=_("Your dates"), text=text, spoken=text, path=reverse("portal:hearings"))


def reminder(reading: Reading) -> Message:
    facts = reading.facts
    when = {
        "day": phrases.day(facts["starts_at"], facts["zone"]),
        "time": phrases.clock_time(facts["starts_at"], facts["zone"]),
        "zone": phrases.zone_name(facts["starts_at"], facts["zone"]),
        "place": facts["place"],
    }
    if facts["mode"] == "video" and not facts["has_link"]:
        text = _("Reminder: your video date is on %(day)s at %(time)s (%(zone)s). We have no link"
                 " yet. Ask your office for it.")  # fmt: skip
    elif facts["mode"] == "video":
        text = _("Reminder: your video date is on %(day)s at %(time)s (%(zone)s). The link is on"
                 " your page.")  # fmt: skip
    elif facts["mode"] == "telephone":
        text = _("Reminder: your date by telephone is on %(day)s at %(time)s (%(zone)s).")
    elif facts["place"]:
        text = _("Reminder: be at %(place)s on %(day)s at %(time)s (%(zone)s). Your page shows the"
                 " way.")  # fmt: skip
    else:
        text = _("Reminder: you have a date on %(day)s at %(time)s (%(zone)s). Your page shows the"
                 " place.")  # fmt: skip
    said = text % when
    return Message(title=_("Your dates"), text=said, spoken=said, path=reverse("portal:hearings"))


def register_kinds() -> None:
    """Called once, at start."""
    register(
        Kind(CHANGED, "Hearing changed", changed, changes_to_tell, escalates=True),
        Kind(REMINDER, "Hearing reminder", reminder, hearings_to_remind_of),
    )
