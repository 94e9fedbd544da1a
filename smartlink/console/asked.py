"""What participants have reported and asked for, as Today shows it: both lists in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value

from casework.participants.models import Participant
from casework.requests.models import ChangeReport, HelpRequest
from casework.requests.models.change import KINDS as CHANGES
from casework.requests.models.help import KINDS as NEEDS
from casework.staff.models import User
from checkins.admin.participant_file import with_face

_WORDS = {"change": dict(CHANGES), "help": dict(NEEDS)}
_PERSON = ("given_name", "family_name", "a_number")


@dataclass
class Asked:
    """One that waits. `list_of` says which list it belongs to."""

    list_of: str
    public_id: UUID
    kind: str
    at: datetime
    participant: Participant
    face_id: UUID | None

    @property
    def what(self) -> str:
        return str(_WORDS[self.list_of][self.kind])


def waiting_for(user: User, most: int) -> tuple[list[Asked], list[Asked]]:
    """Changes to confirm and requests for help, oldest first, at most so many of each."""
    changes = _rows(ChangeReport.objects.visible_to(user).waiting(), "change", "reported_at")
    needs = _rows(HelpRequest.objects.visible_to(user).waiting(), "help", "asked_at")
    found = [_asked(row) for row in changes[:most].union(needs[:most], all=True)]
    found.sort(key=lambda one: one.at)
    return (
        [one for one in found if one.list_of == "change"],
        [one for one in found if one.list_of == "help"],
    )


def _rows(rows: QuerySet[Any], name: str, at: str) -> QuerySet[Any]:
    shown: QuerySet[Any] = (
        with_face(rows)
        .annotate(list_of=Value(name, output_field=CharField()), at=F(at))
        .order_by(at)
        .values_list(
            "list_of", "public_id", "kind", "at", "participant__public_id", "face_id",
            *(f"participant__{field}" for field in _PERSON),
        )
    )  # fmt: skip
    return shown


def _asked(row: tuple[Any, ...]) -> Asked:
    list_of, public_id, kind, at, person_id, face_id, *names = row
    person = Participant(public_id=person_id, **dict(zip(_PERSON, names, strict=True)))
    return Asked(list_of, public_id, kind, at, person, face_id)
