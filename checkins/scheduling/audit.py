"""Planned times for an authorised auditor: only of days whose key is shown."""

from datetime import date, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import CheckIn, CheckInEvent, DrawKey
from checkins.states import State

DAYS = 30
MOST = 300
PERMISSION = "checkins.audit_draws"


def drawn_of(participant: Participant, *, by: User, now: datetime) -> QuerySet[CheckIn]:
    """The person's drawn check-ins of the last 30 days that are over everywhere, newest first.

    Each with `why`: the reason in its log where it was not issued. A day whose key is still locked
    is not in it, nor is anything planned. The look is written down.
    """
    if not by.has_perm(PERMISSION):
        raise NotPermitted(_("Your role does not audit draws."))
    record(
        "audited the draws",
        ("participant", participant.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
    )
    why = CheckInEvent.objects.filter(check_in=OuterRef("pk"), to_state=State.CANCELLED.value)
    rows: QuerySet[CheckIn] = (
        CheckIn.objects.filter(
            participant=participant,
            draw_sequence__isnull=False,
            draw_day__in=shown_days(now),
            planned_for__gte=now - timedelta(days=DAYS + 3),
        )
        .annotate(why=Subquery(why.values("reason")[:1]))
        .order_by("-planned_for")
    )
    return rows[:MOST]


def shown_days(now: datetime) -> list[date]:
    """The last dates whose keys are shown, newest first."""
    shown = DrawKey.objects.filter(
        revealed_at__isnull=False, day__gt=now.date() - timedelta(days=DAYS)
    )
    return list(shown.order_by("-day").values_list("day", flat=True))
