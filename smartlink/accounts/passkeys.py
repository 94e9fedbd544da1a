"""Passkeys of staff in the browser: adding and removing one's own, signing in at the door.

The pages work without a script (with an authenticator app); these addresses answer the script.
"""

from uuid import UUID

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from casework.common import clock
from casework.common.errors import NotRecognised, RuleError, TooOften
from casework.common.passkeys import CounterWentBack, are_possible
from casework.staff import factors, passkeys
from casework.staff.models import SignInMeans, StaffPasskey, User
from casework.staff.services import require_code
from smartlink.accounts.history import FACTOR, MEANS
from smartlink.browser_keys import answer_in, asking, new_browser, refusal, sent_in
from smartlink.console.gates import StaffRequest, for_all_staff, open_to_all, page
from smartlink.portal import slowing

BACKEND = "django.contrib.auth.backends.ModelBackend"


class AddForm(forms.Form):
    """Its script sends it; the password is asked again because a screen may be left open."""

    name = forms.CharField(
        label=gettext_lazy("Name of this passkey"),
        max_length=60,
        help_text=gettext_lazy("For example: work laptop, blue security key"),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code of your authenticator app"),
        help_text=gettext_lazy("Or a recovery code"),
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_all_staff
def add(request: StaffRequest) -> HttpResponse:
    """The form; and, posted by its script, what the browser needs to make a key."""
    if request.method != "POST":
        form = AddForm()
        if not factors.has_app(request.user):
            del form.fields["code"]
        context = {"form": form, "possible": are_possible()}
        return page(request, "accounts/add_passkey.html", _("Add a passkey"), context)
    try:
        sent, browser = sent_in(request), new_browser()
        _ask_again(request, str(sent.get("password", "")), str(sent.get("code", "")))
        return asking(browser, passkeys.ask_to_add(request.user, browser, now=clock.now()))
    except RuleError as error:
        return refusal(error)


def _ask_again(request: StaffRequest, password: str, code: str) -> None:
    """The password, and the app's code where there is one; wrong ones count as at the door."""
    user = authenticate(request, username=request.user.email, password=password)
    if not isinstance(user, User) or user != request.user:
        raise NotRecognised(_("The password is not right."), field="password")
    if factors.has_app(user):
        require_code(user, code, now=clock.now(), request=request)


@require_POST
@for_all_staff
def keep(request: StaffRequest) -> HttpResponse:
    """The key that the browser made. Where there were no recovery codes, they come with it."""
    try:
        sent = sent_in(request)
        codes = passkeys.add(
            request.user, answer_in(request, sent), str(sent.get("name", "")), now=clock.now()
        )
    except RuleError as error:
        return refusal(error)
    request.session[FACTOR] = True
    if codes:
        shown = page(request, "accounts/recovery.html", _("Recovery codes"), {"codes": codes})
        return JsonResponse({"page": shown.content.decode()})
    messages.success(request, _("The passkey is added."))
    return JsonResponse({"next": reverse("accounts:account")})


@require_POST
@for_all_staff
def remove(request: StaffRequest, passkey_id: UUID) -> HttpResponse:
    key = get_object_or_404(request.user.passkeys, public_id=passkey_id)
    try:
        passkeys.remove(request.user, key, now=clock.now())
    except RuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The passkey is removed."))
    return redirect("accounts:account")


@require_POST
@open_to_all
def ask(request: HttpRequest) -> HttpResponse:
    """What the browser needs to sign in: with a right password, a key of that account."""
    browser, now = new_browser(), clock.now()
    try:
        slowing.count_passkey_ask(request)
        sent = sent_in(request)
        if not sent.get("password"):
            return asking(browser, passkeys.ask_to_enter(browser, now=now))
        email = str(sent.get("email", "")).strip().lower()
        user = authenticate(request, username=email, password=str(sent["password"]))
        if not isinstance(user, User):
            raise NotRecognised(_("E-mail or password is not right, or this sign-in is locked."))
        return asking(browser, passkeys.ask_as_second(user, browser, now=now))
    except TooOften as error:
        return refusal(error, status=429)
    except RuleError as error:
        return refusal(error)


@require_POST
@open_to_all
def enter(request: HttpRequest) -> HttpResponse:
    """Signs in. What is wrong counts towards the lockout like a wrong password."""
    setattr(request, MEANS, SignInMeans.PASSKEY)
    key: StaffPasskey | None = None
    try:
        sent = sent_in(request)
        answer = answer_in(request, sent)
        key = passkeys.key_of(answer)
        _require_open(request, key.user)
        second = bool(sent.get("second"))
        user = passkeys.enter(key, answer, after_password=second, now=clock.now())
    except RuleError as error:
        if isinstance(error, CounterWentBack):
            setattr(request, MEANS, SignInMeans.COUNTER)
        credentials = {"username": key.user.email if key is not None else ""}
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        return refusal(error)
    login(request, user, BACKEND)
    request.session[FACTOR] = True
    return JsonResponse({"next": _next(request, str(sent.get("next", "")))})


def _require_open(request: HttpRequest, user: User) -> None:
    if not AxesProxyHandler.is_allowed(request, {"username": user.email}):
        raise NotRecognised(_("This sign-in is locked for a while. Try again later."))


def _next(request: HttpRequest, wanted: str) -> str:
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("admin:index")
