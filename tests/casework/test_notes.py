"""Notes about a participant: added, amended by new versions, part of the person's own copy."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError
from casework.copies.registry import parts_of_file
from casework.notes.models import Note, NoteVersion
from casework.notes.services import MOST_LETTERS, amend, write
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.retention.holds import set_hold
from casework.retention.models import Certificate
from casework.staff.models import User
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


def test_amending_adds_a_version_and_keeps_what_was_said(officer: User, alice: Participant) -> None:
    now = clock.now()
    note = write(alice, "  Lives with her aunt. ", by=officer, now=now)
    later = now + timedelta(days=1)
    amend(note, "Lives with her sister.", by=officer, now=later)
    amend(note, "Lives with her sister.", by=officer, now=later)
    said = list(note.versions.values_list("number", "text", "written_at"))
    assert said == [(2, "Lives with her sister.", later), (1, "Lives with her aunt.", now)]
    stands = Note.objects.as_it_stands().get()
    assert (stands.text, stands.number) == ("Lives with her sister.", 2)
    lines = Entry.objects.filter(object_type="note").values_list("verb", "facts")
    assert list(lines) == [("amended a note", {"version": 2}), ("wrote a note", {"version": 1})]


def test_only_its_author_amends_a_note(officer: User, alice: Participant) -> None:
    note = write(alice, "Works nights.", by=officer, now=clock.now())
    with pytest.raises(NotPermitted):
        amend(note, "Works days.", by=people.supervisor(alice.office), now=clock.now())
    assert note.versions.get().text == "Works nights."


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (MOST_LETTERS + 1)])
def test_a_note_says_something_and_not_too_much(
    officer: User, alice: Participant, text: str
) -> None:
    with pytest.raises(RuleError):
        write(alice, text, by=officer, now=clock.now())
    assert not Note.objects.exists()


def test_the_database_changes_no_version_and_takes_no_empty_one(
    officer: User, alice: Participant
) -> None:
    note = write(alice, "As it was.", by=officer, now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        NoteVersion.objects.update(text="As somebody wants it.")
    with pytest.raises(IntegrityError), transaction.atomic():
        note.versions.create(number=2, text="  ", written_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        note.versions.create(number=1, text="Again.", written_at=clock.now())
    assert note.versions.get().text == "As it was."


def test_the_persons_copy_has_every_version(officer: User, alice: Participant) -> None:
    note = write(alice, "First.", by=officer, now=clock.now())
    amend(note, "Second.", by=officer, now=clock.now())
    write(people.participant(officer), "About another.", by=officer, now=clock.now())
    part = next(one for one in parts_of_file.parts if one.slug == "notes")
    (row,) = part.rows(alice)
    assert row["author"] == officer.full_name
    assert [one["text"] for one in row["versions"]] == ["Second.", "First."]


def test_notes_go_a_year_after_supervision_ends_and_a_hold_keeps_them(
    officer: User, alice: Participant
) -> None:
    now = clock.now()
    held, going_on = people.participant(officer), people.participant(officer)
    for person in (alice, held, going_on):
        amend(write(person, "One.", by=officer, now=now), "Two.", by=officer, now=now)
    set_hold(held, reason="a lawsuit", by=people.supervisor(alice.office), now=now)
    for person in (alice, held):
        Participant.objects.filter(pk=person.pk).update(closed_at=now)
    apply_retention(now + timedelta(days=364))
    assert Note.objects.count() == 3
    apply_retention(now + timedelta(days=366))
    assert set(Note.objects.values_list("participant", flat=True)) == {held.pk, going_on.pk}
    made = Certificate.objects.get(rule="notes")
    assert (made.participant_id, made.count) == (alice.public_id, 1)
    assert NoteVersion.objects.count() == 4
