"""A plan in words for staff: what it says, and what a change would change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from checkins import looks
from checkins.draw.terms import Agreed
from checkins.draw.week import DAY, Week
from checkins.models.plan import LivenessMode, Method
from checkins.plans import NAMES, PlanTerms
from checkins.rules import EVERY_QUESTION, Question
from smartlink.console.plan_form import KINDS, QUESTIONS, WEEKDAYS, PlanForm


@dataclass(frozen=True)
class Change:
    """One term that a change of plan changes."""

    label: str
    before: str
    after: str


def changes(before: PlanTerms, after: PlanTerms) -> list[Change]:
    """What would change, in the order of the form."""
    found = []
    for name in NAMES:
        old, new = getattr(before, name), getattr(after, name)
        if not _same(name, old, new):
            found.append(Change(label_of(name), said(name, old), said(name, new)))
    return found


def _same(name: str, old: Any, new: Any) -> bool:
    return set(old) == set(new) if name == "questions" else bool(old == new)


def label_of(name: str) -> str:
    others = {"day_hours": _("Hours by weekday"), "exclusions": _("Excluded hours")}
    return others.get(name) or str(PlanForm.base_fields[name].label)


def said(name: str, value: Any) -> str:
    """A term's value as staff read it."""
    return _WORDS.get(name, _plain)(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    return str(value) if value not in (None, "") else "–"


def _rate(value: Any) -> str:
    return f"{float(value):g}"


def _minutes(value: int | None) -> str:
    return _by_default(value, lambda many: looks.span(timedelta(minutes=many)))


def _by_default(value: int | None, say: Callable[[int], str] = str) -> str:
    return _("as the rate allows") if value is None else say(value)


def _day_hours(value: dict[str, Any]) -> str:
    parts = [
        f"{WEEKDAYS[int(day)]} {'–'.join(hours) if hours else _('none')}"
        for day, hours in sorted(value.items())
    ]
    return ", ".join(parts) or _("usual hours every day")


def _exclusions(value: list[dict[str, Any]]) -> str:
    return ", ".join(map(_exclusion, value)) or _("none")


def _exclusion(entry: dict[str, Any]) -> str:
    days = " ".join(str(WEEKDAYS[int(day)])[:3] for day in entry["days"])
    return f"{KINDS[entry.get('kind', 'other')]}: {days} {entry['from']}–{entry['until']}"


def _questions(value: list[str]) -> str:
    if set(value) == set(EVERY_QUESTION):
        return _("all")
    return ", ".join(str(QUESTIONS[Question(one)]).lower() for one in value) or _("none")


_WORDS: dict[str, Callable[[Any], str]] = {
    "rate_per_week": _rate,
    "method": lambda value: str(Method(value).label),
    "liveness": lambda value: str(LivenessMode(value).label),
    "window_minutes": _minutes,
    "gap_minutes": _minutes,
    "max_per_day": _by_default,
    "silence_days": _by_default,
    "day_hours": _day_hours,
    "exclusions": _exclusions,
    "questions": _questions,
}


def hours_of(week: Week) -> list[str]:
    """Each weekday's allowed hours, Monday first: "08:00–12:00, 13:00–20:00"."""
    return [", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in day) for day in week]


def in_force(agreed: Agreed) -> dict[str, str]:
    """The guarantees that follow where the form leaves them to the rate."""
    if not agreed.mean_seconds:
        return {}
    return {
        "gap": looks.span(timedelta(seconds=agreed.gap)) if agreed.gap else _("none"),
        "most": str(agreed.max_per_day or _("no limit")),
        "silence": str(agreed.silence_days or _("no limit")),
    }


def _clock(second: int) -> str:
    return "24:00" if second == DAY else f"{second // 3600:02}:{second % 3600 // 60:02}"
