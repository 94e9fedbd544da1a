"""The plan in a table of people: how often and by which method somebody will check in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from casework.audit.models import Entry
from casework.audit.services import entry_of
from casework.common.imports.cells import Cells
from casework.participants.imports.extras import Extra, Facts, add_extra
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models.plan import Method, Plan
from checkins.timing import timing_problems

HEADINGS = {
    "rate_per_week": "rateperweek rate perweek checkinsperweek timesperweek",
    "method": "method checkinmethod by",
}
METHODS = {
    "selfie": "selfie|photo|smartphone",
    "phone": "phone|phonecall|telephone|call|voice",
    "choice": "choice|participantschoice|any|either",
    "": "",
}
MOST_PER_WEEK = 21
_BATCH = 500


def _understand(cells: Cells, by: User) -> Facts:
    written, method = cells.cell("rate_per_week"), cells.word("method", METHODS)
    said: Facts = {"method": method} if method else {}
    if not written:
        return said
    try:
        rate = Decimal(written)
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 < rate <= MOST_PER_WEEK or rate != round(rate, 2):
        cells.wrong(
            "rate_per_week", "Is not a number of check-ins a week, such as 2 or 0.5; at most 21."
        )
        return said
    for problem in _problems(rate):
        cells.wrong("rate_per_week", problem)
    return said | {"rate_per_week": rate}


@lru_cache(maxsize=256)
def _problems(rate: Decimal) -> list[str]:
    """What stands against this rate when all else is as in every new plan."""
    return [str(problem) for problem in timing_problems(Plan(rate_per_week=rate))]


def _current(keys: Collection[int]) -> dict[int, Facts]:
    rows = Plan.objects.filter(participant__in=keys)
    return {row.participant_id: {name: getattr(row, name) for name in HEADINGS} for row in rows}


def _keep(told: Sequence[tuple[Participant, Facts]], by: User, now: datetime) -> None:
    """Nobody is asked for a check-in before there is a photo to compare it with."""
    plans = [
        Plan(
            participant=person,
            awaits_photos=facts.get("method") != Method.PHONE.value,
            updated_at=now,
            **facts,
        )
        for person, facts in told
    ]
    Plan.objects.bulk_create(plans, _BATCH)
    Entry.objects.bulk_create([_line(plan, by, now) for plan in plans], _BATCH)


def _line(plan: Plan, by: User, now: datetime) -> Entry:
    after: dict[str, Any] = {name: str(getattr(plan, name)) for name in HEADINGS}
    return entry_of(
        "changed the plan",
        ("plan", plan.public_id),
        by=by.actor,
        now=now,
        participant=plan.participant.public_id,
        facts={"after": after},
    )


def register() -> None:
    add_extra(Extra(HEADINGS, _understand, _current, _keep))
