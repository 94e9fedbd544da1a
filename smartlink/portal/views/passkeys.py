"""Face or finger instead of the PIN: the person's own list, and the way in on the welcome page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.common.errors import RuleError, TooOften
from casework.common.passkeys import are_possible
from casework.participants import passkeys
from casework.participants.models import Participant
from smartlink.browser_keys import answer_in, asking, new_browser, refusal, sent_in
from smartlink.portal import sessions, slowing
from smartlink.portal.gates import for_anyone, for_participant, keep_private

# In this order: an Android phone also says Linux.
_KINDS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows",
    "Macintosh": "Mac", "CrOS": "Chromebook", "Linux": "Linux",
}  # fmt: skip


@require_safe
@for_participant
def mine(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Where face or finger opens the page, and how to add this phone."""
    context = {
        "participant": participant,
        "now": clock.now(),
        "keys": list(participant.passkeys.all()),
        "possible": are_possible(),
        "offered": "offer" in request.GET,
    }
    return render(request, "portal/passkeys.html", context)


@require_POST
@for_participant
def ask_to_add(request: HttpRequest, participant: Participant) -> HttpResponse:
    browser = new_browser()
    return asking(browser, passkeys.ask_to_add(participant, browser, now=clock.now()))


@require_POST
@for_participant
def keep(request: HttpRequest, participant: Participant) -> HttpResponse:
    try:
        answer = answer_in(request, sent_in(request))
        passkeys.add(participant, answer, _kind(request), now=clock.now())
    except RuleError as error:
        return refusal(error)
    return JsonResponse({"next": reverse("portal:passkeys")})


@require_POST
@for_participant
def remove(request: HttpRequest, participant: Participant, passkey_id: UUID) -> HttpResponse:
    key = get_object_or_404(participant.passkeys, public_id=passkey_id)
    passkeys.remove(key, now=clock.now())
    return HttpResponseRedirect(reverse("portal:passkeys"))


@require_POST
@for_anyone
def ask_to_enter(request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    browser = new_browser()
    try:
        slowing.count_passkey_ask(request)
    except TooOften as error:
        return refusal(error, status=429)
    return asking(browser, passkeys.ask_to_enter(browser, now=clock.now()))


@require_POST
@for_anyone
def enter(request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    """Signs in. Wrong answers slow an address down as wrong PINs do."""
    try:
        slowing.require_patience(request)
        sent = sent_in(request)
        device = request.headers.get("User-Agent", "")[:120]
        signed_in = passkeys.enter(answer_in(request, sent), now=clock.now(), device=device)
    except TooOften as error:
        return refusal(error, status=429)
    except RuleError as error:
        slowing.count_wrong_try(request)
        return refusal(error)
    wanted = str(sent.get("next", ""))
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    response = JsonResponse({"next": wanted if wanted and ours else reverse("portal:home")})
    sessions.begin(request, response, signed_in)
    return keep_private(response)


def _kind(request: HttpRequest) -> str:
    """What the person knows the device by."""
    agent = request.headers.get("User-Agent", "")
    return next((name for sign, name in _KINDS.items() if sign in agent), _("Phone"))
