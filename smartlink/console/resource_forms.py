"""The form of a place in the directory. It reads and checks shape; the service decides."""

from typing import Any

from django import forms

from casework.common.languages import LANGUAGES
from casework.resources.models import LONGEST_NOTES, Resource, ResourceCost, ResourceKind
from casework.resources.services import Entry
from casework.staff.models import Office, User

_PHONE = r"[0-9+() .\-]{3,32}"


def _ticks(label: str, choices: Any, *, needed: bool = False, hint: str = "") -> Any:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=needed,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple(),
    )


class ResourceForm(forms.Form):
    """`user` may give the own offices; administrators all, or none: then it is for everybody."""

    name = forms.CharField(label="Name", max_length=120)
    phone = forms.RegexField(
        _PHONE, label="Phone", required=False, max_length=32,
        error_messages={"invalid": "Digits, blanks, brackets and dashes only."},
    )  # fmt: skip
    address = forms.CharField(label="Street and number", required=False, max_length=200)
    city = forms.CharField(label="City, state and ZIP code", required=False, max_length=80)
    website = forms.URLField(label="Website", required=False, max_length=300, assume_scheme="https")
    hours = forms.CharField(
        label="Opening hours", required=False, max_length=200,
        help_text="Like “Mon-Fri 9:00-17:00; Sat 10-13”. Each person reads them in their language.",
    )  # fmt: skip
    cost = forms.ChoiceField(label="Cost", choices=ResourceCost.choices)
    kinds = _ticks("What kind of help", ResourceKind.choices, needed=True)
    languages = _ticks("Languages spoken there", LANGUAGES)
    other_languages = forms.CharField(label="Other languages", required=False, max_length=120)
    zip_prefixes = forms.CharField(
        label="ZIP codes it is near to", required=False, max_length=200,
        help_text="Beginnings of three to five digits, like “112, 10013”. Who lives there sees it"
        " first, whatever the office.",
    )  # fmt: skip
    is_active = forms.BooleanField(label="Shown to participants", required=False, initial=True)

    def __init__(self, *args: Any, user: User, resource: Resource | None, **kwargs: Any) -> None:
        if resource is not None:
            kwargs["initial"] = _said(resource)
        super().__init__(*args, **kwargs)
        mine = Office.objects.all() if user.is_administrator else user.offices.all()
        offices = forms.ModelMultipleChoiceField(
            mine, label="For participants of", to_field_name="public_id",
            required=not user.is_administrator, widget=forms.CheckboxSelectMultiple(),
            help_text="None: for everybody, in every office." if user.is_administrator else "",
        )  # fmt: skip
        if resource is None:
            offices.initial = list(mine[:2]) if mine.count() == 1 else []
        self.fields["offices"] = offices
        for tag, name in LANGUAGES:
            self.fields[f"notes_{tag}"] = forms.CharField(
                label=name, required=False, max_length=LONGEST_NOTES,
                widget=forms.Textarea(
                    attrs={"rows": 2, "lang": tag, "dir": "auto"}
                ),
            )  # fmt: skip

    @property
    def plain(self) -> list[Any]:
        names = ("name", "phone", "address", "city", "website", "hours", "cost")
        return [self[name] for name in names]

    @property
    def ticks(self) -> list[Any]:
        return [self[name] for name in ("kinds", "offices", "languages")]

    @property
    def notes(self) -> list[Any]:
        return [self[f"notes_{tag}"] for tag, _name in LANGUAGES]

    def clean_zip_prefixes(self) -> list[str]:
        return str(self.cleaned_data["zip_prefixes"]).replace(",", " ").split()

    @property
    def entry(self) -> Entry:
        """What was said, once it is valid."""
        given = dict(self.cleaned_data)
        given.pop("offices")
        notes = {tag: given.pop(f"notes_{tag}") for tag, _name in LANGUAGES}
        return Entry(**given, notes=notes)


def _said(resource: Resource) -> dict[str, Any]:
    names = (
        "name", "phone", "address", "city", "website", "hours", "cost", "kinds", "languages",
        "other_languages", "is_active",
    )  # fmt: skip
    notes = {f"notes_{tag}": words for tag, words in resource.notes.items()}
    return (
        {name: getattr(resource, name) for name in names}
        | notes
        | {
            "zip_prefixes": ", ".join(resource.zip_prefixes),
            "offices": [office.public_id for office in resource.offices.all()],
        }
    )
