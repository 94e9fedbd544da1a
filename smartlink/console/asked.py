"""What was reported, asked for and sent, and what grew old, as Today shows it: in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, UUIDField, Value

from casework.documents.models import KINDS as PAPERS
from casework.documents.models import Document
from casework.participants.models import Participant
from casework.requests.models import ChangeReport, HelpRequest
from casework.requests.models.change import KINDS as CHANGES
from casework.requests.models.help import KINDS as NEEDS
from casework.resources.models import Resource
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


@dataclass
class Place:
    """Of the directory of local help, not said to be right for long."""

    public_id: UUID
    name: str
    verified_at: datetime


def waiting_for(user: User, most: int, now: datetime) -> dict[str, list[Any]]:
    """By list: changes to confirm, requests for help, documents, places; oldest first."""
    changes = _rows(ChangeReport.objects.visible_to(user).waiting(), "change", "reported_at")
    needs = _rows(HelpRequest.objects.visible_to(user).waiting(), "help", "asked_at")
    papers = _rows(Document.objects.visible_to(user).to_look_at(), "document", "sent_at")
    parts = [needs[:most], papers[:most]]
    if user.has_perm("resources.change_resource"):
        parts.append(_places(user, now)[:most])
    rows = sorted(changes[:most].union(*parts, all=True), key=lambda row: row[3])
    lists: dict[str, list[Any]] = {name: [] for name in (*_WORDS, "place")}
    for row in rows:
        lists[row[0]].append(Place(*row[1:4]) if row[0] == "place" else _asked(row))
    return lists


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


def _places(user: User, now: datetime) -> QuerySet[Any]:
    """In the columns of the others, without a person."""
    blank = {name: Value("", output_field=CharField()) for name in ("given", "family", "number")}
    nobody = {name: Value(None, output_field=UUIDField()) for name in ("person", "face")}
    name = Value("place", output_field=CharField())
    old = Resource.objects.kept_by(user).to_look_at(now).order_by("verified_at")
    shown: QuerySet[Any] = old.annotate(list_of=name, **nobody, **blank).values_list(
        "list_of", "public_id", "name", "verified_at", *nobody, *blank
    )
    return shown


def _asked(row: tuple[Any, ...]) -> Asked:
    list_of, public_id, kind, at, person_id, face_id, *names = row
    person = Participant(public_id=person_id, **dict(zip(_PERSON, names, strict=True)))
    return Asked(list_of, public_id, kind, at, person, face_id)
