"""`manage.py bench draws`: a day's draws in memory, and as the sweep that writes them ahead."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from casework.common.sealing import seal
from casework.participants.models import Participant
from casework.staff.models import Office
from checkins.draw import commitment
from checkins.draw.population import Person, key_for, person
from checkins.models import CheckIn, DrawKey, DrawTerms, Plan
from checkins.scheduling.ahead import draw_ahead, plan_check_ins
from smartlink.measuring.draws import DAY, SEED, growth, in_memory, seconds_of

ROWS = (1_000, 10_000, 50_000)
BUDGET_SECONDS = 60
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def draws() -> dict[str, Any]:
    """Both, the budget beside them."""
    return {**in_memory(), "seconds_budget": BUDGET_SECONDS, **_into_the_database()}


def _into_the_database() -> dict[str, Any]:
    """The sweep that draws ahead, beside one bare INSERT … SELECT of the same rows."""
    sizes = {f"{size:,} into PostgreSQL": _sweep(size) for size in ROWS}
    seconds = {size: sizes[f"{size:,} into PostgreSQL"]["seconds"] for size in ROWS}
    return {**sizes, "database_growth_exponent": growth(seconds)}


def _sweep(size: int) -> dict[str, Any]:
    """In a transaction that is taken back: whatever is in the database stays as it was."""
    with taken_back():
        DrawTerms.objects.filter(until_at__isnull=True).update(running=False)
        enrol(size)
        with taken_back():
            swept = seconds_of(lambda: draw_ahead(NOW))
            rows = list(
                CheckIn.objects.filter(created_at=NOW, draw_sequence__isnull=False).values_list(
                    "participant_id", "planned_for", "draw_day", "draw_sequence"
                )
            )
        planned: Any = rows
        bare = seconds_of(lambda: plan_check_ins(planned, NOW))
    return {
        "check_ins": len(rows),
        "seconds": round(swept, 3),
        "us_a_person": round(swept / size * 1e6, 1),
        "insert_select_seconds": round(bare, 3),
        "of_insert_select": round(swept / bare, 2),
    }


def enrol(size: int) -> None:
    office = Office.objects.create(name="bench draws")
    some = [person(SEED, number) for number in range(size)]
    Participant.objects.bulk_create(
        (
            Participant(
                public_id=one.public_id,
                given_name="Bench",
                family_name="Draws",
                a_number=f"9{number:08}",
                office=office,
                timezone=one.kind.zone,
                created_at=NOW,
            )
            for number, one in enumerate(some)
        ),
        batch_size=5000,
    )
    keys = dict(Participant.objects.filter(office=office).values_list("public_id", "pk"))
    pks = [keys[UUID(one.public_id)] for one in some]
    Plan.objects.bulk_create(
        (Plan(participant_id=pk, updated_at=NOW) for pk in pks), batch_size=5000
    )
    DrawTerms.objects.bulk_create(_terms(zip(pks, some, strict=True)), batch_size=5000)
    for ahead in range(-2, 3):
        day = date.fromordinal(DAY + ahead)
        DrawKey.objects.filter(day=day).delete()
        key = key_for(SEED, DAY + ahead)
        DrawKey.objects.create(
            day=day,
            sha256=commitment(key),
            sealed=seal(key),
            published_at=NOW - timedelta(days=7),
        )


def _terms(people: Iterable[tuple[int, Person]]) -> Iterator[DrawTerms]:
    yesterday = NOW - timedelta(days=1)
    for pk, one in people:
        terms = one.kind.terms()
        yield DrawTerms(
            participant_id=pk,
            number=1,
            from_at=yesterday,
            running=True,
            zone=terms.zone,
            week=terms.week,
            rate_per_week=one.kind.rate_per_week,
            mean_seconds=terms.mean_seconds,
            gap_seconds=terms.gap,
            max_per_day=terms.max_per_day,
            silence_days=terms.silence_days,
            quiet_since=yesterday.date(),
            plan_seen_at=NOW,
            drawn_through=NOW.date(),
        )


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
