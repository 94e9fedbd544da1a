"""Who may be ready for lighter supervision, from check-ins and hearings: read, never stored.

One query over the terms in force of people whom the reader answers for; each term is looked up by
the indexes of that one person, so what it costs follows the caseload, not the tables.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from casework.hearings.models import Attendance, Hearing
from casework.participants.models import Participant, SupervisionTerm
from casework.participants.querysets import ParticipantQuerySet, scope
from casework.staff.models import User
from checkins.lightening_rules import LIGHTEST, Conduct, may_be_lighter, reasons, window
from checkins.models import CheckIn
from checkins.states import State

ADVERSE = [State.MISSED.value, State.NOT_ACCEPTED.value]
NOT_RECORDED = ""
_FACTS = (
    "from_at", "technology", "level", "accepted", "adverse", "attended", "absent", "unrecorded",
)  # fmt: skip
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


def with_conduct(people: ParticipantQuerySet, now: datetime) -> ParticipantQuerySet:
    """Adds what `reasons_on` reads, in the same query: a file has no question to spare."""
    terms = SupervisionTerm.objects.filter(participant=OuterRef("pk"))
    rows = _counted(_earned(_unchanged(terms, now), now), now)
    facts = rows.values(facts=JSONObject(**{name: name for name in _FACTS}))
    annotated: ParticipantQuerySet = people.annotate(conduct=ArraySubquery(facts[:1]))
    return annotated


def reasons_on(participant: Any, now: datetime) -> list[str]:
    """As `reasons_for`, of somebody who was asked for `with_conduct`."""
    if participant.closed_at is not None or not participant.conduct:
        return []
    facts = participant.conduct[0]
    since = datetime.fromisoformat(facts["from_at"])
    conduct = Conduct(**{name: facts[name] for name in _FACTS[1:]}, term_from=since)
    return reasons(conduct, now, weeks()) if may_be_lighter(conduct, now, weeks()) else []


def _ready(
    terms: QuerySet[SupervisionTerm], now: datetime
) -> list[tuple[SupervisionTerm, list[str]]]:
    if not weeks():
        return []
    terms = _unchanged(terms, now)
    # Counted only for those who are shown: everybody else is ruled out by the first row found.
    shown = _earned(terms, now).order_by("from_at", "pk").values("pk")[:MOST]
    terms = _counted(terms.filter(pk__in=shown), now)
    told = [(term, _conduct(term)) for term in terms.order_by("from_at", "pk")]
    return [
        (term, reasons(conduct, now, weeks()))
        for term, conduct in told
        if may_be_lighter(conduct, now, weeks())
    ]


def _unchanged(terms: QuerySet[SupervisionTerm], now: datetime) -> QuerySet[SupervisionTerm]:
    """In force for the whole time, and not the lightest there is."""
    terms = terms.filter(until_at__isnull=True, from_at__lte=window(now, weeks()))
    return terms.exclude(technology=LIGHTEST[0], level=LIGHTEST[1])


def _asked(now: datetime) -> QuerySet[CheckIn]:
    rows = CheckIn.objects.issued().filter(participant=OuterRef("participant"))
    return rows.filter(issued_at__gte=window(now, weeks()))


def _courts(now: datetime) -> QuerySet[Hearing]:
    return Hearing.objects.filter(
        case__participant=OuterRef("participant"),
        starts_at__gte=window(now, weeks()),
        starts_at__lt=now - timedelta(hours=12),
        cancelled_at__isnull=True,
    )


def _earned(terms: QuerySet[SupervisionTerm], now: datetime) -> QuerySet[SupervisionTerm]:
    asked = _asked(now)
    adverse, accepted = asked.filter(state__in=ADVERSE), asked.filter(state=State.ACCEPTED.value)
    against = _courts(now).filter(attendance__in=[Attendance.ABSENT.value, NOT_RECORDED])
    return terms.filter(~Exists(adverse), ~Exists(against), Exists(accepted))


def _counted(terms: QuerySet[SupervisionTerm], now: datetime) -> QuerySet[Any]:
    """Adds the numbers of a `Conduct`."""
    asked, courts = _asked(now), _courts(now)
    return terms.annotate(
        adverse=_number(asked.filter(state__in=ADVERSE)),
        accepted=_number(asked.filter(state=State.ACCEPTED.value)),
        absent=_number(courts.filter(attendance=Attendance.ABSENT.value)),
        attended=_number(courts.filter(attendance__in=PRESENT)),
        unrecorded=_number(courts.filter(attendance=NOT_RECORDED)),
    )


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many, as a value of the outer row."""
    counted = rows.order_by().annotate(number=Func(F("pk"), function="COUNT"))
    return Subquery(counted.values("number"))


def _conduct(term: Any) -> Conduct:
    return Conduct(
        term.technology, term.level, term.from_at, term.accepted, term.adverse, term.attended,
        term.absent, term.unrecorded,
    )  # fmt: skip
