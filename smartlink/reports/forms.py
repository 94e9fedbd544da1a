"""What one chooses a report by."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from casework.common import clock
from casework.common.languages import LANGUAGES
from casework.participants.models import Participant
from casework.participants.rules import normal_a_number
from casework.staff.models import Office, Role, User
from smartlink.console.forms import DateInput
from smartlink.reports import asking
from smartlink.reports.periods import usual

_CHOOSE_GROUP = [*asking.GROUPINGS.items()]


def _regions_of(offices: QuerySet[Office]) -> list[tuple[str, str]]:
    regions = {region for region in offices.values_list("region", flat=True) if region}
    return [("", "All"), *((region, region) for region in sorted(regions))]


class WishForm(forms.Form):
    """Offices, regions, officers and participants are those the user answers for."""

    kind = forms.ChoiceField(label="Report", choices=list(asking.KINDS.items()))
    period = forms.ChoiceField(required=False)
    first = forms.DateField(label="From", widget=DateInput())
    last = forms.DateField(label="To", widget=DateInput())
    group = forms.ChoiceField(label="Group by", choices=_CHOOSE_GROUP, required=False)
    office = forms.ModelChoiceField(
        Office.objects.none(), required=False, to_field_name="public_id", empty_label="All mine"
    )
    region = forms.ChoiceField(required=False)
    officer = forms.ModelChoiceField(
        User.objects.none(), required=False, to_field_name="public_id", empty_label="All"
    )
    language = forms.ChoiceField(required=False)
    origin = forms.ChoiceField(label="Asked for", required=False)
    technology = forms.ChoiceField(required=False)
    a_number = forms.CharField(
        label="One participant", help_text="The A-number, with nine digits.", required=False,
        max_length=20,
    )  # fmt: skip
    participant = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self._usual = usual(timezone.localtime(clock.now()).date())
        if self.is_bound and self.data.get("period"):
            self.fields["first"].required = self.fields["last"].required = False
        periods = [(name, words) for name, (words, _days) in self._usual.items()]
        self.fields["period"].choices = [("", "The dates given"), *periods]  # type: ignore[attr-defined]
        offices = Office.objects.all() if user.is_administrator else user.offices.all()
        officers = User.objects.filter(role=Role.OFFICER)
        if not user.is_administrator:
            officers = officers.filter(offices__in=offices).distinct()
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
        languages = sorted((asking.language_name(tag), tag) for tag, _own in LANGUAGES)
        # Asked for where it is shown or sent.
        self.fields["region"].choices = lambda: _regions_of(offices)  # type: ignore[attr-defined]
        self._choose("language", [(tag, name) for name, tag in languages])
        self._choose("origin", list(asking.ORIGINS.items()))
        self._choose("technology", list(asking.TECHNOLOGIES.items()))

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", "All"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A usual period instead of dates, an A-number instead of an id."""
        said = super().clean() or {}
        if said.get("period"):
            days = self._usual[said["period"]][1]
            said |= {"first": days.first, "last": days.last}
            for name in {"first", "last"} & set(self.errors):
                del self.errors[name]
        if said.get("a_number"):
            said["participant"] = self._participant(said["a_number"])
        elif said.get("kind") == "participant" and not said.get("participant"):
            self.add_error("a_number", "Choose the participant.")
        return said

    def _participant(self, typed: str) -> Any:
        mine = Participant.objects.visible_to(self._user)
        found = mine.filter(a_number=normal_a_number(typed) or "").first()
        if found is None:
            self.add_error("a_number", "There is no such participant.")
        return found and found.public_id

    def wish(self) -> asking.Wish:
        said = self.cleaned_data
        return asking.Wish(
            kind=said["kind"],
            first=said["first"],
            last=said["last"],
            group=said["group"] or "office",
            office=said["office"].public_id if said["office"] else None,
            officer=said["officer"].public_id if said["officer"] else None,
            participant=said["participant"],
            region=said["region"],
            language=said["language"],
            origin=said["origin"],
            technology=said["technology"],
        )
