"""What participants have reported, asked for and sent, as Today shows it: lists in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value

from casework.documents.models import KINDS as PAPERS
from casework.documents.models import Document
from casework.participants.models import Participant
from casework.requests.models import ChangeReport, HelpRequest
from casework.requests.models.change import KINDS as CHANGES
from casework.requests.models.help import KINDS as NEEDS
from casework.staff.models import User
from checkins.admin.participant_file import with_face

_WORDS = {"change": dict(CHANGES), "help": dict(NEEDS), "document": dict(PAPERS)}
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


def waiting_for(user: User, most: int) -> dict[str, list[Asked]]:
    """By list: changes to confirm, requests for help, documents to look at; oldest first."""
    changes = _rows(ChangeReport.objects.visible_to(user).waiting(), "change", "reported_at")
    needs = _rows(HelpRequest.objects.visible_to(user).waiting(), "help", "asked_at")
    papers = _rows(Document.objects.visible_to(user).to_look_at(), "document", "sent_at")
    union = changes[:most].union(needs[:most], papers[:most], all=True)
    found = sorted(map(_asked, union), key=lambda one: one.at)
    return {name: [one for one in found if one.list_of == name] for name in _WORDS}


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
