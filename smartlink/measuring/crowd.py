"""A crowd for measuring, made inside PostgreSQL: a thousand people, each copied many times."""

from collections.abc import Mapping

from django.db import connection, models

from casework.participants.models import Participant
from checkins.models import DrawTerms, Plan
from smartlink.measuring.draws_ahead import enrol

TEMPLATES = 1_000
_NUMBER = "substr(%s.a_number, 2)::int"


def enrol_many(size: int) -> None:
    """`size` people with plan and terms, as `enrol` makes them; above a thousand they repeat.

    In an empty database only: `a_number` counts the people from 900000000.
    """
    enrol(min(size, TEMPLATES))
    if size <= TEMPLATES:
        return
    people = Participant._meta.db_table
    _copy(
        Participant,
        f"{people} AS old CROSS JOIN generate_series(1, {-(-size // TEMPLATES) - 1}) AS round"
        f" WHERE {_NUMBER % 'old'} + round * {TEMPLATES} < {size}",
        {
            "public_id": "gen_random_uuid()",
            "a_number": f"'9' || lpad(({_NUMBER % 'old'} + round * {TEMPLATES})::text, 8, '0')",
        },
    )
    for model in (Plan, DrawTerms):
        _copy(
            model,
            f"{people} AS new JOIN {people} AS first"
            f" ON {_NUMBER % 'first'} = {_NUMBER % 'new'} % {TEMPLATES}"
            f" JOIN {model._meta.db_table} AS old ON old.participant_id = first.id"
            f" WHERE {_NUMBER % 'new'} >= {TEMPLATES}",
            {"public_id": "gen_random_uuid()", "participant_id": "new.id"},
        )


def _copy(model: type[models.Model], source: str, changed: Mapping[str, str]) -> None:
    """Rows `old` of `source` once more, with new keys and what is `changed`."""
    columns = [str(one.column) for one in model._meta.concrete_fields if not one.primary_key]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'old."{name}"') for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names})"  # noqa: S608 - no outside word in it
            f" SELECT {values} FROM {source}"
        )
