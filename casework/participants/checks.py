"""What a file may say of a person, whoever writes it: the same as for a row of an import."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from casework.common.errors import RuleError
from casework.participants import rules

NAMES = ("given_name", "family_name")
OF_THE_CASE = ("nta_on", "released_on")


def check_person(facts: Mapping[str, Any], now: datetime) -> None:
    """Raises `RuleError` for a name that cannot be read, or a birthday that cannot be."""
    for field in NAMES:
        if field in facts and not rules.is_name(facts[field]):
            raise RuleError("A name begins with a letter.", field=field)
    _check_day(facts, "date_of_birth", now)


def check_case(facts: Mapping[str, Any], now: datetime) -> None:
    """Raises `RuleError`."""
    for field in OF_THE_CASE:
        _check_day(facts, field, now)


def _check_day(facts: Mapping[str, Any], field: str, now: datetime) -> None:
    day = facts.get(field)
    if day is not None and not rules.EARLIEST <= day <= rules.latest_of(field, now):
        raise RuleError("This is too far in the past or in the future.", field=field)
