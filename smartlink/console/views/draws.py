"""For an auditor: when one person's check-ins were drawn for, and when they were asked."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.common import clock
from checkins.scheduling.audit import DAYS, PERMISSION, drawn_of, shown_days
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page


@require_safe
@staff_page(PERMISSION)
def draws(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """Nothing of a day whose key is still locked."""
    participant = participant_or_404(request, participant_id)
    now = clock.now()
    rows = list(drawn_of(participant, by=request.user, now=now))
    days = shown_days(now)
    context = {
        "participant": participant,
        "rows": [(row, _delay(row)) for row in rows],
        "through": days[0] if days else None,
        "days": DAYS,
    }
    return page(request, "console/draws.html", _("Draws"), context)


def _delay(row: object) -> int | None:
    """Seconds from the drawn instant to the asking."""
    issued, planned = getattr(row, "issued_at", None), getattr(row, "planned_for", None)
    return None if issued is None or planned is None else int((issued - planned).total_seconds())
