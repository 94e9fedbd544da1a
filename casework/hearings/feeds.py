"""Secret links for calendar programs: made, read and turned off.

A link needs no sign-in, so it shows as little as makes it useful. A participant's feed names the
court and the place, for it is theirs; a member of staff's shows initials and the last three
digits of the A-number, the kind and the court, and no address of anybody's home.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import translation

from casework.audit.services import record
from casework.common.keys import digest, new_token
from casework.hearings import ical
from casework.hearings.models import Appointment, CalendarFeed, Hearing
from casework.hearings.querysets import HearingQuerySet
from casework.participants.models import Participant
from casework.staff.models import User

BACK = timedelta(days=60)
MOST = 2000
READ_NOTED_EVERY = timedelta(hours=1)
Owner = Participant | User


def _of(owner: Owner) -> Q:
    return Q(user=owner) if isinstance(owner, User) else Q(participant=owner)


def current(owner: Owner) -> CalendarFeed | None:
    """The link that works now, if there is one."""
    return CalendarFeed.objects.filter(_of(owner), revoked_at__isnull=True).first()


@transaction.atomic
def make(owner: Owner, *, now: datetime) -> str:
    """A new key, shown only now; an older one stops working."""
    revoke(owner, now=now)
    key = new_token("cal")
    who = {"user": owner} if isinstance(owner, User) else {"participant": owner}
    feed = CalendarFeed.objects.create(key_digest=digest(key), made_at=now, **who)
    _record("made a calendar link", feed, owner, now)
    return key


@transaction.atomic
def revoke(owner: Owner, *, now: datetime) -> bool:
    """The link opens nothing from now on; False when there was none."""
    feed = CalendarFeed.objects.select_for_update().filter(_of(owner), revoked_at=None).first()
    if feed is None:
        return False
    feed.revoked_at = now
    feed.save(update_fields=["revoked_at"])
    _record("turned a calendar link off", feed, owner, now)
    return True


def read(key: str, *, now: datetime) -> bytes | None:
    """The calendar behind a key, or None when it opens nothing (any more)."""
    feeds = CalendarFeed.objects.select_related("participant", "user")
    feed = feeds.filter(key_digest=digest(key), revoked_at__isnull=True).first()
    if feed is None:
        return None
    if feed.last_read_at is None or now - feed.last_read_at > READ_NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
    if feed.user is not None:
        return _of_staff(feed.user, now)
    return _of_participant(feed.participant, now)


def _of_staff(user: User, now: datetime) -> bytes | None:
    with translation.override("en"):
        return calendar_of_staff(user, now=now) if user.is_active else None


def _of_participant(participant: Participant | None, now: datetime) -> bytes | None:
    if participant is None or participant.closed_at is not None:
        return None
    with translation.override(participant.language):
        return calendar_of_participant(participant, now=now)


def calendar_of_participant(participant: Participant, *, now: datetime) -> bytes:
    hearings = with_sequence(Hearing.objects.of(participant))
    visits = Appointment.objects.of(participant)
    events = [ical.own_hearing(hearing) for hearing in _near(hearings, now)]
    events += [ical.own_visit(visit) for visit in _near(visits, now)]
    return ical.calendar(events)


def calendar_of_staff(user: User, *, now: datetime) -> bytes:
    hearings = with_sequence(Hearing.objects.visible_to(user)).select_related("case__participant")
    visits = Appointment.objects.visible_to(user).select_related("participant")
    events = [ical.staff_hearing(hearing) for hearing in _near(hearings, now)]
    events += [ical.staff_visit(visit) for visit in _near(visits, now)]
    return ical.calendar(events)


def with_sequence(rows: HearingQuerySet) -> HearingQuerySet:
    """Adds `number_of_changes` and `last_change_at`, by which programs know what is newer."""
    annotated: HearingQuerySet = rows.select_related("court").annotate(
        number_of_changes=Count("changes"), last_change_at=Max("changes__at")
    )
    return annotated


def _near(rows: Any, now: datetime) -> Any:
    return rows.filter(starts_at__gte=now - BACK).order_by("starts_at", "pk")[:MOST]


def _record(verb: str, feed: CalendarFeed, owner: Owner, now: datetime) -> None:
    own_file = None if isinstance(owner, User) else owner.public_id
    record(verb, ("calendar link", feed.public_id), by=owner.actor, now=now, participant=own_file)
