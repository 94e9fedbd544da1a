"""Pages without a task: the privacy notice and the language switch."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from casework.participants.models import Participant
from casework.retention.registry import retention
from smartlink.portal.gates import for_anyone

REMEMBERED_FOR = timedelta(days=365)


@require_GET
@for_anyone
def privacy(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    return render(
        request, "portal/privacy.html", {"participant": participant, "rules": retention.rules}
    )


@require_POST
@for_anyone
def language(request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    """Remember the language on this device and go back to the page."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = reverse("portal:welcome")
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=REMEMBERED_FOR,
            httponly=True,
            secure=settings.USE_TLS,
            samesite="Lax",
        )
    return response
