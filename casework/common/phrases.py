"""Dates, times and spans as a person says them, in the active language."""

from datetime import datetime, time, timedelta, tzinfo

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_day_names,
    get_timezone_name,
)
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from casework.common import kreyol

# From this many units on, the larger unit is used: "90 minutes", then "2 hours".
_THRESHOLD = 1.5


def clock_time(at: datetime, zone: tzinfo) -> str:
    """ "4:30 PM", as the language writes it."""
    return _unbroken(format_time(at, "short", tzinfo=zone, locale=_locale()))


def day(at: datetime, zone: tzinfo) -> str:
    """ "Monday, November 23, 2026" """
    local = at.astimezone(zone).date()
    return kreyol.day(local) if _in_creole() else format_date(local, "full", locale=_locale())


def short_day(at: datetime, zone: tzinfo) -> str:
    """ "November 23" """
    local = at.astimezone(zone)
    if _in_creole():
        return kreyol.short_day(local)
    return format_skeleton("MMMMd", local, tzinfo=zone, locale=_locale())


def month(at: datetime, zone: tzinfo) -> str:
    """ "November 2026" """
    local = at.astimezone(zone)
    if _in_creole():
        return kreyol.month(local)
    return format_skeleton("yMMMM", local, tzinfo=zone, locale=_locale())


def weekdays(first: int, last: int) -> str:
    """ "Monday – Friday", or one day; 0 is Monday"""
    names = kreyol.DAYS if _in_creole() else get_day_names("wide", "stand-alone", _locale())
    return names[first] if first == last else f"{names[first]} – {names[last]}"


def hours(opens: time, closes: time) -> str:
    """ "9:00 AM – 5:00 PM" """
    return " – ".join(
        _unbroken(format_time(at, "short", locale=_locale())) for at in (opens, closes)
    )


def comma() -> str:
    """Between two parts that belong together, as the script has it."""
    return {"ar": "، ", "zh-hans": "，"}.get(get_language() or "en", ", ")


def zone_name(at: datetime, zone: tzinfo) -> str:
    """ "Eastern Time": said where the reader may be in another zone."""
    if str(zone) == "UTC":
        return "UTC"  # which CLDR has as the zone of an unknown region
    name = get_timezone_name(zone, locale=_locale())
    if not _in_creole():
        return name
    return kreyol.ZONES.get(_american_zone(zone), name)


def span(delta: timedelta) -> str:
    """ "in 2 hours" or "5 minutes ago" """
    if _in_creole():
        return kreyol.span(delta, threshold=_THRESHOLD)
    return format_timedelta(
        delta,
        granularity="minute",
        threshold=_THRESHOLD,
        add_direction=True,
        locale=_locale(),
    )


def deadline(at: datetime, zone: tzinfo, *, now: datetime) -> str:
    """ "by 4:30 PM today" """
    return _by_day(
        at,
        zone,
        now,
        today=_("by %(time)s today"),
        tomorrow=_("by %(time)s tomorrow"),
        other=_("by %(time)s on %(day)s"),
    )


def moment(at: datetime, zone: tzinfo, *, now: datetime) -> str:
    """ "today at 4:30 PM" """
    return _by_day(
        at,
        zone,
        now,
        today=_("today at %(time)s"),
        yesterday=_("yesterday at %(time)s"),
        other=_("%(day)s at %(time)s"),
    )


def _by_day(at: datetime, zone: tzinfo, now: datetime, **patterns: str) -> str:
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    names = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    pattern = patterns.get(names.get(days, "other"), patterns["other"])
    return pattern % {"time": clock_time(at, zone), "day": short_day(at, zone)}


def _unbroken(time_of_day: str) -> str:
    """Arabic's "3:43 م" never has its last letter alone on a line."""
    return time_of_day.replace(" ", "\u00a0")


def _locale() -> Locale:
    """Creole borrows from French; Spanish is that of the United States: "4:30 p.m."."""
    locale = to_locale(get_language() or "en")
    return Locale.parse({"ht": "fr", "es": "es_US"}.get(locale, locale))


def _in_creole() -> bool:
    return get_language() == "ht"


def _american_zone(zone: tzinfo) -> str:
    """CLDR's name for a family of zones, by what English calls it."""
    return f"America_{get_timezone_name(zone, locale='en').split(' ')[0]}"


def length(days: int) -> str:
    """ "90 days", or whole years: "7 years" """
    years, rest = divmod(days, 365)
    in_years = bool(years and not rest)
    if _in_creole():
        return f"{years} ane" if in_years else f"{days} jou"
    # Not `format_unit`: where a language inherits the name, that says "30 duration-day".
    return format_timedelta(
        timedelta(days=days),
        granularity="year" if in_years else "day",
        threshold=1 if in_years else days + 1,
        locale=_locale(),
    )
