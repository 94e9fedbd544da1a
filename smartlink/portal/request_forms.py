"""What people fill in to report a change or ask for help. Forms read; the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.requests.asking import NewRequest
from casework.requests.changes import NewChange
from casework.requests.models.help import KINDS as HELP_KINDS
from casework.requests.rules import FIELDS, LONGEST_WORDS, ChangeKind, HelpKind
from smartlink.portal.forms import PortalForm

NEEDED = {"required": _("Please fill this in.")}


def _line(label: Any, most: int, *, needed: bool = False, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=needed,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"dir": "auto", **attrs}),
    )


def _words(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


def _day(label: Any, *, needed: bool) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=needed,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**NEEDED, "invalid": _("Choose a day.")},
    )


class ChangeForm(PortalForm):
    """One for each kind; the fields of a kind bear the names of its report."""

    kind: ChangeKind

    def new(self) -> NewChange:
        said = self.cleaned_data
        value = {name: said.get(name) or "" for name in FIELDS[self.kind]}
        return NewChange(self.kind, value, said.get("from_on"), said.get("words", ""))


class AddressForm(ChangeForm):
    kind = ChangeKind.ADDRESS

    street = _line(_("Street and number"), 160, needed=True, autocomplete="address-line1")
    unit = _line(_("Apartment (if there is one)"), 60, autocomplete="address-line2")
    city = _line(_("City"), 100, needed=True, autocomplete="address-level2")
    region = _line(_("State"), 40, autocomplete="address-level1")
    postal_code = _line(
        _("ZIP code"), 10, autocomplete="postal-code", inputmode="numeric", dir="ltr"
    )
    from_on = _day(_("Since when, or from when?"), needed=True)
    words = _words(_("Anything your officer should know (optional)"))


class PhoneForm(ChangeForm):
    kind = ChangeKind.PHONE

    phone = forms.CharField(
        label=_("New phone number, with the area code"),
        max_length=40,
        error_messages=NEEDED,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}
        ),
    )
    words = _words(_("Anything your officer should know (optional)"))


class WorkForm(ChangeForm):
    kind = ChangeKind.WORK

    employer = _line(_("For whom do you work?"), 160, autocomplete="organization")
    workplace = _line(_("Where?"), 200)
    hours = _line(_("On which days and at what hours?"), 200)
    from_on = _day(_("Since when, or from when?"), needed=False)
    words = _words(_("Anything your officer should know (optional)"))


CHANGE_FORMS: dict[ChangeKind, type[ChangeForm]] = {
    form.kind: form for form in (AddressForm, PhoneForm, WorkForm)
}


class HelpForm(PortalForm):
    kind = forms.ChoiceField(
        label=_("What do you need?"),
        choices=HELP_KINDS,
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose what you need.")},
    )
    words = _words(_("Tell us more (optional)"))
    best_time = _line(_("When can we reach you best? (optional)"), 200)

    def new(self) -> NewRequest:
        said = self.cleaned_data
        return NewRequest(HelpKind(said["kind"]), said["words"], said["best_time"])


class CodeForm(PortalForm):
    code = forms.CharField(
        label=_("The code that we sent to the new number"),
        max_length=20,
        error_messages={"required": _("Type the code.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
    )
