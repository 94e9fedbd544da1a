"""Forms about faults of ours. They read and check shape; the ledger's services decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.common.actors import ActorKind
from casework.faults.models import KINDS, Fault
from casework.faults.rules import Kind

EARLIEST = 2000
"""A year: before that there was nothing that could fail."""


class MomentField(forms.DateTimeField):
    """A day and time on the reader's wall; a time that comes twice or never is refused."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        at = super().clean(value)
        if at is not None and at.year < EARLIEST:
            raise forms.ValidationError("This is too far in the past.")
        return at


class FaultForm(forms.Form):
    """One that is on, or with an end one that is over.

    `sure` is the number of missed check-ins that the person was told this fault excuses.
    """

    kind = forms.ChoiceField(label=_("What did not work"), choices=KINDS)
    opened_at = MomentField(label=_("Began"))
    closed_at = MomentField(label=_("Ended"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What happened. Every member of staff reads it: no names of participants."),
    )
    sure = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened_at"].initial = now
        here = _zone_name(now)
        self.fields["opened_at"].help_text = _now("In your office's time (%s).") % here
        self.fields["closed_at"].help_text = _now("Empty while it is still on.")

    def clean(self) -> dict[str, Any]:
        """One that is on already is not entered again: closing one would leave the other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        same = Fault.objects.open().filter(
            kind=cleaned.get("kind"), opened_by_kind=ActorKind.STAFF.value
        )
        if not cleaned.get("closed_at") and same.exists():
            self.add_error("kind", _now("Such a fault is on already. Close it first."))
        return cleaned

    @property
    def fault_kind(self) -> Kind:
        return Kind(self.cleaned_data["kind"])


class CloseForm(forms.Form):
    """When it ended, and what it was."""

    closed_at = MomentField(label=_("Ended"), required=False)
    reason = forms.CharField(
        label=_("What it was"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _now("In your office's time (%s). Empty: now.")
        self.fields["closed_at"].help_text = words % _zone_name(now)


def _zone_name(now: datetime) -> str:
    return f"{timezone.localtime(now):%Z}"
