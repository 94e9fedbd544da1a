"""Callers of the API: each a client that carries one person's token."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from casework.common import clock
from casework.staff.models import User
from casework.staff.services import give_token
from tests import people


@pytest.fixture(autouse=True)
def fresh_throttles() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def client_with(token: str) -> APIClient:
    client = APIClient()
    if token:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.fixture
def as_staff() -> Callable[[User], APIClient]:
    def make(user: User) -> APIClient:
        return client_with(give_token(user, now=clock.now()))

    return make


@pytest.fixture
def as_person() -> Callable[..., APIClient]:
    def make(person: Any, officer: User) -> APIClient:
        return client_with(people.accepted_invite(person, officer).token)

    return make
