"""Pages of staff accounts: one's own, a colleague's (for administrators), and the invitation."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.common import clock
from casework.common.errors import NotRecognised, RuleError
from casework.common.passkeys import are_possible
from casework.staff import accounts, factors, totp
from casework.staff.models import StaffSession, User
from smartlink.accounts.history import FACTOR, ROW
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, for_all_staff, open_to_all, page, staff_page

SHOWN = 20


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code that the app shows"),
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class PasswordForm(forms.Form):
    """A password that only its owner ever types."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", _("The two are not the same."))
        return cleaned


@require_safe
@for_all_staff
def account(request: StaffRequest) -> HttpResponse:
    """One's own second factor, open sessions and sign-ins."""
    user = request.user
    mine = request.session.get(ROW, [None])[0]
    context = {
        "enrolled": factors.is_enrolled(user),
        "has_app": factors.has_app(user),
        "passkeys": list(user.passkeys.all()),
        "passkeys_possible": are_possible(),
        "wanted": settings.STAFF_SECOND_FACTOR,
        "sessions": [(one, one.pk == mine) for one in user.sessions.filter(ended_at=None)[:SHOWN]],
        "sign_ins": list(user.sign_ins.all()[:SHOWN]),
        "now": clock.now(),
    }
    return page(request, "accounts/account.html", _("Your account"), context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_all_staff
def change_password(request: StaffRequest) -> HttpResponse:
    """Django's page for the own password; afterwards only this browser is still signed in."""
    user, row = request.user, request.session.get(ROW)
    answer: HttpResponse = admin.site.password_change(request)
    if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
        accounts.changed_own_password(user, here=row[1] if row else "", now=clock.now())
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_all_staff
def second_factor(request: StaffRequest) -> HttpResponse:
    """Show the secret, take a first code, show the recovery codes once."""
    now, form = clock.now(), CodeForm(request.POST or None)
    title = _("Second factor")
    try:
        secret = factors.begin(request.user, now=now)
    except RuleError:
        return redirect("accounts:account")
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.confirm(request.user, form.cleaned_data["code"], now=now)
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            request.session[FACTOR] = True
            return page(request, "accounts/recovery.html", title, {"codes": codes})
    qr = segno.make(totp.address(secret, request.user.email), error="m", micro=False)
    context = {
        "form": form,
        "secret": totp.readable(secret),
        "qr": SafeString(qr.svg_inline(omitsize=True, border=2, svgclass="qr", dark="#000")),
        "wanted": settings.STAFF_SECOND_FACTOR,
        "passkeys_possible": are_possible(),
    }
    status = 422 if form.errors else 200
    return page(request, "accounts/second_factor.html", title, context, status)


@require_POST
@for_all_staff
def end_session(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One of one's own; an administrator, anybody's."""
    rows = StaffSession.objects.select_related("user").filter(ended_at=None)
    if not request.user.has_perm("staff.change_user"):
        rows = rows.filter(user=request.user)
    session = get_object_or_404(rows, public_id=public_id)
    accounts.end_session(session, by=request.user, now=clock.now())
    messages.success(request, _("Ended."))
    if session.user == request.user:
        return redirect("accounts:account")
    return redirect("accounts:colleague", session.user.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page("staff.change_user")
def colleague(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Invite or invite again, take a lost second factor away, see sessions and sign-ins."""
    user = get_object_or_404(User, public_id=public_id)
    now, link, status = clock.now(), "", 200
    if request.method == "POST":
        try:
            link = _act(request, user)
        except RuleError as refusal:
            messages.error(request, str(refusal))
            status = 422
    context = {
        "colleague": user,
        "link": link,
        "enrolled": factors.is_enrolled(user),
        "invite": user.invites.first(),
        "sessions": list(user.sessions.filter(ended_at=None)[:SHOWN]),
        "sign_ins": list(user.sign_ins.all()[:SHOWN]),
        "now": now,
    }
    return page(request, "accounts/colleague.html", user.full_name, context, status)


def _act(request: StaffRequest, user: User) -> str:
    """The link to show, where one is shown (only in the demo: elsewhere it goes by e-mail)."""
    now = clock.now()
    if request.POST.get("act") == "remove_factor":
        factors.remove(user, by=request.user, now=now)
        messages.success(request, _("Removed. The next sign-in asks to set up a new one."))
        return ""
    code = accounts.invite(user, by=request.user, now=now)
    link = f"{settings.PUBLIC_URL}{reverse('accounts:welcome', args=[code])}"
    if settings.DEMO:
        return link
    text = _(
        "You have an account on SmartLink. Choose your password here within three days:\n\n%s\n\n"
        "If you did not expect this, tell your administrator."
    )
    send_mail(_("Your SmartLink account"), text % link, None, [user.email])
    messages.success(request, _("The invitation is on its way to %s.") % user.email)
    return ""


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_to_all
def welcome(request: HttpRequest, code: str) -> HttpResponse:
    """Behind the link of an invitation: choose a password, then sign in with it."""
    now, form = clock.now(), PasswordForm(request.POST or None)
    try:
        found = accounts.open_invite(code, now=now)
        if request.method == "POST" and form.is_valid():
            accounts.accept_invite(code, form.cleaned_data["password"], now=now)
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("admin:login")
    except NotRecognised:
        return render(request, "accounts/welcome_closed.html", status=404)
    except RuleError as refusal:
        refuse(form, refusal)
    context = {"form": form, "invited": found.user, "rules": password_validators_help_texts()}
    status = 422 if form.errors else 200
    answer = render(request, "accounts/welcome.html", context, status=status)
    answer["Referrer-Policy"] = "strict-origin"
    return answer
