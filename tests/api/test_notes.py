"""Notes over the API: written, read with a trace, amended by their author, never lost."""

import pytest

from casework.audit.models import Entry
from casework.notes.models import Note
from tests.api.conftest import V1, World

pytestmark = pytest.mark.django_db


def test_written_read_and_amended(world: World) -> None:
    at = f"{V1}participants/{world.alice_person.public_id}/notes/"
    made = world.officer.post(at, {"text": " Called, no answer. "})
    assert (made.status_code, made.json()["text"]) == (201, "Called, no answer.")
    assert made.json()["earlier"] == []
    told = world.officer.patch(f"{V1}notes/{made.json()['id']}/", {"text": "Called again."})
    assert [one["text"] for one in told.json()["earlier"]] == ["Called, no answer."]
    (row,) = world.supervisor.get(at).json()["results"]
    assert row == told.json()
    assert row["participant"] == str(world.alice_person.public_id)
    looks = Entry.objects.filter(verb="read the notes", participant_id=world.alice_person.public_id)
    assert looks.count() == 1


def test_nothing_and_too_much_are_no_notes(world: World) -> None:
    at = f"{V1}participants/{world.alice_person.public_id}/notes/"
    for text in (" ", "x" * 5001):
        assert world.officer.post(at, {"text": text}).status_code == 400
    assert not Note.objects.exists()


def test_a_long_list_costs_as_many_queries_as_a_short_one(
    world: World, django_assert_max_num_queries: object
) -> None:
    at = f"{V1}participants/{world.alice_person.public_id}/notes/"
    for n in range(6):
        world.officer.post(at, {"text": f"Note {n}."})
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        rows = world.officer.get(at).json()["results"]
    assert rows[0]["text"] == "Note 5."
