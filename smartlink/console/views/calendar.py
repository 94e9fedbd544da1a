"""The calendar of hearings and appointments: a month or a week, for a screen, a phone or paper."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.hearings import feeds
from casework.hearings.models import Appointment, Hearing
from casework.staff.models import User
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.views.hearings import day_asked_for
from smartlink.portal.views.hearings import feed_address

IN_A_CELL = {"month": 4, "week": 40}
"""So many of each sort are drawn in a day; the day's own list has all of them."""


@dataclass
class Day:
    """One cell. `more`: how many are not drawn."""

    date: date
    inside: bool
    today: bool
    rows: list[Any] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@require_safe
@staff_page("hearings.view_hearing")
def calendar(request: StaffRequest) -> HttpResponse:
    """`?view=month|week&day=2026-11-24`; days are those of the reader."""
    now = clock.now()
    shown = day_asked_for(request, now)
    view = "week" if request.GET.get("view") == "week" else "month"
    first, last = _week(shown) if view == "week" else _month(shown)
    begins, ends = _weeks_around(first, last)
    today = timezone.localtime(now).date()
    days = {
        day: Day(day, first <= day <= last, day == today)
        for day in (begins + timedelta(days=n) for n in range((ends - begins).days + 1))
    }
    _fill(days, request.user, IN_A_CELL[view])
    cells = list(days.values())
    context = {
        "view": view,
        "day": shown,
        "first": first,
        "last": last,
        "before": first - timedelta(days=1),
        "after": last + timedelta(days=1),
        "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
        "anything": any(cell.count for cell in cells),
        "has_link": feeds.current(request.user) is not None,
        "link": request.session.pop("calendar_link", ""),
        "tab": "calendar",
    }
    return page(request, "console/calendar.html", _("Calendar"), context)


@require_POST
@staff_page("hearings.view_hearing")
def link(request: StaffRequest) -> HttpResponse:
    """Make one's own secret link, shown once on the next page, or turn it off."""
    now = clock.now()
    if request.POST.get("act") == "off":
        feeds.revoke(request.user, now=now)
        messages.success(request, _("The link is turned off."))
    else:
        request.session["calendar_link"] = feed_address(feeds.make(request.user, now=now))
    return redirect("console:calendar")


def _week(day: date) -> tuple[date, date]:
    first = day - timedelta(days=(day.weekday() + 1) % 7)
    return first, first + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first, after - timedelta(days=1)


def _weeks_around(first: date, last: date) -> tuple[date, date]:
    """Whole weeks, from Sunday to Saturday."""
    return _week(first)[0], _week(last)[1]


def _fill(days: dict[date, Day], user: User, most: int) -> None:
    """Four queries however many dates there are: what is drawn, and how many there are."""
    zone = timezone.get_current_timezone()
    begins = datetime.combine(min(days), time(), zone)
    ends = datetime.combine(max(days) + timedelta(days=1), time(), zone)
    hearings = Hearing.objects.visible_to(user).filter(cancelled_at__isnull=True)
    visits = Appointment.objects.visible_to(user).exclude(status="cancelled")
    drawn: list[Any] = []
    for rows, related in (
        (hearings, ("court", "case__participant")),
        (visits, ("participant",)),
    ):
        dated: QuerySet[Any] = rows.filter(starts_at__gte=begins, starts_at__lt=ends).annotate(
            on=TruncDate("starts_at", tzinfo=zone)
        )
        for on, count in dated.order_by("on").values_list("on").annotate(count=Count("pk")):
            days[on].count += count
        number = Window(RowNumber(), partition_by=F("on"), order_by=["starts_at", "pk"])
        first_rows = dated.annotate(number=number).filter(number__lte=most)
        drawn += list(first_rows.select_related(*related))
    for row in sorted(drawn, key=lambda one: (one.starts_at, one.pk)):
        row.is_hearing = isinstance(row, Hearing)
        row.who = row.case.participant if row.is_hearing else row.participant
        row.zone = row.court.timezone if row.is_hearing else row.timezone
        days[row.on].rows.append(row)
