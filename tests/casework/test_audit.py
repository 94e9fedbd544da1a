"""The audit trail: what was written stays, and whoever tampers with SQL is found out."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from casework.audit import rules
from casework.audit.anchors import FOLDER, all_anchors
from casework.audit.chain import head, seal_entries, trim
from casework.audit.models import Checkpoint, Entry
from casework.audit.services import record
from casework.audit.verify import verify
from casework.common import clock
from casework.common.actors import SYSTEM, Actor

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WHO = Actor.staff(uuid4(), "Bo")


def write(count: int = 5, *, at: datetime = NOW, whose: Any = None) -> list[Entry]:
    return [
        record(f"act {number}", ("thing", uuid4()), by=WHO, now=at, participant=whose)
        for number in range(count)
    ]


@contextmanager
def tampering() -> Iterator[Any]:
    """Somebody who owns the database and takes the trigger away."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def kinds() -> list[tuple[str, int | None]]:
    return [(problem.kind, problem.position) for problem in verify().problems]


def test_a_line_waits_unsealed_and_a_sweep_seals_it() -> None:
    write(3)
    assert verify().waiting == 3
    assert seal_entries(NOW) == 3
    assert seal_entries(NOW) == 0
    verdict = verify()
    assert (verdict.holds, verdict.sealed, verdict.waiting) == (True, 3, 0)
    assert verdict.head == head()
    assert list(Entry.objects.order_by("id").values_list("position", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    "facts",
    [
        {"a": 1.0, "b": 1e16, "c": 1e-7, "d": 0.1, "e": -3, "f": True, "g": None},
        {"names": ["ü", "中文", "\u2028", '"'], "deep": {"z": 1, "a": [1, 2.5, {"x": ""}]}},
        {"tuple": (1, 2), "uuid": str(uuid4()), "id": 12345678901234567890},
    ],
)
def test_what_is_read_back_is_what_was_marked(facts: dict[str, object]) -> None:
    now = NOW.replace(microsecond=7)
    record("acted", ("thing", None), by=SYSTEM, now=now, facts=facts)
    seal_entries(NOW)
    assert verify().holds


def test_the_database_refuses_to_change_or_delete_a_line() -> None:
    entry = write(1)[0]
    for sealed in (False, True):
        if sealed:
            seal_entries(NOW)
        for sql in (
            "UPDATE audit_entry SET verb = 'x' WHERE id = %s",
            "UPDATE audit_entry SET position = 9, digest = 'd', verb = 'x' WHERE id = %s",
            "UPDATE audit_entry SET mark = '' WHERE id = %s",
            "DELETE FROM audit_entry WHERE id = %s",
        ):
            refused = pytest.raises(IntegrityError, match="only ever added")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [entry.pk])
    assert verify().holds


@pytest.mark.parametrize("column", ["verb", "actor_id", "participant_id", "at", "facts"])
def test_a_line_changed_by_sql_is_found(column: str) -> None:
    lines = write()
    seal_entries(NOW)
    new = {
        "verb": "'did nothing'", "actor_id": f"'{uuid4()}'", "participant_id": f"'{uuid4()}'",
        "at": "at - interval '1 day'", "facts": "'{\"x\": 1}'",
    }[column]  # fmt: skip
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {column} = {new} WHERE id = %s", [lines[2].pk])
    assert kinds() == [("changed", 3)]


@pytest.mark.parametrize("gone", [[1], [3], [2, 3, 4]])
def test_a_line_removed_by_sql_is_found(gone: list[int]) -> None:
    write()
    seal_entries(NOW)
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE position = ANY(%s)", [gone])
    assert kinds() == [("removed", gone[0])]


def test_lines_removed_at_the_end_are_found_by_the_heads_kept_outside() -> None:
    write()
    seal_entries(NOW)
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE position >= 4")
    assert kinds() == [("removed", 5)]


def test_a_head_written_down_earlier_finds_them_too() -> None:
    write()
    seal_entries(NOW)
    noted = head()
    for anchor in all_anchors():
        default_storage.delete(anchor.name)
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE position >= 4")
    assert verify().holds, "nothing inside can know"
    assert [problem.kind for problem in verify(noted).problems] == ["removed"]


@pytest.mark.parametrize("seal", [True, False])
def test_a_line_inserted_by_sql_is_found_sealed_or_not(seal: bool) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, actor_kind, verb, object_type, facts, request_id)"
            " VALUES (now(), 'system', 'deleted nothing', 'thing', '{}', '')"
        )
    if seal:
        seal_entries(NOW)
    assert kinds() == [("inserted", 6 if seal else None)]


