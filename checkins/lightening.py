"""Who may be ready for lighter supervision, from check-ins and hearings: read, never stored.

One query over the terms in force of people whom the reader answers for; each term is looked up by
the indexes of that one person, so what it costs follows the caseload, not the tables.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Func, OuterRef, QuerySet, Subquery

from casework.hearings.models import Attendance, Hearing
from casework.participants.models import Participant, SupervisionTerm
from casework.participants.querysets import scope
from casework.staff.models import User
from checkins.lightening_rules import LIGHTEST, Conduct, may_be_lighter, reasons, window
from checkins.models import CheckIn
from checkins.states import State

ADVERSE = [State.MISSED.value, State.NOT_ACCEPTED.value]
NOT_RECORDED = ""
PRESENT = [Attendance.ATTENDED.value, Attendance.LATE.value]
MOST = 200
"""Of one reader's people, the longest unchanged first; nobody works through more in a day."""


def weeks() -> int:
    """How long it takes to earn it (`LIGHTER_AFTER_WEEKS`)."""
    return int(settings.LIGHTER_AFTER_WEEKS)


def ready_for(user: User, now: datetime) -> list[tuple[SupervisionTerm, list[str]]]:
    """Terms of people in the reader's caseload or offices, each with the reasons.

    An administrator sees those of the own offices: who decides knows the person.
    """
    rows = SupervisionTerm.objects.filter(scope(user, "participant"))
    if user.is_administrator:
        rows = rows.filter(participant__office__in=user.offices.values("pk"))
    rows = rows.filter(participant__closed_at__isnull=True)
    return _ready(rows.select_related("participant", "set_by"), now)


def reasons_for(participant: Participant, now: datetime) -> list[str]:
    """Why this person may be ready; nothing where they are not."""
    if participant.closed_at is not None:
        return []
    found = _ready(SupervisionTerm.objects.filter(participant=participant), now)
    return found[0][1] if found else []


def _ready(
    terms: QuerySet[SupervisionTerm], now: datetime
) -> list[tuple[SupervisionTerm, list[str]]]:
    if not weeks():
        return []
    since = window(now, weeks())
    terms = terms.filter(until_at__isnull=True, from_at__lte=since)
    terms = terms.exclude(technology=LIGHTEST[0], level=LIGHTEST[1])
    asked = CheckIn.objects.issued().filter(
        participant=OuterRef("participant"), issued_at__gte=since
    )
    courts = Hearing.objects.filter(
        case__participant=OuterRef("participant"),
        starts_at__gte=since,
        starts_at__lt=now - timedelta(hours=12),
        cancelled_at__isnull=True,
    )
    adverse, accepted = asked.filter(state__in=ADVERSE), asked.filter(state=State.ACCEPTED.value)
    against = courts.filter(attendance__in=[Attendance.ABSENT.value, NOT_RECORDED])
    earned = terms.filter(~Exists(adverse), ~Exists(against), Exists(accepted))
    # Counted only for those who are shown: everybody else is ruled out by the first row found.
    terms = terms.filter(pk__in=earned.order_by("from_at", "pk").values("pk")[:MOST])
    terms = terms.annotate(
        adverse=_number(adverse),
        accepted=_number(accepted),
        absent=_number(courts.filter(attendance=Attendance.ABSENT.value)),
        attended=_number(courts.filter(attendance__in=PRESENT)),
        unrecorded=_number(courts.filter(attendance=NOT_RECORDED)),
    )
    told = [(term, _conduct(term)) for term in terms.order_by("from_at", "pk")]
    return [
        (term, reasons(conduct, now, weeks()))
        for term, conduct in told
        if may_be_lighter(conduct, now, weeks())
    ]


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many, as a value of the outer row."""
    counted = rows.order_by().annotate(number=Func(F("pk"), function="COUNT"))
    return Subquery(counted.values("number"))


def _conduct(term: Any) -> Conduct:
    return Conduct(
        term.technology, term.level, term.from_at, term.accepted, term.adverse, term.attended,
        term.absent, term.unrecorded,
    )  # fmt: skip
