"""The page that says whether a receipt is genuine, and the keys for those who check it alone."""

from datetime import UTC
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods

from casework.common.errors import TooOften
from casework.participants.models import Participant
from checkins.receipts import Checked, check, jwks
from checkins.receipts.signing import LONGEST
from checkins.wording import outcome_text, reason_text
from smartlink.portal import slowing
from smartlink.portal.gates import for_anyone, keep_private

KEYS_FRESH_FOR = 300


@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone
def verify(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """A code or a signed text, typed, pasted, or behind a QR code (`?c=CODE`)."""
    given = (request.POST.get("receipt") or request.GET.get("c") or "")[:LONGEST].strip()
    context: dict[str, Any] = {"participant": participant, "given": given}
    context["zone"] = participant.timezone if participant is not None else UTC
    status = 200
    if request.method == "POST" or given:
        try:
            slowing.count_receipt_check(request)
            context |= _found(given)
        except TooOften as refusal:
            context["refused"], status = str(refusal), 429
    return keep_private(render(request, "portal/verify.html", context, status=status))


def _found(given: str) -> dict[str, Any]:
    checked = check(given) if given else None
    return {"asked": True, "checked": checked, **(_told(checked) if checked else {})}


def _told(checked: Checked) -> dict[str, Any]:
    """What the page says of a genuine receipt, in plain words."""
    reason = checked.claims.get("reason")
    return {
        "outcome": outcome_text(checked.state) if checked.state else "",
        "reason": reason_text(reason) if reason else "",
        "drawn": checked.receipt is not None and checked.receipt.check_in.origin == "drawn",
    }


@require_GET
@for_anyone
def jwks_json(_request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """The public halves of all keys that ever signed a receipt (RFC 7517)."""
    response = JsonResponse(jwks(), content_type="application/jwk-set+json")
    if participant is None:
        patch_cache_control(response, public=True, max_age=KEYS_FRESH_FOR)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
