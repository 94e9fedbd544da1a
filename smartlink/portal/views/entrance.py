"""Coming in and leaving: sign-in, invite, the login code to remember, sign-out."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from casework.common import clock
from casework.common.errors import NotRecognised, RuleError, TooOften
from casework.common.passkeys import are_possible
from casework.participants import sign_in as service
from casework.participants.models import Participant
from checkins.models import CheckIn
from smartlink.portal import sessions, slowing
from smartlink.portal.forms import InviteForm, SignInForm
from smartlink.portal.gates import for_anyone, for_participant, keep_private, speak

OFFERED = "passkey_offered"
OFFERED_FOR = timedelta(days=60)


@sensitive_post_parameters("pin", "login")
@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone
def welcome(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """Who we are and the way in; those who are in already go on to their page."""
    if participant is not None:
        return HttpResponseRedirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _sign_in(request, form)
        except TooOften as refusal:
            form.refuse(refusal)
            blocked = isinstance(refusal, service.PinsBlocked)
            response = _welcome_page(request, form, status=429, blocked=blocked)
            response.headers["Retry-After"] = str(refusal.retry_after)
            return response
        except RuleError as refusal:
            slowing.count_wrong_try(request)
            form.refuse(refusal)
    return _welcome_page(request, form, status=422 if form.is_bound else 200)


def _sign_in(request: HttpRequest, form: SignInForm) -> HttpResponse:
    slowing.require_patience(request)
    signed_in = service.sign_in(
        form.cleaned_data["login"],
        form.cleaned_data["pin"],
        now=clock.now(),
        device=_device(request),
    )
    offers = _offers_passkey(request, signed_in.participant)
    where = f"{reverse('portal:passkeys')}?offer=1" if offers else _next(request)
    response = HttpResponseRedirect(where)
    if offers:
        response.set_cookie(
            OFFERED, "1", max_age=OFFERED_FOR, httponly=True, secure=settings.USE_TLS,
            samesite="Lax",
        )  # fmt: skip
    sessions.begin(request, response, signed_in)
    return response


def _offers_passkey(request: HttpRequest, participant: Participant) -> bool:
    """Once in a while, and never between somebody and what waits to be done."""
    return (
        are_possible()
        and OFFERED not in request.COOKIES
        and _next(request) == reverse("portal:home")
        and not participant.passkeys.exists()
        and not CheckIn.objects.of(participant).to_answer().exists()
    )


def _welcome_page(
    request: HttpRequest, form: SignInForm, *, status: int, blocked: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "blocked": blocked,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "was_in": request.method == "GET" and sessions.COOKIE in request.COOKIES,
        "demo": settings.DEMO,
        "passkeys_possible": are_possible(),
    }
    return render(request, "portal/welcome.html", context, status=status)


@require_POST
@for_anyone
def sign_out(request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    """Ends the session on the server too, so that a copied cookie opens nothing."""
    response = HttpResponseRedirect(reverse("portal:welcome"))
    sessions.end(request, response)
    return keep_private(response)


@sensitive_post_parameters("pin", "pin_again")
@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone
def invite(request: HttpRequest, participant: Participant | None, code: str) -> HttpResponse:
    """Greeting, privacy notice, consent and PIN behind a one-time link."""
    response = _invite(request, code, somebody_in=participant is not None)
    # Not `no-referrer`: that also blanks the Origin header, and the form would be refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    return keep_private(response)


def _invite(request: HttpRequest, code: str, *, somebody_in: bool) -> HttpResponse:
    now = clock.now()
    try:
        found = service.open_invite(code, now=now)
    except NotRecognised:
        return _invite_closed(request, somebody_in=somebody_in)
    speak(request, found.participant.language)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            signed_in = service.accept_invite(
                code,
                form.cleaned_data["pin"],
                consent=form.cleaned_data["consent"],
                now=now,
                device=_device(request),
            )
        except NotRecognised:
            return _invite_closed(request, somebody_in=somebody_in)
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            response = HttpResponseRedirect(reverse("portal:login_code"))
            sessions.begin(request, response, signed_in)
            return response
    context = {"form": form, "invited": found.participant}
    return render(request, "portal/invite.html", context, status=422 if form.is_bound else 200)


def _invite_closed(request: HttpRequest, *, somebody_in: bool) -> HttpResponse:
    """The same words for a code that was used, ran out, or never was."""
    return render(request, "portal/invite_closed.html", {"somebody_in": somebody_in}, status=404)


@for_participant
def login_code(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What to keep for the next sign-in."""
    context = {
        "participant": participant,
        "login": participant.credential.login,
        "passkeys_possible": are_possible(),
    }
    return render(request, "portal/login_code.html", context)


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is a page of ours; else home."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and ours else reverse("portal:home")


def _device(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:120]
