"""The copy of a person's whole file: everything of theirs, nothing of others, and no secrets."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted
from casework.copies import services
from casework.copies.models import Copy
from casework.copies.registry import parts_of_file
from casework.copies.tasks import sweep_copies
from casework.participants.models import ContactPoint, Participant
from casework.retention.apply import apply_retention
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn, Template
from checkins.references import add_reference_photo
from tests import people
from tests.fake_engine import picture

pytestmark = pytest.mark.django_db

NOW = clock.now()


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return _person(officer, "Alice", "es")


@pytest.fixture
def bob(officer: User) -> Participant:
    return _person(officer, "Bob", "en")


def _person(officer: User, name: str, language: str) -> Participant:
    """With a bit of everything."""
    person = people.participant(officer, given_name=name, language=language)
    people.accepted_invite(person, officer)
    ContactPoint.objects.create(participant=person, kind="email", email=f"{name}@example.org")
    photo = add_reference_photo(person, picture(name), ".jpg", by=officer, now=NOW)
    Template.objects.create(
        reference_photo=photo, weights_name="w", weights_version="1", sealed=b"sealed!", made_at=NOW
    )
    check_in = people.open_check_in(person, officer, now=NOW)
    new = lifecycle.NewAttempt(photo=picture(f"{name} now"), suffix=".jpg")
    lifecycle.receive_attempt(check_in, new, now=NOW)
    return person


def made(person: Participant, by: User | None = None) -> tuple[Copy, zipfile.ZipFile]:
    copy = services.ask(person, by=by, now=NOW)
    assert services.make(copy.pk, now=NOW)
    copy.refresh_from_db()
    with copy.file.open("rb") as file:
        return copy, zipfile.ZipFile(io.BytesIO(file.read()))


def test_it_holds_a_page_data_photos_and_their_digests(alice: Participant) -> None:
    copy, file = made(alice)
    names = set(file.namelist())
    hers = parts_of_file.parts_for(office=False)
    assert {f"data/{part.slug}.json" for part in hers} <= names
    assert len([name for name in names if name.startswith("photos/")]) == 2
    sums = dict(
        reversed(line.split("  ")) for line in file.read("SHA256SUMS").decode().splitlines()
    )
    assert set(sums) == names - {"SHA256SUMS"}
    for name, expected in sums.items():
        assert hashlib.sha256(file.read(name)).hexdigest() == expected
    assert (copy.state, copy.progress) == ("ready", 100)
    assert copy.bytes == copy.file.size
    with copy.file.open("rb") as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == copy.sha256
    person = json.loads(file.read("data/person.json"))[0]
    assert person["a_number"] == alice.a_number
    page = file.read("index.html").decode()
    assert alice.full_name in page
    assert "Alice@example.org" in page
    assert page.count("<img") == 2


def test_the_page_speaks_the_participants_language_and_english_to_staff(
    alice: Participant, officer: User
) -> None:
    boss = people.supervisor(officer.offices.get())
    assert '<html lang="es"' in made(alice)[1].read("index.html").decode()
    assert '<html lang="en"' in made(alice, boss)[1].read("index.html").decode()


def test_nothing_of_anybody_else_is_in_it(alice: Participant, bob: Participant) -> None:
    _copy, file = made(alice)
    everything = b"".join(file.read(name) for name in file.namelist())
    for secret in (bob.full_name, bob.a_number, str(bob.public_id), "Bob@example.org"):
        assert secret.encode() not in everything
    photos = {file.read(name) for name in file.namelist() if name.startswith("photos/")}
    assert photos == {picture("Alice"), picture("Alice now")}


def test_no_secret_is_in_it(alice: Participant) -> None:
    planned = CheckIn.objects.create(
        participant=alice, origin="drawn", method="selfie", liveness="none", state="planned",
        created_at=NOW, planned_for=NOW + timedelta(days=1),
    )  # fmt: skip
    _copy, file = made(alice)
    text = "".join(
        file.read(name).decode() for name in file.namelist() if not name.startswith("photos/")
    )
    session = alice.portal_sessions.get()
    for secret in (
        str(planned.public_id), session.key_digest, alice.credential.pin_hash,
        alice.credential.login, alice.invites.get().code_digest, "sealed!",
    ):  # fmt: skip
        assert secret not in text


def test_asking_again_while_one_is_under_way_gives_the_same(
    alice: Participant, officer: User
) -> None:
    boss = people.supervisor(officer.offices.get())
    assert services.ask(alice, by=None, now=NOW) == services.ask(alice, by=None, now=NOW)
    assert services.ask(alice, by=boss, now=NOW) != services.ask(alice, by=None, now=NOW)
    assert Copy.objects.count() == 2


def test_an_officer_may_not_ask_for_a_whole_file(alice: Participant, officer: User) -> None:
    with pytest.raises(NotPermitted):
        services.ask(alice, by=officer, now=NOW)


def test_two_makers_make_one(alice: Participant) -> None:
    copy = services.ask(alice, by=None, now=NOW)
    assert services.make(copy.pk, now=NOW)
    assert not services.make(copy.pk, now=NOW)
    assert Entry.objects.filter(verb="made a copy of the file").count() == 1


def test_a_maker_that_died_is_followed_by_another_and_not_for_ever(
    alice: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = services.ask(alice, by=None, now=NOW)

    def broken(*_args: Any, **_kw: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(services, "pack", broken)
    at = NOW
    for _turn in range(services.MOST_TRIES):
        assert services.left_behind(at) == [copy.pk]
        with pytest.raises(RuntimeError):
            services.make(copy.pk, now=at)
        assert services.left_behind(at) == [], "it may still be at work"
        at += services.LEASE
    assert not services.make(copy.pk, now=at)
    copy.refresh_from_db()
    assert copy.state == "failed"
    assert services.left_behind(at) == []


def test_a_photo_that_is_gone_does_not_stop_the_copy(alice: Participant) -> None:
    photo = alice.reference_photos.get()
    photo.photo.storage.delete(photo.photo.name)
    _copy, file = made(alice)
    assert len([name for name in file.namelist() if name.startswith("photos/")]) == 1


def test_copies_go_after_a_week_file_and_all(alice: Participant) -> None:
    copy, _file = made(alice)
    apply_retention(NOW + timedelta(days=6))
    assert Copy.objects.exists()
    apply_retention(NOW + timedelta(days=8))
    assert not Copy.objects.exists()
    assert not copy.file.storage.exists(copy.file.name)


def test_the_database_refuses_a_ready_copy_without_a_file(alice: Participant) -> None:
    copy = services.ask(alice, by=None, now=NOW)
    with pytest.raises(IntegrityError, match="copy_ready_has_file"), transaction.atomic():
        Copy.objects.filter(pk=copy.pk).update(state="ready")


def test_the_sweep_finds_what_a_lost_nudge_left_behind(
    alice: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudged: list[Any] = []
    monkeypatch.setattr("casework.copies.tasks.nudge", lambda _task, pk: nudged.append(pk))
    copy = services.ask(alice, by=None, now=clock.now())
    sweep_copies()
    assert nudged == [copy.pk]
