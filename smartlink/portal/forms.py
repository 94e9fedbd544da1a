"""What people type or send. Forms read; the services decide."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from casework.common.errors import RuleError
from casework.findings.rules import LONGEST_ANSWER
from checkins.models import Receipt
from checkins.rules import LONGEST_TOLD, Question


class PortalForm(forms.Form):
    """A form without browser bubbles or colons; refusals of a rule land on their field."""

    use_required_attribute = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def refuse(self, error: RuleError, *, fields: dict[str, str] | None = None) -> None:
        """Show a refusal; `fields` maps a rule's name of an input to the form's."""
        named = (fields or {}).get(error.field or "", error.field)
        self.add_error(named if named in self.fields else None, str(error.message))


def _pin(label: Any, autocomplete: str, required: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=12,
        error_messages={"required": required, "max_length": _("A PIN has four to eight digits.")},
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": autocomplete, "maxlength": None}
        ),
    )


class SignInForm(PortalForm):
    login = forms.CharField(
        label=_("Login code or A-number"),
        help_text=_("For example BCDF-2345 or A012345678"),
        max_length=40,
        error_messages={
            "required": _("Enter your login code or your A-number."),
            "max_length": _("Login or PIN is not right."),
        },
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "dir": "ltr",
            }
        ),
    )
    pin = _pin(_("PIN"), "current-password", _("Enter your PIN."))


class InviteForm(PortalForm):
    consent = forms.BooleanField(
        label=_("I have read this and I agree"),
        error_messages={
            "required": _("To go on, please agree to the privacy notice, or talk to your officer.")
        },
    )
    pin = _pin(
        _("Choose a PIN"),
        "new-password",
        _("Choose a PIN of four to eight digits."),
        _("Four to eight digits that only you know. Not 1234 and not your birthday."),
    )
    pin_again = _pin(_("Type the PIN again"), "new-password", _("Type the PIN a second time."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("pin"), cleaned.get("pin_again")
        if first and second and first != second:
            self.add_error("pin_again", _("The two PINs are not the same. Type it again."))
        return cleaned


class PhotoInput(forms.FileInput):
    """Opens the front camera on a phone and the files elsewhere."""

    def __init__(self) -> None:
        super().__init__(attrs={"accept": "image/*", "capture": "user"})


class PhotoField(forms.FileField):
    """Any file, also an empty one: what a photo is, verification's intake says."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        super().__init__(
            label=label,
            required=required,
            allow_empty_file=True,
            widget=PhotoInput(),
            error_messages={
                "required": _("Take or choose a photo first."),
                "invalid": _("The photo did not arrive. Please send it again."),
                "missing": _("The photo did not arrive. Please send it again."),
            },
        )


def new_key() -> str:
    """A double tap sends the same one twice."""
    return str(uuid4())


class SelfieForm(PortalForm):
    """`submission_key` makes a double tap one attempt; `captured_at` is the phone's clock."""

    photo = PhotoField(_("Take or choose a photo of your face"))
    submission_key = forms.CharField(
        max_length=64, required=False, initial=lambda: str(uuid4()), widget=forms.HiddenInput()
    )
    captured_at = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput())
    receipt: Receipt | None = None
    """Of a photo that was refused: it came, and that can be shown."""
    # Filled by the script after the turns of the head; the frames come as files named `frames`.
    challenge = forms.UUIDField(required=False, widget=forms.HiddenInput())
    frame_times = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput())
    cannot_turn = forms.BooleanField(label=_("I cannot turn my head"), required=False)

    # Filled by a script after a tap, already rounded; empty for everybody else.
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput())
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput())

    @property
    def frames(self) -> list[Any]:
        return self.files.getlist("frames") if self.files else []

    @property
    def place(self) -> tuple[float, float] | None:
        """What the phone sent; a place that makes no sense must not stop anybody."""
        pair = self.cleaned_data.get("latitude"), self.cleaned_data.get("longitude")
        return None if pair[0] is None or pair[1] is None else (pair[0], pair[1])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("latitude", "longitude"):
            self.errors.pop(name, None)
        return cleaned

    def clean_frame_times(self) -> list[int]:
        """Milliseconds after the photo; what makes no sense is none."""
        parts = self.cleaned_data["frame_times"].split(",")
        whole = all(part.isascii() and part.isdecimal() for part in parts)
        return [min(int(part), 3_600_000) for part in parts] if whole else []

    def clean_captured_at(self) -> Any:
        """A phone whose clock makes no sense must not stop anybody."""
        try:
            at = parse_datetime(self.cleaned_data["captured_at"])
        except ValueError:
            return None
        return at if at is not None and at.tzinfo is not None else None


# Each question, and what its words are about.
QUESTIONS = {
    Question.ADDRESS: (_("My address has changed"), _("New address")),
    Question.PHONE: (_("My phone number has changed"), _("New phone number")),
    Question.WORK: (_("My work or working hours have changed"), _("What has changed?")),
    Question.SUPPORT: (_("I need help or support"), _("What do you need?")),
    Question.CALL_BACK: (_("Please call me"), _("When is a good time?")),
}


class QuestionsForm(PortalForm):
    """A box to tick and words to add for each question that the plan asks; all optional."""

    def __init__(self, *args: Any, asked: list[str], answers: dict[str, str], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.asked = [one for one in Question if one.value in asked]
        for one in self.asked:
            said, words = QUESTIONS[one]
            self.fields[one.value] = forms.BooleanField(
                label=said, required=False, initial=one.value in answers
            )
            self.fields[f"{one.value}_words"] = forms.CharField(
                label=words,
                required=False,
                max_length=LONGEST_TOLD,
                initial=answers.get(one.value, ""),
                widget=forms.TextInput(attrs={"dir": "auto"}),
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Box and words of each question, for the template."""
        return [(self[one.value], self[f"{one.value}_words"]) for one in self.asked]

    def answers(self) -> dict[str, str]:
        """What was said: a box ticked, or words written without ticking it."""
        given = self.cleaned_data
        words = {one.value: given[f"{one.value}_words"].strip() for one in self.asked}
        return {name: text for name, text in words.items() if given[name] or text}


class LongText(forms.CharField):
    """Lines end as the writer's browser counts them: one sign each."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if value else value)


class AnswerForm(PortalForm):
    """The participant's own words about a finding."""

    answer = LongText(
        label=_("Say what happened, in your own words"),
        help_text=_("In any language. You can name papers you have, and people who know."),
        max_length=LONGEST_ANSWER,
        error_messages={
            "required": _("Write what you want to say."),
            "max_length": _("Your answer is too long. %(limit_value)d characters are possible."),
        },
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )


class VisitorForm(PortalForm):
    """A visitor of the demonstration and one to three photos of the own face."""

    given_name = forms.CharField(
        label=_("First name"),
        max_length=60,
        error_messages={"required": _("Enter a first name. It can be invented.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    photo_1 = PhotoField(_("First photo"))
    photo_2 = PhotoField(_("Second photo (better)"), required=False)
    photo_3 = PhotoField(_("Third photo (best)"), required=False)
    consent = forms.BooleanField(
        label=_("These are photos of me, and I agree that this demonstration uses them"),
        error_messages={"required": _("Please agree, or leave the demonstration.")},
    )

    @property
    def photos(self) -> list[tuple[str, "UploadedFile[bytes]"]]:
        """The photos that came, by field."""
        names = ("photo_1", "photo_2", "photo_3")
        return [(name, self.cleaned_data[name]) for name in names if self.cleaned_data.get(name)]
