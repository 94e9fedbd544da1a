"""How the work of an office is spread over its officers: one query a figure, whatever its size."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from casework.hearings.models import Hearing
from casework.participants.models import Assignment, SupervisionTerm
from casework.participants.rules import LEVELS
from casework.staff.models import Cover, Office, Role, User
from casework.transfers.rules import surplus
from checkins.models import CheckIn
from checkins.states import State
from smartlink.console.matters import HEARINGS_WITHIN


@dataclass
class Load:
    """One officer's work in one office; `elsewhere`: people of other offices that they have, too.

    `share`: the caseload in hundredths of the office's largest.
    """

    officer: Any
    caseload: int = 0
    elsewhere: int = 0
    reviews: int = 0
    hearings: int = 0
    closest: int = 0
    share: int = 0
    surplus: int = 0
    away_until: date | None = None
    covers_for: str = ""
    lightest: str = ""


def loads_of(office: Office, now: datetime) -> list[Load]:
    """The largest caseload first. `lightest` is the officer who is suggested to take some."""
    away = Cover.objects.on(now).filter(absent=OuterRef("pk")).order_by("-until_on")
    covering = Cover.objects.on(now).filter(officer=OuterRef("pk")).order_by("until_on")
    officers = User.objects.filter(role=Role.OFFICER, is_active=True, offices=office).annotate(
        away_until=Subquery(away.values("until_on")[:1]),
        covers_for=Subquery(covering.values("absent__full_name")[:1]),
    )
    rows = {
        one.pk: Load(one, away_until=one.away_until, covers_for=one.covers_for or "")
        for one in officers
    }
    for name, counted in _figures(list(rows), office, now).items():
        for pk, number in counted:
            setattr(rows[pk], name, number)
    return _compared(rows)


def _figures(officers: list[int], office: Office, now: datetime) -> dict[str, Any]:
    """Of people of `office` whose supervision goes on, by officer."""
    mine = Assignment.objects.filter(
        officer__in=officers, until_at__isnull=True, participant__closed_at__isnull=True
    )
    here = Q(participant__office=office)
    reviews = CheckIn.objects.filter(state=State.IN_REVIEW.value)
    hearings = Hearing.objects.to_come(now).filter(starts_at__lte=now + HEARINGS_WITHIN)
    closest = SupervisionTerm.objects.filter(until_at__isnull=True, level=max(LEVELS))
    people = list(
        mine.order_by()
        .values_list("officer")
        .annotate(here=Count("pk", filter=here), elsewhere=Count("pk", filter=~here))
    )
    return {
        "caseload": [(pk, number) for pk, number, _elsewhere in people],
        "elsewhere": [(pk, number) for pk, _here, number in people],
        "reviews": _through(reviews.filter(here), "participant", officers),
        "hearings": _through(
            hearings.filter(case__participant__office=office), "case__participant", officers
        ),
        "closest": _through(closest.filter(here), "participant", officers),
    }


def _through(rows: Any, path: str, officers: list[int]) -> Any:
    """Rows about a participant, counted for the officer who has the case now."""
    to = f"{path}__assignments"
    theirs = rows.filter(
        **{
            f"{to}__officer__in": officers,
            f"{to}__until_at__isnull": True,
            f"{path}__closed_at__isnull": True,
        }
    )
    return _by_officer(theirs, f"{to}__officer")


def _by_officer(rows: Any, path: str) -> Any:
    return rows.order_by().values_list(path).annotate(number=Count("pk", distinct=True))


def _compared(rows: dict[int, Load]) -> list[Load]:
    most = max((one.caseload for one in rows.values()), default=0) or 1
    above = surplus({pk: one.caseload for pk, one in rows.items()})
    here = [one for one in rows.values() if one.away_until is None]
    lightest = min(here, key=lambda one: (one.caseload, one.officer.full_name), default=None)
    for pk, one in rows.items():
        one.share = round(100 * one.caseload / most)
        one.surplus = above[pk]
        if lightest is not None and lightest is not one:
            one.lightest = str(lightest.officer.public_id)
    return sorted(rows.values(), key=lambda one: (-one.caseload, one.officer.full_name))
