"""May be ready for lighter supervision: a list with reasons. A person decides, on the file."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.common import clock
from checkins import lightening
from smartlink.console.gates import StaffRequest, page, staff_page

PAGE = 25


@require_safe
@staff_page("participants.add_supervisionterm")
def lighter(request: StaffRequest) -> HttpResponse:
    """The longest unchanged first."""
    found = lightening.ready_for(request.user, clock.now())
    context = {
        "rows": Paginator(found, PAGE).get_page(request.GET.get("p")),
        "weeks": lightening.weeks(),
        "capped": len(found) == lightening.MOST,
    }
    title = _("May be ready for lighter supervision")
    return page(request, "console/lighter.html", title, context)
