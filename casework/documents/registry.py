"""What a document can be about: filled at start by the apps that hold such things."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from casework.participants.models import Participant


@dataclass(frozen=True)
class Subject:
    """`choices` gives the things of a participant, each with its words; `view` shows one."""

    kind: str
    title: str
    view: str
    choices: Callable[[Participant], Iterable[tuple[UUID, str]]]


class Registry:
    """One for the process, filled while Django starts."""

    def __init__(self) -> None:
        self._subjects: dict[str, Subject] = {}

    def add(self, *subjects: Subject) -> None:
        for subject in subjects:
            self._subjects[subject.kind] = subject

    def named(self, kind: str) -> Subject | None:
        return self._subjects.get(kind)

    def choices(self, participant: Participant) -> list[tuple[str, list[tuple[str, str]]]]:
        """Grouped, as a form offers them; each is named "kind:id"."""
        groups = [
            (one.title, [(f"{one.kind}:{key}", words) for key, words in one.choices(participant)])
            for one in self._subjects.values()
        ]
        return [(title, listed) for title, listed in groups if listed]


subjects = Registry()
