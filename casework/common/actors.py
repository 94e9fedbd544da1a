"""Who does something: named in every event and audit line."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    STAFF = "staff"
    PARTICIPANT = "participant"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """`id` is the public id of a staff user or participant; the system has none."""

    kind: ActorKind
    id: UUID | None = None
    name: str = ""

    @classmethod
    def staff(cls, public_id: UUID, name: str = "") -> "Actor":
        return cls(ActorKind.STAFF, public_id, name)

    @classmethod
    def participant(cls, public_id: UUID) -> "Actor":
        return cls(ActorKind.PARTICIPANT, public_id)


SYSTEM = Actor(ActorKind.SYSTEM)
