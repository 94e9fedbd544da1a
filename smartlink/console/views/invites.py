"""A new invite for a participant, with a card to print."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants import passkeys
from smartlink.console.gates import StaffRequest, page, participant_or_404, staff_page
from smartlink.console.invites import make_card


@staff_page("participants.view_invite")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: StaffRequest, participant_id: UUID) -> HttpResponse:
    """GET says what happens; POST makes the invite and shows it, this once."""
    participant = participant_or_404(request, participant_id)
    now = clock.now()
    context = {
        "participant": participant,
        "signed_in": hasattr(participant, "credential"),
        "passkeys": participant.passkeys.count(),
        "last": participant.invites.first(),
        "now": now,
    }
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("lost"):
                passkeys.remove_all(participant, by=request.user, now=now)
            context["card"] = make_card(participant, by=request.user, now=now)
        except RuleError as refused:
            context["error"] = str(refused)
            status = 422
    return page(request, "console/invite.html", _("Invite"), context, status)
