"""What a member of staff answers for today besides the own caseload, for every page's frame.

It comes with the office, which each page asks for anyway because of its zone: one question.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import CharField, F, QuerySet, Subquery, Value
from django.db.models.functions import Cast, JSONObject
from django.http import HttpRequest

from casework.staff.models import Cover, User


@dataclass(frozen=True)
class Beside:
    """Somebody at the other end of a cover that is on: who, their id, and the last day."""

    name: str
    user_id: str
    until_on: date


@dataclass(frozen=True)
class Duty:
    """`covering`: whose caseloads are one's own now; `covered_by`: who has one's own now."""

    zone: tzinfo
    covering: list[Beside] = field(default_factory=list)
    covered_by: list[Beside] = field(default_factory=list)


def duty_of(request: HttpRequest) -> Duty:
    """Of whoever asks; read once by the middleware."""
    found = getattr(request, "duty", None)
    return found if isinstance(found, Duty) else Duty(ZoneInfo(settings.TIME_ZONE))


def read_duty(user: User, now: datetime) -> Duty:
    """The zone is that of the first office by name; who belongs to none has no cover either."""
    on = Cover.objects.on(now)
    office = (
        user.offices.order_by("name")
        .annotate(
            covering=_people(on.filter(officer=user.pk), "absent"),
            covered_by=_people(on.filter(absent=user.pk), "officer"),
        )
        .first()
    )
    if office is None:
        return Duty(ZoneInfo(settings.TIME_ZONE))
    return Duty(office.timezone, _read(office.covering), _read(office.covered_by))


def _people(covers: QuerySet[Cover], end: str) -> Subquery:
    """The people at that end of the covers, as one value."""
    one = JSONObject(
        name=F(f"{end}__full_name"),
        user_id=Cast(F(f"{end}__public_id"), CharField()),
        until_on=Cast(F("until_on"), CharField()),
    )
    every = covers.order_by().annotate(all=Value(1)).values("all")
    return Subquery(every.annotate(people=JSONBAgg(one, order_by="until_on")).values("people"))


def _read(people: Any) -> list[Beside]:
    return [
        Beside(one["name"], one["user_id"], date.fromisoformat(one["until_on"]))
        for one in people or []
    ]
