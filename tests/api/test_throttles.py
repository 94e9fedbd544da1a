"""Who asks too often waits; a cache that is away stops nobody."""

import socket
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.throttling import SimpleRateThrottle

from casework.common.api import ParticipantCaller
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.api.throttles import Everyone
from tests import people
from tests.api.conftest import V1, World, client_with, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    strict = {"everyone": "3/min", "sign_in": "2/min", "attempts": "1/min", "pieces": "2/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", strict)
    return strict


def test_each_token_has_its_own_measure(world: World, rates: dict[str, str]) -> None:
    answers = [world.officer.get(f"{V1}participants/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert world.colleague.get(f"{V1}participants/").status_code == 200
    assert world.alice.get(f"{V1}portal/me/").status_code == 200


def test_staff_and_participants_of_the_same_number_are_not_one_caller() -> None:
    callers = (User(pk=7), ParticipantCaller(Participant(pk=7)))
    keys = {Everyone().get_cache_key(SimpleNamespace(user=caller), None) for caller in callers}
    assert len(keys) == 2


def test_sign_in_is_counted_by_address_whatever_a_stranger_writes_into_headers(
    rates: dict[str, str],
) -> None:
    answers = [
        client_with("").post(
            f"{V1}auth/token",
            {"email": "a@example.org", "password": "guess"},
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
        )
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 429]


def test_photos_have_a_measure_of_their_own(world: World, rates: dict[str, str]) -> None:
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    path = f"{V1}check-ins/{check_in.public_id}/attempts/"
    assert world.alice.post(path, photo(), format="multipart").status_code == 202
    assert world.alice.get(path).status_code == 200
    assert world.alice.post(path, photo(), format="multipart").status_code == 429


def test_so_have_the_pieces_of_photos(world: World, rates: dict[str, str]) -> None:
    rates["everyone"] = "9/min"
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    path = f"{V1}check-ins/{check_in.public_id}/attempts/uploads/{uuid4()}/"
    piece = {"data": b"", "content_type": "application/partial-upload"}
    answers = [world.alice.patch(path, **piece).status_code for _ in range(3)]
    assert answers == [400, 400, 429]
    assert world.alice.get(path).status_code == 200


@pytest.fixture
def redis_down(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    default = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{port}/0"}
    settings.CACHES = {"default": default}


@pytest.mark.usefixtures("redis_down")
def test_without_redis_a_participant_still_signs_in_and_answers(
    world: World, rates: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    check_in = people.open_check_in(world.alice_person, world.officer_user)
    login = {"login": world.alice_person.credential.login, "pin": "274913"}
    for _ in range(3):
        entered = client_with("").post(f"{V1}portal/sign-in", login)
        assert entered.status_code == 200
    phone = client_with(entered.json()["token"])
    path = f"{V1}check-ins/{check_in.public_id}/"
    assert phone.get(path).status_code == 200
    assert phone.post(f"{path}attempts/", photo(), format="multipart").status_code == 202
    assert "throttle is blind" in caplog.text
