"""Settings of the reports: prices, how long files are kept, and whether anybody sees figures."""

from decimal import Decimal, InvalidOperation

import environ
from django.core.exceptions import ImproperlyConfigured

from casework.participants.rules import LADDER
from smartlink.reports.definitions import DETENTION_USD_A_DAY, PRICES_FROM, SUPERVISION_USD_A_DAY

__all__ = [
    "PUBLIC_STATISTICS",
    "REPORTS_DETENTION_USD_A_DAY",
    "REPORTS_KEPT_DAYS",
    "REPORTS_PRICES_FROM",
    "REPORTS_SUPERVISION_USD_A_DAY",
    "REPORTS_TECHNOLOGY_USD_A_DAY",
]

env = environ.Env()


def price(typed: str, name: str) -> str:
    """US dollars, as they were typed."""
    try:
        fits = Decimal(typed).is_finite() and Decimal(typed) >= 0
    except InvalidOperation:
        fits = False
    if not fits:
        raise ImproperlyConfigured(f"{name} is an amount of US dollars, not {typed!r}.")
    return typed


def prices_by_technology(typed: dict[str, str]) -> dict[str, str]:
    name = "REPORTS_TECHNOLOGY_USD_A_DAY"
    if unknown := set(typed) - set(LADDER):
        raise ImproperlyConfigured(f"{name} knows {', '.join(LADDER)}, not {min(unknown)!r}.")
    return {technology: price(usd, name) for technology, usd in typed.items()}


# US dollars for a day of supervision and of detention.
REPORTS_SUPERVISION_USD_A_DAY = price(
    env.str("REPORTS_SUPERVISION_USD_A_DAY", default=SUPERVISION_USD_A_DAY),
    "REPORTS_SUPERVISION_USD_A_DAY",
)
REPORTS_DETENTION_USD_A_DAY = price(
    env.str("REPORTS_DETENTION_USD_A_DAY", default=DETENTION_USD_A_DAY),
    "REPORTS_DETENTION_USD_A_DAY",
)
# Of technologies with a price of their own: "gps=9.10,telephonic=0.85".
REPORTS_TECHNOLOGY_USD_A_DAY = prices_by_technology(
    env.dict("REPORTS_TECHNOLOGY_USD_A_DAY", default={})
)
_as_published = (
    not REPORTS_TECHNOLOGY_USD_A_DAY
    and REPORTS_SUPERVISION_USD_A_DAY == SUPERVISION_USD_A_DAY
    and REPORTS_DETENTION_USD_A_DAY == DETENTION_USD_A_DAY
)
# Printed beside the prices; whoever sets other ones says where they are from.
REPORTS_PRICES_FROM = env.str(
    "REPORTS_PRICES_FROM",
    default=PRICES_FROM if _as_published else "set by the operator, who names no source.",
)
# Whether anybody may see the program's figures of the last twelve months, under /statistics/.
PUBLIC_STATISTICS = env.bool("PUBLIC_STATISTICS", default=False)
# Files are deleted after so many days; the report stays, and can be made again.
REPORTS_KEPT_DAYS = env.int("REPORTS_KEPT_DAYS", default=90)
