"""Alice is supervised, Bob is a stranger to her, and each has a browser of their own."""

import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import CheckIn
from smartlink.portal.sessions import COOKIE
from tests import people


@pytest.fixture(autouse=True)
def _forget_wrong_tries() -> None:
    cache.clear()


@pytest.fixture
def officer(db: None) -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer, given_name="Alice")


@pytest.fixture
def bob(officer: User) -> Participant:
    return people.participant(officer, given_name="Bob")


@pytest.fixture
def alice_in(alice: Participant, officer: User) -> Client:
    return browser_of(alice, officer)


@pytest.fixture
def bob_in(bob: Participant, officer: User) -> Client:
    return browser_of(bob, officer)


@pytest.fixture
def open_check_in(alice: Participant, officer: User) -> CheckIn:
    return people.open_check_in(alice, officer)


def browser_of(participant: Participant, officer: User) -> Client:
    """A browser in which the participant is signed in."""
    client = Client()
    client.cookies[COOKIE] = people.accepted_invite(participant, officer).token
    return client


def photo(colour: str = "teal", *, kind: str = "JPEG") -> SimpleUploadedFile:
    """A picture without a face: what it shows is for the engine's tests."""
    file = io.BytesIO()
    Image.new("RGB", (320, 320), colour).save(file, kind)
    return SimpleUploadedFile("selfie.jpg", file.getvalue(), "image/jpeg")
