"""Dates and spans in Haitian Creole, which CLDR (and so Babel) does not have yet."""

from datetime import date, timedelta

DAYS = ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch")
_MONTHS = (
    "janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm",
    "desanm",
)  # fmt: skip
ZONES = {
    "America_Eastern": "lè Lès la",
    "America_Central": "lè Santral la",
    "America_Mountain": "lè Mòn yo",
    "America_Pacific": "lè Pasifik la",
}


def day(value: date) -> str:
    """ "lendi 23 novanm 2026" """
    return f"{DAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """ "23 novanm" """
    return f"{value.day} {_MONTHS[value.month - 1]}"


def month(value: date) -> str:
    """ "novanm 2026" """
    return f"{_MONTHS[value.month - 1]} {value.year}"


def span(delta: timedelta, *, threshold: float) -> str:
    """ "nan 2 èdtan" for what is to come, "sa gen 5 minit" for what is past."""
    seconds = abs(delta.total_seconds())
    units = ((86_400, "jou"), (3600, "èdtan"), (60, "minit"))
    fitting = (unit for unit in units if seconds >= unit[0] * threshold)
    size, word = next(fitting, units[-1])
    count = max(1, round(seconds / size))
    return f"nan {count} {word}" if delta >= timedelta() else f"sa gen {count} {word}"
