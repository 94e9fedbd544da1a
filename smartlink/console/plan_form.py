"""The form of a plan: every term, weekdays and excluded hours as rows, checked as a whole."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkins.models.plan import LivenessMode, Method
from checkins.plans import PlanTerms
from checkins.rules import Question
from checkins.timing import KINDS_OF_EXCLUSION
from smartlink.console.forms import DateInput

BLANK_ROWS = 2
MOST_ROWS = 30
WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"), gettext_lazy("Friday"), gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)  # fmt: skip
KINDS = {
    "work": gettext_lazy("Work"),
    "worship": gettext_lazy("Worship"),
    "medical": gettext_lazy("Medical care"),
    "other": gettext_lazy("Other"),
}
QUESTIONS = {
    Question.ADDRESS: gettext_lazy("The address has changed"),
    Question.PHONE: gettext_lazy("The phone number has changed"),
    Question.WORK: gettext_lazy("Work or working hours have changed"),
    Question.SUPPORT: gettext_lazy("Needs help or support"),
    Question.CALL_BACK: gettext_lazy("Asks for a call"),
}
PARTS = ("kind", "days", "from", "until")  # of a row of excluded hours
_USUAL, _OWN, _NONE = "usual", "own", "none"
_DAY_ENDS = "24:00"  # no clock shows it: in the form it is 00:00
# Where a refusal of the rules is shown, when it is no field of its own.
_PLACES = {"day_hours": "day_0", "exclusions": "exclusion_0_kind"}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _number(label: Any, help_text: Any = "", **limits: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, **limits)


class PlanForm(forms.Form):
    """Filled with `terms`. Whether they may be set is for `checkins.plans.problems_of` to say."""

    rate_per_week = forms.DecimalField(
        label=gettext_lazy("Check-ins a week, on average"),
        min_value=0, max_value=21, max_digits=4, decimal_places=2,
    )  # fmt: skip
    window_minutes = _number(gettext_lazy("Minutes to answer"), min_value=15, max_value=1440)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Method.choices)
    starts_on = forms.DateField(
        label=gettext_lazy("First day"), required=False, widget=DateInput(),
        help_text=gettext_lazy("Empty: from now on."),
    )  # fmt: skip
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=DateInput(),
        help_text=gettext_lazy("Empty: until further notice."),
    )  # fmt: skip
    paused = forms.BooleanField(label=gettext_lazy("Paused: ask for nothing"), required=False)
    from_hour = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput())
    until_hour = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput())
    gap_minutes = _number(
        gettext_lazy("Shortest gap (minutes)"),
        gettext_lazy("Between two requests."),
        required=False,
    )
    max_per_day = _number(gettext_lazy("Most in a day"), required=False)
    silence_days = _number(
        gettext_lazy("Longest silence (days)"),
        gettext_lazy("One request at least in so many days."),
        required=False,
    )
    liveness = forms.ChoiceField(label=gettext_lazy("Liveness"), choices=LivenessMode.choices)
    liveness_reason = forms.CharField(
        label=gettext_lazy("Why one photo is enough"),
        help_text=gettext_lazy("Only when liveness is waived; a supervisor may do that."),
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("What the person may tell with a check-in"),
        choices=[(one.value, words) for one, words in QUESTIONS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    location = forms.BooleanField(
        label=gettext_lazy("Ask for the area at the check-in"), required=False
    )
    location_reason = forms.CharField(
        label=gettext_lazy("Why a location is needed"),
        help_text=gettext_lazy("The participant reads this reason before answering."),
        required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, terms: PlanTerms) -> None:
        self.rows = min(_rows_sent(data) or len(terms.exclusions), MOST_ROWS - BLANK_ROWS)
        self.rows += BLANK_ROWS
        super().__init__(data, initial=_initial(terms))
        for day, name in enumerate(WEEKDAYS):
            self.fields |= _day_fields(day, name)
        for row in range(self.rows):
            self.fields |= _row_fields(row)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    @property
    def days(self) -> Iterator[tuple[Any, ...]]:
        """Each weekday's three fields, for the template."""
        for day, name in enumerate(WEEKDAYS):
            yield name, self[f"day_{day}"], self[f"day_{day}_from"], self[f"day_{day}_until"]

    @property
    def has_own_days(self) -> bool:
        """Whether some weekday is not as usual, or is wrong: then the rows are shown open."""
        names = [f"day_{day}" for day in range(7)]
        return any(
            self[name].value() not in {None, "", _USUAL} or self[name].errors for name in names
        )

    @property
    def exclusions(self) -> Iterator[tuple[Any, ...]]:
        """Each row of excluded hours: kind, days, from, until."""
        for row in range(self.rows):
            yield tuple(self[f"exclusion_{row}_{part}"] for part in PARTS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for day in range(7):
            self._check_day(cleaned, f"day_{day}")
        for row in range(self.rows):
            self._check_row(cleaned, f"exclusion_{row}")
        return cleaned

    def _check_day(self, cleaned: dict[str, Any], name: str) -> None:
        from_, until = cleaned.get(f"{name}_from"), cleaned.get(f"{name}_until")
        if cleaned.get(name) != _OWN:
            return
        if from_ is None or until is None:
            self.add_error(name, _("Say from when until when."))
        elif until != time(0) and from_ >= until:
            self.add_error(name, _("The hours must end after they begin."))

    def _check_row(self, cleaned: dict[str, Any], name: str) -> None:
        wanted = [f"{name}_{part}" for part in ("days", "from", "until")]
        missing = [part for part in wanted if cleaned.get(part) in (None, [], "")]
        kind = f"{name}_kind"
        if cleaned.get(kind) and missing:
            self.add_error(kind, _("Say on which days, from when and until when."))
        elif not cleaned.get(kind) and len(missing) < len(wanted) and kind not in self.errors:
            self.add_error(kind, _("Say what these hours are for, or empty the row."))

    def terms(self) -> PlanTerms:
        """What was filled in; only of a form that holds."""
        given = self.cleaned_data
        names = PlanTerms.__dataclass_fields__
        plain = {name: given[name] for name in names if name in given}
        others = [day for day in range(7) if given[f"day_{day}"] not in {"", _USUAL}]
        day_hours = {str(day): self._hours_of(day) for day in others}
        return PlanTerms(**plain, day_hours=day_hours, exclusions=[*self._filled_rows()])

    def _hours_of(self, day: int) -> list[str] | None:
        given = self.cleaned_data
        if given[f"day_{day}"] == _NONE:
            return None
        from_, until = given[f"day_{day}_from"], given[f"day_{day}_until"]
        return [f"{from_:%H:%M}", _DAY_ENDS if until == time(0) else f"{until:%H:%M}"]

    def _filled_rows(self) -> Iterator[dict[str, Any]]:
        given = self.cleaned_data
        for name in (f"exclusion_{row}" for row in range(self.rows)):
            if given[f"{name}_kind"]:
                yield {
                    "kind": given[f"{name}_kind"],
                    "days": [int(day) for day in given[f"{name}_days"]],
                    "from": f"{given[f'{name}_from']:%H:%M}",
                    "until": f"{given[f'{name}_until']:%H:%M}",
                }

    def refuse(self, field: str | None, message: str) -> None:
        """Show a rule's refusal at its field."""
        place = _PLACES.get(field or "", field)
        self.add_error(place if place in self.fields else None, message)


def _rows_sent(data: Any) -> int:
    """How many rows of excluded hours came filled in: one past the last that says anything."""
    if data is None:
        return 0
    rows = range(MOST_ROWS)
    return max(
        (row + 1 for row in rows if any(data.get(f"exclusion_{row}_{part}") for part in PARTS)),
        default=1,
    )


def _initial(terms: PlanTerms) -> dict[str, Any]:
    known = asdict(terms)
    for day in range(7):
        known |= _initial_day(f"day_{day}", terms.day_hours.get(str(day), _USUAL))
    for row, entry in enumerate(terms.exclusions):
        name = f"exclusion_{row}"
        known |= {
            f"{name}_kind": entry.get("kind", "other"),
            f"{name}_days": [str(day) for day in entry["days"]],
            f"{name}_from": _as_time(entry["from"]),
            f"{name}_until": _as_time(entry["until"]),
        }
    return known


def _initial_day(name: str, hours: Any) -> dict[str, Any]:
    if hours is None or hours == _USUAL:
        return {name: hours or _NONE}
    from_, until = (_as_time(at) for at in hours)
    return {name: _OWN, f"{name}_from": from_, f"{name}_until": until}


def _as_time(written: str) -> time:
    hour, _colon, minute = written.partition(":")
    return time(int(hour) % 24, int(minute))


def _day_fields(day: int, name: Any) -> dict[str, forms.Field]:
    choices = [
        (_USUAL, gettext_lazy("usual hours")),
        (_OWN, gettext_lazy("own hours")),
        (_NONE, gettext_lazy("not on this day")),
    ]
    return {
        f"day_{day}": forms.ChoiceField(label=name, choices=choices, required=False),
        f"day_{day}_from": _time(_("%s from") % name),
        f"day_{day}_until": _time(_("%s until") % name),
    }


def _row_fields(row: int) -> dict[str, forms.Field]:
    kinds = [("", gettext_lazy("none")), *((kind, KINDS[kind]) for kind in KINDS_OF_EXCLUSION)]
    days = [(str(day), str(name)[:3]) for day, name in enumerate(WEEKDAYS)]
    name, number = f"exclusion_{row}", row + 1
    return {
        f"{name}_kind": forms.ChoiceField(
            label=_("Excluded hours %d") % number, choices=kinds, required=False
        ),
        f"{name}_days": forms.MultipleChoiceField(
            label=_("Days"),
            choices=days,
            required=False,
            widget=forms.CheckboxSelectMultiple(),
        ),
        f"{name}_from": _time(_("From")),
        f"{name}_until": _time(_("Until")),
    }


def _time(label: str) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=TimeInput())
