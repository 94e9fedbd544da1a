"""A participant's receipts: to show, to print, to download."""

from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from casework.common import clock
from casework.participants.models import Participant
from checkins.models import Receipt
from checkins.receipts import check
from checkins.receipts.shown import address_of
from checkins.wording import outcome_text, reason_text
from smartlink.portal.gates import for_participant
from smartlink.portal.letters import with_letters

SHOWN = 100


@require_GET
@for_participant
def receipts(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The newest hundred."""
    mine = Receipt.objects.of(participant).select_related("check_in", "refused_upload")
    shown = list(mine[:SHOWN])
    with_letters(participant, [one.check_in for one in shown])
    context = {"participant": participant, "now": clock.now(), "receipts": shown}
    return render(request, "portal/receipts.html", context)


@require_GET
@for_participant
def receipt(request: HttpRequest, participant: Participant, receipt_id: UUID) -> HttpResponse:
    """One receipt with its code and QR code."""
    mine = Receipt.objects.of(participant).select_related("check_in")
    found = get_object_or_404(mine, public_id=receipt_id)
    checked = check(found.jws)
    reason = checked.claims.get("reason") if checked is not None else None
    address = address_of(found)
    context = {
        "participant": participant,
        "zone": participant.timezone,
        "receipt": found,
        "checked": checked,
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(border=2, dark="#000"),
        "outcome": outcome_text(found.check_in.state),
        "reason": reason_text(reason) if reason else "",
    }
    return render(request, "portal/receipt.html", context)


@require_GET
@for_participant
def receipt_file(request: HttpRequest, participant: Participant, receipt_id: UUID) -> HttpResponse:
    """The signed text as a file, for any program that knows JWS."""
    found = get_object_or_404(Receipt.objects.of(participant), public_id=receipt_id)
    response = HttpResponse(found.jws, content_type="application/jose")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.code}.jws"'
    return response
