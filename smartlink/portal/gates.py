"""Who may open a page of the portal: every view carries one of these two gates."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from casework.participants.models import Participant
from smartlink.portal import sessions

P = ParamSpec("P")
_NO_MICROPHONE = "camera=(self), microphone=()"
Answer = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_participant(
    view: Callable[Concatenate[HttpRequest, Participant, P], HttpResponse],
) -> Answer[P]:
    """Signed-in participants only; the others go to sign in and come back afterwards."""

    @wraps(view)
    def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        participant = sessions.recognised(request)
        if participant is None:
            return _sign_in_first(request)
        return _answer_in_private(
            request, participant, lambda: view(request, participant, *args, **kwargs)
        )

    gated.gate = "participant"  # type: ignore[attr-defined]
    return gated


def for_anyone(
    view: Callable[Concatenate[HttpRequest, Participant | None, P], HttpResponse],
) -> Answer[P]:
    """Open to all; the view hears who it is when somebody is signed in."""

    @wraps(view)
    def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        participant = sessions.recognised(request)
        if participant is None:
            return _with_policies(view(request, None, *args, **kwargs))
        return _answer_in_private(
            request, participant, lambda: view(request, participant, *args, **kwargs)
        )

    gated.gate = "anyone"  # type: ignore[attr-defined]
    return gated


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, rather than the browser itself."""
    return request.headers.get("Accept") == "application/json"


def speak(request: HttpRequest, language: str) -> None:
    """Answer in `language`, unless the reader has chosen another with the switch."""
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in dict(settings.LANGUAGES):
        return
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()


def keep_private(response: HttpResponse) -> HttpResponse:
    """Nothing of this answer stays in a cache of the phone or on the way."""
    patch_cache_control(response, no_store=True, private=True)
    return response


def _answer_in_private(
    request: HttpRequest, participant: Participant, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    speak(request, participant.language)
    with timezone.override(participant.timezone):
        return keep_private(_with_policies(answer()))


def _with_policies(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Permissions-Policy", f"{_NO_MICROPHONE}, geolocation=()")
    return response


def allow_location(response: HttpResponse) -> HttpResponse:
    """On the one page that may ask for it; everywhere else the browser refuses by itself."""
    response.headers["Permissions-Policy"] = f"{_NO_MICROPHONE}, geolocation=(self)"
    return response


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else request.path
    where = f"{reverse('portal:welcome')}?{urlencode({'next': back})}"
    if wants_json(request):
        return keep_private(JsonResponse({"next": where}, status=401))
    return keep_private(HttpResponseRedirect(where))
