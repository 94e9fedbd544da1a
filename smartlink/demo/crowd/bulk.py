"""INSERT … SELECT into models' tables, and what makes millions of rows bearable."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

# From how many rows on it pays to build the indexes once, at the end.
MANY_ROWS = 1_000_000


def insert(
    model: type[models.Model], values: Mapping[str, str], source: str, params: Mapping[str, Any]
) -> int:
    """Add a row for each of `source` (a FROM clause); how many.

    `values` maps columns to SQL. Other columns get what the model would give them.
    """
    columns: dict[str, str] = dict(values)
    more: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        name = str(field.column)
        if name not in columns and not _is_filled_by_database(field):
            columns[name] = _default(field, more)
    names = ", ".join(f'"{name}"' for name in columns)
    statement = (
        f'INSERT INTO "{model._meta.db_table}" ({names}) '
        f"SELECT {', '.join(columns.values())} {source} ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, **more})
        return int(cursor.rowcount)


def _is_filled_by_database(field: "models.Field[Any, Any]") -> bool:
    given = field.has_default()
    return field.primary_key or field.has_db_default() or (field.null and not given)


def _default(field: "models.Field[Any, Any]", params: dict[str, Any]) -> str:
    if field.default is uuid4:
        return "gen_random_uuid()"
    value = "" if field.default is NOT_PROVIDED else field.get_default()
    if value == "" and not field.empty_strings_allowed:
        raise ValueError(f"{field} has no default: say what it holds.")
    name = f"default_{field.column}"
    params[name] = field.get_db_prep_save(value, connection)
    return f"%({name})s"


@contextmanager
def bulk_writing(tables: list[type[models.Model]], rows: int) -> Iterator[None]:
    """Within the caller's transaction: no look-ups of foreign keys where the role may do that,
    and, for very many rows, indexes built once at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        found = cursor.fetchone()
        if found and found[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        indexes = _drop_indexes(cursor, tables) if rows >= MANY_ROWS else []
        yield
        for definition in indexes:
            cursor.execute(definition)
        if found and found[0]:
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _drop_indexes(cursor: Any, tables: list[type[models.Model]]) -> list[str]:
    """The definitions of the indexes that only speed things up, dropped for now."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique AND NOT i.indisprimary",
        [[f'"{table._meta.db_table}"' for table in tables]],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]
