"""`Idempotency-Key`: the same write, however often it is sent and whoever crashes, happens once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection
from rest_framework.response import Response

from casework.common import clock
from casework.participants.models import Invite, Participant
from checkins.models import Attempt, CheckIn, Receipt
from smartlink.api import idempotency
from smartlink.api.models import IdempotentWrite
from tests import fake_engine, people
from tests.api.conftest import V1, World, photo
from tests.api.contract import ContractClient

NEW = {"given_name": "Eve", "family_name": "Olsen", "a_number": "A099000111"}
KEY = {"HTTP_IDEMPOTENCY_KEY": "6f1c"}
PEOPLE = f"{V1}participants/"


def test_the_first_answer_comes_again_and_nothing_happens_twice(world: World) -> None:
    first = world.officer.post(PEOPLE, NEW, **KEY)
    again = world.officer.post(PEOPLE, dict(reversed(NEW.items())), **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Participant.objects.filter(a_number="099000111").count() == 1


def test_a_key_belongs_to_one_content_one_caller_and_one_address(world: World) -> None:
    assert world.officer.post(PEOPLE, NEW, **KEY).status_code == 201
    reused = world.officer.post(PEOPLE, NEW | {"given_name": "Ada"}, **KEY)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    other = world.colleague.post(PEOPLE, NEW | {"a_number": "A099000112"}, **KEY)
    assert other.status_code == 201
    elsewhere = world.officer.post(f"{world.alice_at}invite/", **KEY)
    assert elsewhere.status_code == 201
    assert world.officer.patch(world.alice_at, {"sex": "female"}, **KEY).status_code == 200
    assert world.officer.patch(world.alice_at, {"sex": "female"}, **KEY).has_header(
        "Idempotency-Replayed"
    )


def test_a_refused_write_may_be_mended_and_sent_again_under_its_key(world: World) -> None:
    assert world.officer.post(PEOPLE, NEW | {"a_number": "1"}, **KEY).status_code == 400
    assert world.officer.post(PEOPLE, NEW, **KEY).status_code == 201


def test_reading_takes_no_key(world: World) -> None:
    world.officer.get(PEOPLE, **KEY)
    assert not IdempotentWrite.objects.exists()


def test_a_key_has_128_characters_at_most(world: World) -> None:
    longest = {"HTTP_IDEMPOTENCY_KEY": "k" * 128}
    assert world.officer.post(f"{world.alice_at}invite/", **longest).status_code == 201
    longer = world.officer.post(f"{world.alice_at}invite/", HTTP_IDEMPOTENCY_KEY="k" * 129)
    assert longer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_repeated_invite_gives_the_same_code_which_is_not_kept_in_clear(world: World) -> None:
    first, again = (world.officer.post(f"{world.alice_at}invite/", **KEY) for _ in range(2))
    assert again.json() == first.json()
    kept = bytes(IdempotentWrite.objects.get().answer or b"")
    assert first.json()["code"].encode() not in kept
    assert Invite.objects.filter(participant=world.alice_person).count() == 2  # one by the world


def test_signing_in_is_never_kept(world: World) -> None:
    given = {"email": world.officer_user.email, "password": people.PASSWORD}
    tokens = [world.anonymous.post(f"{V1}auth/token", given, **KEY).json()["token"] for _ in "12"]
    assert tokens[0] != tokens[1]
    assert not IdempotentWrite.objects.exists()


def test_the_receipt_of_a_refused_file_stays_and_is_one_for_one_key(world: World) -> None:
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    at = f"{V1}check-ins/{check_in.public_id}/attempts/"

    def send() -> Any:
        file = SimpleUploadedFile("a.jpg", b"%PDF-1.7", "image/jpeg")
        return world.alice.post(at, {"photo": file}, format="multipart", **KEY)

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (415, 415)
    assert first.json()["receipt"] == again.json()["receipt"]
    assert Receipt.objects.get().code == first.json()["receipt"]["code"]
    assert check_in.refused_uploads.count() == 1
    assert not IdempotentWrite.objects.exists()


def test_a_photo_is_the_same_by_its_content(world: World) -> None:
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    path = f"{V1}check-ins/{check_in.public_id}/attempts/"
    sent = fake_engine.picture("alice")
    first = world.alice.post(path, photo(sent, "IMG_1.jpg"), format="multipart", **KEY)
    again = world.alice.post(path, photo(sent, "IMG_2.jpg"), format="multipart", **KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["id"] == first.json()["id"]
    assert again["Location"] == first["Location"] == f"{V1}check-ins/{check_in.public_id}/"
    other = world.alice.post(path, photo(person="bob"), format="multipart", **KEY)
    assert other.status_code == 422
    # without its stored answer the attempt itself still knows the key
    IdempotentWrite.objects.all().delete()
    third = world.alice.post(path, photo(sent), format="multipart", **KEY)
    assert third.json()["id"] == first.json()["id"]
    assert Attempt.objects.count() == 1


def test_while_the_first_runs_the_second_waits_and_after_a_minute_takes_over(
    world: World,
) -> None:
    world.officer.post(PEOPLE, NEW, **KEY)
    Participant.objects.filter(a_number="099000111").update(a_number="099000999")
    IdempotentWrite.objects.update(finished_at=None, started_at=clock.now())
    running = world.officer.post(PEOPLE, NEW, **KEY)
    assert (running.status_code, running.json()["code"]) == (409, "idempotency_key_in_use")
    assert running["Retry-After"] == "1"
    IdempotentWrite.objects.update(started_at=clock.now() - timedelta(seconds=61))
    assert world.officer.post(PEOPLE, NEW, **KEY).status_code == 201


def test_one_that_was_overtaken_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = idempotency._finish

    def overtaken(write: IdempotentWrite, response: Response) -> None:
        IdempotentWrite.objects.filter(pk=write.pk).update(
            started_at=write.started_at + timedelta(seconds=61)
        )
        finish(write, response)

    monkeypatch.setattr(idempotency, "_finish", overtaken)
    assert world.officer.post(PEOPLE, NEW, **KEY).status_code == 409
    assert not Participant.objects.filter(a_number="099000111").exists()


def test_a_failure_before_the_answer_is_stored_undoes_the_write(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "_finish", fail)
        assert world.officer.post(PEOPLE, NEW, **KEY).status_code == 500
    assert not Participant.objects.filter(a_number="099000111").exists()
    assert world.officer.post(PEOPLE, NEW, **KEY).status_code == 201


def test_keys_are_forgotten_after_a_day(world: World) -> None:
    world.officer.post(f"{world.alice_at}invite/", **KEY)
    assert idempotency.forget_old(clock.now() + timedelta(hours=23)) == 0
    assert idempotency.forget_old(clock.now() + timedelta(hours=25)) == 1


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Each call in a thread with a connection of its own, started together."""
    barrier, answers = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        close_old_connections()
        barrier.wait()
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == len(calls)
    return answers


def _copies(client: ContractClient, times: int) -> list[ContractClient]:
    made = [ContractClient() for _ in range(times)]
    for copy in made:
        copy.credentials(**client._credentials)
    return made


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_one_writes() -> None:
    world = World()
    why = {"reason": "moved house"}
    answers = _at_once(
        *(
            lambda c=client: c.post(f"{world.alice_at}check-ins/", why, **KEY)
            for client in _copies(world.officer, 4)
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    assert statuses[0] == 201
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency_key_in_use"}
    assert len({a.json()["id"] for a in answers if a.status_code == 201}) == 1
    assert CheckIn.objects.count() == 1
    last = world.officer.post(f"{world.alice_at}check-ins/", why, **KEY)
    assert last["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_two_taps_with_one_key_are_one_attempt() -> None:
    world = World()
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    path = f"{V1}check-ins/{check_in.public_id}/attempts/"
    answers = _at_once(
        *(
            lambda c=client: c.post(path, photo(), format="multipart", **KEY)
            for client in _copies(world.alice, 2)
        )
    )
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert 202 in {answer.status_code for answer in answers}
    assert Attempt.objects.count() == 1
