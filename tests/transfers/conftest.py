"""Ann and Ben are officers here, Boss supervises them; Alice and Bea are Ann's."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from casework.participants.models import Participant
from casework.staff.models import Office, User
from casework.transfers.services import Wanted
from tests import people


@dataclass
class Desk:
    office: Office = field(default_factory=people.office)
    elsewhere: Office = field(default_factory=people.office)

    def __post_init__(self) -> None:
        self.ann = people.officer(self.office, full_name="Ann Officer")
        self.ben = people.officer(self.office, full_name="Ben Officer")
        self.far = people.officer(self.elsewhere, full_name="Far Officer")
        self.boss = people.supervisor(self.office, full_name="Bo Supervisor")
        self.admin = people.administrator()
        self.alice = people.participant(self.ann, given_name="Alice", language="es")
        self.bea = people.participant(self.ann, given_name="Bea")

    def wanted(self, *persons: Participant, to: User | None = None, **kw: Any) -> Wanted:
        """As a preview of this moment shows them."""
        seen = {one.pk: officer_row(one) for one in persons}
        facts = {"officer": to or self.ben, "office": self.office, "note": "She works nights."}
        return Wanted(seen, **facts | kw)

    @staticmethod
    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client


def officer_row(person: Participant) -> int | None:
    return person.assignments.filter(until_at=None).values_list("pk", flat=True).first()


def officer_of(person: Participant) -> User | None:
    row = person.assignments.filter(until_at=None).select_related("officer").first()
    return row.officer if row else None


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()