def test_a_copy_of_a_genuine_line_is_found() -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, actor_kind, actor_id, verb, object_type, object_id, "
            " facts, request_id, mark) SELECT at, actor_kind, actor_id, verb, object_type,"
            " object_id, facts, request_id, mark FROM audit_entry LIMIT 1"
        )
    seal_entries(NOW)
    assert kinds() == [("inserted", 6)]


def test_a_chain_computed_anew_after_a_removal_is_found() -> None:
    write()
    seal_entries(NOW)
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE position = 2")
        cursor.execute("UPDATE audit_entry SET position = NULL, digest = ''")
    write(3)
    before = rules.GENESIS
    with tampering() as cursor:
        for position, entry in enumerate(Entry.objects.order_by("id"), 1):
            before = rules.digest(before, position, entry.mark, entry.line)
            cursor.execute(
                "UPDATE audit_entry SET position = %s, digest = %s WHERE id = %s",
                [position, before, entry.pk],
            )
    assert kinds() == [("head", 5)]


def test_two_lines_that_change_places_are_found() -> None:
    write()
    seal_entries(NOW)
    with tampering() as cursor:
        cursor.execute("UPDATE audit_entry SET position = 100 WHERE position = 2")
        cursor.execute("UPDATE audit_entry SET position = 2 WHERE position = 3")
        cursor.execute("UPDATE audit_entry SET position = 3 WHERE position = 100")
    assert {kind for kind, _position in kinds()} == {"broken"}


def test_lines_marked_under_an_older_key_are_still_believed(settings: Any) -> None:
    write()
    settings.AUDIT_KEYS = ["a newer key", *settings.AUDIT_KEYS]
    write()
    seal_entries(NOW)
    assert verify().holds
    settings.AUDIT_KEYS = ["a newer key"]
    assert len(verify().problems) == 5


def test_one_head_a_day_is_kept_and_the_newest() -> None:
    for hours in (0, 1, 2, 25, 26):
        write(1)
        seal_entries(NOW + timedelta(hours=hours))
    assert [(anchor.position, anchor.day) for anchor in all_anchors()] == [
        (3, "20261124"), (5, "20261125"),
    ]  # fmt: skip
    assert default_storage.listdir(FOLDER)[0] == []


def test_retention_takes_the_oldest_lines_and_leaves_a_chain() -> None:
    write(3, at=NOW - timedelta(days=400))
    write(2, at=NOW)
    seal_entries(NOW)
    assert trim(NOW - timedelta(days=365), now=NOW) == 3
    verdict = verify()
    assert (verdict.holds, verdict.sealed) == (True, 2)
    assert trim(NOW - timedelta(days=365), now=NOW) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_checkpoint SET mark = 'forged'")
    assert kinds() == [("inserted", 3)]


def test_retention_stops_at_a_file_that_is_held() -> None:
    held = uuid4()
    old = NOW - timedelta(days=400)
    write(2, at=old)
    write(1, at=old, whose=held)
    write(2, at=old)
    seal_entries(NOW)
    assert trim(NOW, now=NOW, keep={held}) == 2
    assert Checkpoint.objects.get().position == 2
    assert verify().holds


def test_the_command_says_so_and_fails_when_the_trail_does_not_hold() -> None:
    write()
    seal_entries(NOW)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "The trail holds." in out.getvalue()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_entry SET verb = 'x' WHERE position = 2")
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit", "--json", stdout=out)
    assert left.value.code == 1
    found = json.loads(out.getvalue())
    assert found["holds"] is False
    assert found["problems"][0]["kind"] == "changed"
    assert found["head"]["position"] == 5


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_a_sealer_and_late_commits_come_into_the_chain() -> None:
    """A line with a lower id that is committed after a higher one was sealed."""
    import threading

    written, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            write(1)
            written.set()
            assert go_on.wait(10)
        connection.close()

    slow = threading.Thread(target=slow_writer)
    slow.start()
    assert written.wait(10)
    write(2)
    assert seal_entries(clock.now()) == 2
    go_on.set()
    slow.join()
    assert seal_entries(clock.now()) == 1
    verdict = verify()
    assert (verdict.holds, verdict.sealed) == (True, 3)
    last = Entry.objects.order_by("position").last()
    assert last is not None
    assert last.pk == min(Entry.objects.values_list("pk", flat=True))
