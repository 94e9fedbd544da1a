"""Forms of the staff site. They read and check shape; services decide."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from timezone_field import TimeZoneFormField

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.languages import LANGUAGES
from casework.participants.models import (
    CaseKind,
    Docket,
    Participant,
    ReleaseBasis,
    Sex,
    Technology,
)
from casework.participants.rules import LEVELS
from casework.staff.models import Office, Role, User
from casework.staff.services import require_code

# Where most participants live, before the long list.
NEAR = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico",
)  # fmt: skip


class SignInForm(AdminAuthenticationForm):
    """By e-mail."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _("E-mail or password is not right."),
    }

    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    code = forms.CharField(
        label=_("Code of your authenticator app"),
        required=False,
        max_length=16,
        help_text=_("If you have set one up. A recovery code will do."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Password first, then the code: whoever has no password learns nothing of the code."""
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if isinstance(user, User) and self.request is not None:
            try:
                require_code(user, cleaned["code"], now=clock.now(), request=self.request)
            except RuleError as refusal:
                raise forms.ValidationError({"code": str(refusal)}) from refusal
        return cleaned


def refuse(form: forms.BaseForm, error: RuleError) -> None:
    """Show a service's refusal where it belongs; what was typed stays."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, str(error.message))


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReasonForm(forms.Form):
    """One required reason; quick ones are offered by the page."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PersonForm(forms.Form):
    """Who the person is: for enrolment and for corrections."""

    given_name = forms.CharField(label=_("Given name"), max_length=120)
    family_name = forms.CharField(label=_("Family name"), max_length=120)
    a_number = forms.CharField(
        label=_("A-number"),
        max_length=20,
        help_text=_("Seven to nine digits; blanks and dashes do not matter."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    timezone = TimeZoneFormField(
        label=_("Time zone"), required=False, help_text=_("Where the person lives.")
    )
    date_of_birth = forms.DateField(label=_("Date of birth"), required=False, widget=DateInput())
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("", _("Not recorded")), *[c for c in Sex.choices if c[0]]],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["timezone"]
        others = [choice for choice in zones.choices if choice[0] not in NEAR]  # type: ignore[attr-defined]
        near = [(name, name.replace("_", " ")) for name in NEAR]
        zones.choices = [("", _("As the office")), *near, *others]  # type: ignore[attr-defined]


class EnrolForm(PersonForm):
    """Person, contact and case in one go. Offices and officers are those the user may choose."""

    phone = PhoneNumberField(label=_("Mobile phone"), required=False, region="US")
    email = forms.EmailField(label=_("E-mail"), required=False)
    kind = forms.ChoiceField(label=_("Proceeding"), choices=CaseKind.choices)
    docket = forms.ChoiceField(
        label=_("Docket"), choices=Docket.choices, initial=Docket.NON_DETAINED
    )
    release_basis = forms.ChoiceField(label=_("Release basis"), choices=ReleaseBasis.choices)
    nta_on = forms.DateField(label=_("NTA date"), required=False, widget=DateInput())
    released_on = forms.DateField(label=_("Released on"), required=False, widget=DateInput())
    representative = forms.CharField(label=_("Representative"), max_length=160, required=False)
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), required=False, to_field_name="public_id"
    )
    officer = forms.ModelChoiceField(
        User.objects.none(), label=_("Officer"), required=False, to_field_name="public_id"
    )

    CASE = ("kind", "docket", "release_basis", "nta_on", "released_on", "representative")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.is_supervisor and user.offices.count() < 2:
            del self.fields["office"], self.fields["officer"]
            return
        offices = Office.objects.all() if user.is_administrator else user.offices.all()
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["officer"].queryset = officers_of(user)  # type: ignore[attr-defined]


class CorrectForm(EnrolForm):
    """The same, filled with what the file says; `changes` is what `correct` takes."""

    def __init__(self, *args: Any, participant: Participant, user: User, **kwargs: Any) -> None:
        case = participant.cases.filter(closed_on__isnull=True).first()
        # Of several the one in use: a new number beside it is not verified yet.
        points = {point.kind: point for point in reversed(participant.contact_points.all())}
        known = {name: getattr(participant, name) for name in PersonForm.base_fields}
        known |= {name: getattr(case, name) for name in self.CASE if case is not None}
        known |= {kind: getattr(point, kind) for kind, point in points.items()}
        known["office"] = participant.office
        officer = participant.assignments.filter(until_at__isnull=True).first()
        known["officer"] = officer.officer if officer else None
        super().__init__(*args, user=user, initial=known, **kwargs)
        self.fields["timezone"].required = True
        # Whoever has signed in knows their officer: from then on a transfer moves and tells them.
        if not user.is_supervisor or participant.consents.exists():
            for name in {"office", "officer"} & set(self.fields):
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """Only what was changed, as `casework.participants.corrections.correct` wants it."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        case = {name: changed.pop(name) for name in self.CASE if name in changed}
        kept = {k: v for k, v in changed.items() if v or k not in {"office", "officer"}}
        return kept | ({"case": case} if case else {})


def officers_of(user: User) -> Any:
    """The officers this user may give a case to."""
    officers = User.objects.filter(role=Role.OFFICER, is_active=True)
    if not user.is_administrator:
        officers = officers.filter(offices__in=user.offices.all()).distinct()
    return officers


class SupervisionForm(ReasonForm):
    technology = forms.ChoiceField(label=_("Technology"), choices=Technology.choices)
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[(level, str(level)) for level in LEVELS],
        coerce=int,
        help_text=_("1 is the lightest, 3 the closest."),
    )
    field_order = ["technology", "level", "reason"]


class PhotosField(forms.FileField):
    """Several files at once; where none is required, perhaps none."""

    widget = type("Several", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = (data if isinstance(data, list | tuple) else [data]) or [None]
        cleaned = [super(PhotosField, self).clean(one, initial) for one in files]
        return [one for one in cleaned if one is not None]


class PhotosForm(forms.Form):
    photo = PhotosField(label=_("Photos"))
