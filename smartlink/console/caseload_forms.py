"""Forms about who looks after whom. They read and check shape; services decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.staff.covers import Days
from casework.staff.models import Role, User
from smartlink.console.forms import DateInput, ReasonForm, officers_of


class CoverForm(ReasonForm):
    """An officer asks for the own days; a supervisor for those of anybody in the office."""

    absent = forms.ModelChoiceField(
        User.objects.none(), label=_("Who is away"), to_field_name="public_id"
    )
    officer = forms.ModelChoiceField(
        User.objects.none(), label=_("Who covers"), to_field_name="public_id"
    )
    from_on = forms.DateField(label=_("First day"), widget=DateInput())
    until_on = forms.DateField(label=_("Last day"), widget=DateInput())
    field_order = ["absent", "officer", "from_on", "until_on", "reason"]

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        colleagues = officers_of(user)
        self.fields["officer"].queryset = colleagues.exclude(pk=user.pk)  # type: ignore[attr-defined]
        if user.role == Role.OFFICER:
            del self.fields["absent"]
        else:
            self.fields["absent"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["from_on"].initial = timezone.localtime(now).date()
        reason = self.fields["reason"]
        reason.max_length = 200  # type: ignore[attr-defined]
        reason.validators = [MaxLengthValidator(200)]
        reason.widget = forms.TextInput(attrs={"maxlength": 200})
        reason.help_text = _("Both officers and the supervisors of the office read it.")

    @property
    def away(self) -> User:
        found: User = self.cleaned_data.get("absent") or self.user
        return found

    @property
    def days(self) -> Days:
        return Days(self.cleaned_data["from_on"], self.cleaned_data["until_on"])
