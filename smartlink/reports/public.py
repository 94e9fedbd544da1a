"""The program's figures for anybody, where the operator has switched that on."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from casework.common import clock
from casework.participants.models import Participant
from smartlink.portal.gates import for_anyone
from smartlink.reports import asking
from smartlink.reports.compliance import FIGURE_COLUMNS, HIDDEN_NOTE, figure_row, grouped
from smartlink.reports.content import Column, Kind, Table, fixed
from smartlink.reports.definitions import DEFINITIONS, GENERAL, VERSION
from smartlink.reports.figures import too_small
from smartlink.reports.periods import Period, month_before
from smartlink.reports.queries import figures_by
from smartlink.reports.questions import Question
from smartlink.reports.words import spoken_in

_HOUR = 3600
_SHOWN = {
    "requests", "on_time", "late", "missed", "not_accepted", "excused", "lapsed",
    "compliance_rate", "answered_rate",
}  # fmt: skip


@require_safe
@for_anyone
def statistics(request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    """Twelve whole months, by month and by region; counted at most once an hour."""
    if not settings.PUBLIC_STATISTICS:
        raise Http404
    now = clock.now()
    shown = cache.get_or_set(f"statistics:{VERSION}:{now:%Y-%m-%d}", lambda: _figures(now), _HOUR)
    response = render(request, "reports/statistics.html", shown)
    patch_cache_control(response, max_age=600)
    return response


def _figures(now: datetime) -> dict[str, Any]:
    last = month_before(now.date())
    period = Period(last.first.replace(year=last.first.year - 1), last.last)
    period = Period(month_after(period.first), period.last)
    found = figures_by(Question(period, now, asking.log_mark()), "month", "region")
    hidden = too_small([group.figures.counts.requests for group in found["month"]])
    months = [
        (group.key[:7], *figure_row(group.figures, FIGURE_COLUMNS))
        for place, group in enumerate(found["month"])
        if place not in hidden
    ]
    columns = (Column("month", "Month", Kind.TEXT), *FIGURE_COLUMNS)
    tables = [
        Table("months", "By month", columns, fixed(months), HIDDEN_NOTE if hidden else ""),
        grouped("region", found["region"]),
    ]
    return {
        "period": str(period),
        "as_of": now,
        "version": VERSION,
        "tables": [_plain(table) for table in tables],
        "general": GENERAL,
        "definitions": [(d.title, d.text) for d in DEFINITIONS if d.name in {*_SHOWN, "hidden"}],
    }


def month_after(first: Any) -> Any:
    """The first day of the month after the one that begins with `first`."""
    return first.replace(month=first.month % 12 + 1, year=first.year + first.month // 12)


def _plain(table: Table) -> dict[str, Any]:
    """Only what the public page shows, as words."""
    columns = [table.columns[0], *(c for c in table.columns if c.name in _SHOWN)]
    rows = [[spoken_in(table, row, column) for column in columns] for row in table.rows()]
    heads = [column.title for column in columns]
    return {"title": table.title, "note": table.note, "heads": heads, "rows": rows}
