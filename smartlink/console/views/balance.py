"""Balance: who in the office has how much to do, and a way to a transfer that evens it out."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from casework.common import clock
from casework.transfers.models import Transfer
from casework.transfers.services import MAY_TRANSFER
from smartlink.console.balance import loads_of
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.transfer_forms import offices_to

LATELY = 10


@require_safe
@staff_page(MAY_TRANSFER)
def balance(request: StaffRequest) -> HttpResponse:
    """One office at a time; the first by name unless another is asked for."""
    offices = list(offices_to(request.user))
    asked = request.GET.get("office", "")
    office = next((one for one in offices if str(one.public_id) == asked), None)
    office = office or next(iter(offices), None)
    context: dict[str, Any] = {"offices": offices, "office": office, "loads": [], "lately": []}
    if office is not None:
        loads = loads_of(office, clock.now())
        made = Transfer.objects.visible_to(request.user).filter(office=office)
        context |= {
            "loads": loads,
            "people": sum(one.caseload for one in loads),
            "lately": list(made.select_related("officer", "by")[:LATELY]),
        }
    return page(request, "console/balance.html", "Balance", context)
