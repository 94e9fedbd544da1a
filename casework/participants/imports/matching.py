"""Whom a row speaks of, and what it does there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from casework.common.imports import working
from casework.common.imports.cells import BadCell
from casework.participants.imports.extras import EXTRAS
from casework.participants.imports.understanding import Said
from casework.participants.imports.words import fold
from casework.participants.models import (
    Assignment,
    Case,
    ContactPoint,
    Participant,
    SupervisionTerm,
)
from casework.staff.models import Office, User

NEW, FILLED, SAME, HELD = "new", "filled", "same", "held"
RESULTS = (NEW, FILLED, SAME, HELD, working.BAD)
OF_THE_PERSON = ("language", "timezone", "date_of_birth", "sex")
OF_THE_CASE = ("kind", "docket", "release_basis", "released_on", "nta_on", "representative")
ELSEWHERE = (
    "Somebody with this A-number is already in the program, and not among those whom you may see."
)
OTHER_NAME = (
    "This A-number is already in the program under another name. Check the number; a name is put"
    " right in the file of the person."
)


@dataclass(frozen=True)
class Match:
    """What one row does. `facts` is what will be written, `left` what differs and stays as it is.

    `person` is None for somebody new. `case` is the open case of somebody who is here.
    """

    line: int
    result: str
    said: Said
    facts: dict[str, Any]
    person: Participant | None = None
    case: Case | None = None
    first_contact: bool = True
    left: tuple[str, ...] = ()
    why: str = ""


@dataclass
class _Here:
    """What is here of a person."""

    facts: dict[str, Any] = field(default_factory=dict)
    case: Case | None = None
    preferred: bool = False


class Matcher:
    """Those whom a chunk of rows names, and what is here of them, in a few queries."""

    def __init__(self, rows: Collection[Said], by: User, *, lock: bool) -> None:
        named = Participant.objects.filter(a_number__in=[said.a_number for said in rows])
        named = named.order_by("pk").select_related("office")
        if lock:
            named = named.select_for_update(of=("self",), no_key=True)
        self.people = {person.a_number: person for person in named}
        keys = [person.pk for person in self.people.values()]
        visible = Participant.objects.visible_to(by).filter(pk__in=keys)
        self.visible = set(visible.order_by().values_list("pk", flat=True))
        self.here = {person.pk: _Here(_own_facts(person)) for person in self.people.values()}
        self._add_cases(keys)
        self._add_contacts(keys)
        self._add_officers(keys)
        for term in SupervisionTerm.objects.filter(participant__in=keys, until_at__isnull=True):
            facts = {"technology": term.technology, "level": term.level}
            self.here[term.participant_id].facts |= facts
        for extra in EXTRAS:
            for pk, facts in extra.current(keys).items():
                self.here[pk].facts |= facts

    def _add_cases(self, keys: list[int]) -> None:
        """Of several open ones the latest."""
        for case in Case.objects.filter(participant__in=keys, closed_on__isnull=True).order_by(
            "pk"
        ):
            here = self.here[case.participant_id]
            here.case = case
            here.facts |= {name: getattr(case, name) for name in OF_THE_CASE}

    def _add_contacts(self, keys: list[int]) -> None:
        """Of several the one in use comes first."""
        for point in ContactPoint.objects.filter(participant__in=keys):
            here = self.here[point.participant_id]
            here.preferred = here.preferred or point.preferred
            here.facts.setdefault(point.kind, str(point))

    def _add_officers(self, keys: list[int]) -> None:
        rows = Assignment.objects.filter(participant__in=keys, until_at__isnull=True)
        for row in rows.select_related("officer"):
            self.here[row.participant_id].facts["officer"] = row.officer

    def match(self, rows: Iterable[Said]) -> working.Matched[Match]:
        found: working.Matched[Match] = working.Matched()
        for said in rows:
            one = self._match(said)
            if isinstance(one, BadCell):
                found.bad.append(one)
            else:
                found.matches.append(one)
        return found

    def _match(self, said: Said) -> Match | BadCell:
        person = self.people.get(said.a_number)
        if person is None:
            if said.office is None:
                return BadCell(said.line, "office", said.no_office)
            if said.officer is not None and not _works_in(said.officer, said.office):
                return BadCell(said.line, "officer", f"Does not work in {said.office.name}.")
            return Match(said.line, NEW, said, said.facts)
        if person.pk not in self.visible:
            return BadCell(said.line, "a_number", ELSEWHERE)
        if _names(said) != _names(person):
            return BadCell(said.line, "a_number", OTHER_NAME)
        if person.closed_at is not None:
            why = "Supervision of this person has ended."
            return Match(said.line, HELD, said, {}, person, why=why)
        return self._known(said, person)

    def _known(self, said: Said, person: Participant) -> Match:
        here = self.here[person.pk]
        fills, left = {}, []
        for name, value in said.facts.items():
            ours = here.facts.get(name)
            if name == "officer" and ours is None and not _works_in(value, person.office):
                left.append(name)
            elif ours in (None, ""):
                fills[name] = value
            elif _differ(ours, value):
                left.append(name)
        result = FILLED if fills else HELD if left else SAME
        return Match(
            said.line, result, said, fills, person, here.case, not here.preferred, tuple(left)
        )


def _own_facts(person: Participant) -> dict[str, Any]:
    facts = {name: getattr(person, name) for name in OF_THE_PERSON}
    return facts | {"timezone": str(person.timezone), "office": person.office}


def _works_in(officer: User, office: Office) -> bool:
    """By the offices that `Team` fetched along."""
    return office in officer.offices.all()


def _names(of: Said | Participant) -> tuple[str, str]:
    return fold(of.given_name), fold(of.family_name)


def _differ(ours: Any, said: Any) -> bool:
    if isinstance(ours, str) and isinstance(said, str):
        return ours.casefold() != said.casefold()
    return bool(ours != said)
