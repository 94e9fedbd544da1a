"""Whether the machine errs more with some people than with others: for supervisors."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.common import clock
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.reports.groups import DIMENSIONS, DOUBTED, MATCHED, OVER, Rates, group_name, lately
from smartlink.reports.rates import SMALLEST, Cell


@require_safe
@staff_page("reports.make_report")
def error_rates(request: StaffRequest) -> HttpResponse:
    """Overturned results by group, with intervals; groups that stand apart first."""
    found, counted_at = lately(request.user, clock.now())
    titles = {
        DOUBTED: _("Doubted by the computer, accepted by a person"),
        MATCHED: _("Matched by the computer, not accepted by people"),
    }
    context = {
        "measures": [
            {
                "title": title,
                "total": _row(found.totals[measure]),
                "tables": _tables(found, measure),
            }
            for measure, title in titles.items()
            if measure in found.totals and found.totals[measure].number >= SMALLEST
        ],
        "apart": [
            {
                "title": titles[one.cell.measure],
                "dimension": one.cell.dimension,
                "row": _row(one.cell),
                "rest": _row(one.rest),
            }
            for one in found.apart
        ],
        "hidden": found.hidden,
        "counted_at": counted_at,
        "days": OVER.days,
        "smallest": SMALLEST,
    }
    return page(request, "console/error_rates.html", _("Error rates by group"), context)


def _tables(found: Rates, measure: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """By dimension; one without a group that may be shown is an empty list, and is said so."""
    return [
        (
            dimension,
            [
                _row(one, one in [each.cell for each in found.apart])
                for one in found.groups
                if (one.measure, one.dimension) == (measure, dimension)
            ],
        )
        for dimension in DIMENSIONS
    ]


def _row(cell: Cell, stands_apart: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
    low, high = cell.interval
    return {
        "group": group_name(cell),
        "number": cell.number,
        "overturned": cell.overturned,
        "share": round(100 * cell.share, 1),
        "low": round(100 * low, 1),
        "high": round(100 * high, 1),
        "apart": stands_apart,
    }
