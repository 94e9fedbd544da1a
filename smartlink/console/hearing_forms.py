"""Forms about hearings and appointments. They read and check shape; services decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.common import clock
from casework.hearings.adjournments import codes
from casework.hearings.models import (
    Attendance,
    Court,
    Hearing,
    HearingOutcome,
    HearingSource,
)
from casework.hearings.results import Result
from casework.hearings.rules import instants_of, is_plausible
from smartlink.console.forms import DateInput

# What a person can say about where a date comes from; the others are machines' words.
BY_HAND = (HearingSource.OFFICER, HearingSource.COURT_NOTICE, HearingSource.PARTICIPANT)


class LocalTimeForm(forms.Form):
    """A day and a time on the wall of some place; `zone` says which."""

    day = forms.DateField(label=_("Date"), widget=DateInput())
    at = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def zone(self, cleaned: dict[str, Any]) -> Any:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Adds `starts_at`: the one instant at which the place's clocks show that time."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        zone = self.zone(cleaned)
        if zone is None or not {"day", "at"} <= set(cleaned):
            return cleaned
        if not is_plausible(cleaned["day"], clock.now()):
            self.add_error("day", "This is too far in the past or in the future.")
            return cleaned
        instants = instants_of(datetime.combine(cleaned["day"], cleaned["at"]), zone)
        if len(instants) == 1:
            return cleaned | {"starts_at": instants[0]}
        self.add_error(
            "at",
            _("Clocks are put back that night: this time comes twice.")
            if instants
            else _("Clocks are put forward that night: this time does not exist."),
        )
        return cleaned


class HearingForm(LocalTimeForm, forms.ModelForm):  # type: ignore[type-arg]
    """Its time is the court's local time."""

    class Meta:
        model = Hearing
        fields = ("court", "kind", "mode", "judge", "room", "video_url", "source")
        labels = {"source": _("Where the date comes from")}

    video_url = forms.URLField(label=_("Video link"), required=False, assume_scheme="https")
    field_order = ["court", "day", "at", "kind", "mode", "judge", "room", "video_url", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["court"].queryset = Court.objects.all()  # type: ignore[attr-defined]
        self.fields["at"].help_text = _("In the court's local time.")
        known = {*BY_HAND, self.initial.get("source", "")}
        self.fields["source"].choices = [c for c in HearingSource.choices if c[0] in known]  # type: ignore[attr-defined]

    def zone(self, cleaned: dict[str, Any]) -> Any:
        return cleaned["court"].timezone if "court" in cleaned else None

    def terms(self) -> dict[str, Any]:
        """What the services take."""
        return {name: v for name, v in self.cleaned_data.items() if name not in {"day", "at"}}


class ChangeHearingForm(HearingForm):
    """An entered date, to be put right or taken back."""

    cancelled = forms.BooleanField(label=_("Cancelled by the court"), required=False)

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        local = timezone.localtime(hearing.starts_at, hearing.court.timezone)
        initial = {name: getattr(hearing, name) for name in self.Meta.fields} | {
            "day": local.date(),
            "at": local.time().replace(second=0),
            "cancelled": hearing.cancelled_at is not None,
        }
        super().__init__(*args, initial=initial, **kwargs)


class ResultForm(forms.Form):
    """Who was there and what the court did."""

    attendance = forms.ChoiceField(
        label=_("Attendance"),
        choices=[*Attendance.choices, ("", _("Not recorded"))],
        required=False,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("", _("Not known yet")), *HearingOutcome.choices],
        required=False,
    )
    adjournment = forms.ChoiceField(
        label=_("Adjournment code"), required=False, help_text=_("When it is continued.")
    )

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        known = {name: getattr(hearing, name) for name in ("attendance", "outcome", "adjournment")}
        kwargs["initial"] = known
        super().__init__(*args, **kwargs)
        listed = [(code, f"{code} · {text}") for code, text in codes().items()]
        self.fields["adjournment"].choices = [("", _("None")), *listed]  # type: ignore[attr-defined]

    def result(self) -> Result:
        return Result(**self.cleaned_data)
