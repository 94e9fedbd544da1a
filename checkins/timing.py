"""From a plan's fields to what can be drawn from them, and whether they make sense."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from casework.common.errors import RuleError
from checkins.draw import Exclusion, TooPredictable, Week, agree, week_of
from checkins.draw.terms import LONGEST_GAP, LONGEST_SILENCE, MOST_PER_DAY, Agreed
from checkins.draw.week import DAY, Hours

KINDS_OF_EXCLUSION = ("work", "worship", "medical", "other")
_MOST_EXCLUSIONS = 30


class Timed(Protocol):
    """The fields of a plan (or of terms still to be checked) that its timing depends on."""

    rate_per_week: Decimal
    from_hour: time
    until_hour: time
    day_hours: Mapping[str, Any]
    exclusions: Sequence[Mapping[str, Any]]
    gap_minutes: int | None
    max_per_day: int | None
    silence_days: int | None
    starts_on: date | None
    ends_on: date | None


def week_of_plan(plan: Timed) -> Week:
    """The allowed hours of the week. Raises `RuleError` naming the field that does not fit."""
    days: list[Hours | None] = [_usual_hours(plan)] * 7
    for day, hours in _other_hours(plan).items():
        days[day] = hours
    return week_of(days, _exclusions(plan.exclusions))


def agree_on_timing(plan: Timed) -> Agreed:
    """The guarantees in force and the mean wait. Raises `RuleError` naming the field at fault."""
    for problem in _problems_of_fields(plan):
        raise problem
    return _agreed(plan)


def timing_problems(plan: Timed) -> list[RuleError]:
    """All that does not fit, each naming its field; how they fit together only when each does."""
    found = list(_problems_of_fields(plan))
    if not found:
        found += _refusal(lambda: _agreed(plan))
    return found


def _problems_of_fields(plan: Timed) -> Iterator[RuleError]:
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        yield RuleError(_("The plan must end after it starts."), field="ends_on")
    yield from _refusal(lambda: _in_range(plan.gap_minutes, LONGEST_GAP // 60, "gap_minutes"))
    yield from _refusal(lambda: _in_range(plan.max_per_day, MOST_PER_DAY, "max_per_day", least=1))
    yield from _refusal(
        lambda: _in_range(plan.silence_days, LONGEST_SILENCE, "silence_days", least=2)
    )
    yield from _refusal(lambda: _usual_hours(plan))
    yield from _refusal(lambda: _other_hours(plan))
    yield from _refusal(lambda: _exclusions(plan.exclusions))


def _refusal(check: Callable[[], object]) -> list[RuleError]:
    try:
        check()
    except RuleError as refused:
        return [refused]
    return []


def _agreed(plan: Timed) -> Agreed:
    try:
        return agree(
            week_of_plan(plan),
            float(plan.rate_per_week),
            gap=None if plan.gap_minutes is None else plan.gap_minutes * 60,
            max_per_day=plan.max_per_day,
            silence_days=plan.silence_days,
        )
    except TooPredictable as refused:
        raise _as_rule(refused) from refused


def _usual_hours(plan: Timed) -> Hours:
    usual = _second(plan.from_hour), _second(plan.until_hour)
    if usual[0] >= usual[1]:
        raise RuleError(_("The hours must end after they begin."), field="until_hour")
    return usual


def _other_hours(plan: Timed) -> dict[int, Hours | None]:
    """By weekday, where a day has hours of its own or none."""
    if not isinstance(plan.day_hours, Mapping):
        raise RuleError(_("Give hours by weekday."), field="day_hours")
    return {_weekday(day, "day_hours"): _hours(hours) for day, hours in plan.day_hours.items()}


def _as_rule(refused: TooPredictable) -> RuleError:
    if refused.field == "hours":
        return RuleError(_("These hours leave no time to ask."), field="from_hour")
    if refused.field == "silence_days":
        return RuleError(
            _("With so short a silence the next request could be foreseen: at least %(days)d days.")
            % {"days": refused.least},
            field="silence_days",
        )
    if refused.field == "max_per_day":
        return RuleError(
            _("So few a day are not enough for this rate: requests could be foreseen."),
            field="max_per_day",
        )
    return RuleError(
        _("The rate does not fit into these hours with this gap: requests could be foreseen."),
        field="gap_minutes",
    )


def _exclusions(given: Sequence[Mapping[str, Any]]) -> list[Exclusion]:
    if not isinstance(given, list | tuple) or len(given) > _MOST_EXCLUSIONS:
        raise RuleError(_("Give a list of excluded hours, 30 at most."), field="exclusions")
    return [_exclusion(entry) for entry in given]


def _exclusion(entry: Mapping[str, Any]) -> Exclusion:
    known = {"kind", "days", "from", "until"}
    if not isinstance(entry, Mapping) or set(entry) - known or not known - {"kind"} <= set(entry):
        raise RuleError(_("Excluded hours have days, from and until."), field="exclusions")
    if entry.get("kind", "other") not in KINDS_OF_EXCLUSION:
        raise RuleError(_("This kind of excluded hours is not known."), field="exclusions")
    if not isinstance(entry["days"], list | tuple) or not entry["days"]:
        raise RuleError(_("Say on which days these hours are excluded."), field="exclusions")
    days = tuple(sorted({_weekday(day, "exclusions") for day in entry["days"]}))
    return Exclusion(
        days, _clock(entry["from"], "exclusions"), _clock(entry["until"], "exclusions") % DAY
    )


def _hours(given: Any) -> Hours | None:
    if given is None:
        return None
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise RuleError(_("Hours of a day are a beginning and an end."), field="day_hours")
    from_, until = _clock(given[0], "day_hours"), _clock(given[1], "day_hours")
    if from_ >= until:
        raise RuleError(_("The hours must end after they begin."), field="day_hours")
    return from_, until


def _weekday(given: Any, field: str) -> int:
    if str(given) not in {"0", "1", "2", "3", "4", "5", "6"}:
        raise RuleError(_("Weekdays are 0 (Monday) to 6 (Sunday)."), field=field)
    return int(given)


def _clock(given: Any, field: str) -> int:
    """Seconds of the day of `HH:MM`; `24:00` is the day's end."""
    hour, colon, minute = str(given).partition(":")
    digits = colon and (hour + minute).isdecimal() and 1 <= len(hour) <= 2 == len(minute)
    seconds = int(hour) * 3600 + int(minute) * 60 if digits else -1
    if seconds < 0 or seconds > DAY or int(minute) > 59:
        raise RuleError(_("Write a time as hours and minutes, such as 09:30."), field=field)
    return seconds


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _in_range(given: int | None, most: int, field: str, *, least: int = 0) -> None:
    if given is not None and not least <= given <= most:
        raise RuleError(
            _("Choose a number from %(least)d to %(most)d.") % {"least": least, "most": most},
            field=field,
        )
