"""Writing what a chunk of rows does, many people at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from casework.audit.models import Entry
from casework.audit.services import entry_of
from casework.participants.imports.extras import EXTRAS
from casework.participants.imports.matching import FILLED, NEW, OF_THE_CASE, OF_THE_PERSON, Match
from casework.participants.models import (
    Assignment,
    Case,
    ContactPoint,
    Participant,
    SupervisionTerm,
)
from casework.participants.rules import Step
from casework.staff.models import User

REASON = "As in the list that was imported."
_BATCH = 500
Written = list[tuple[Participant, Match]]


def keep(matches: Sequence[Match], *, by: User, now: datetime) -> None:
    """New people, and what is filled in of those who are here; a line of audit for each."""
    written = _add_people([match for match in matches if match.result == NEW], now)
    written += _fill_people([match for match in matches if match.result == FILLED])
    _keep_cases(written)
    _keep_contacts(written)
    Assignment.objects.bulk_create(
        Assignment(participant=person, officer=match.facts["officer"], from_at=now)
        for person, match in written
        if "officer" in match.facts
    )
    _keep_terms(written, by, now)
    for extra in EXTRAS:
        told = [(person, _of(match, extra.headings)) for person, match in written]
        extra.keep([(person, facts) for person, facts in told if facts], by, now)
    Entry.objects.bulk_create([_line(person, match, by, now) for person, match in written], _BATCH)


def _of(match: Match, names: Any) -> dict[str, Any]:
    return {name: match.facts[name] for name in names if name in match.facts}


def _add_people(matches: list[Match], now: datetime) -> Written:
    people = []
    for match in matches:
        said, office = match.said, match.said.office
        assert office is not None  # noqa: S101 - the matcher lets nobody new through without
        facts = {"timezone": str(office.timezone)} | _of(match, OF_THE_PERSON)
        person = Participant(
            given_name=said.given_name,
            family_name=said.family_name,
            a_number=said.a_number,
            office=office,
            created_at=now,
            **facts,
        )
        people.append(person)
    Participant.objects.bulk_create(people, _BATCH)
    return list(zip(people, matches, strict=True))


def _fill_people(matches: list[Match]) -> Written:
    written: Written = []
    for match in matches:
        assert match.person is not None  # noqa: S101 - only somebody who is here can be filled in
        for name, value in _of(match, OF_THE_PERSON).items():
            setattr(match.person, name, value)
        written.append((match.person, match))
    touched = [person for person, match in written if _of(match, OF_THE_PERSON)]
    Participant.objects.bulk_update(touched, OF_THE_PERSON, _BATCH)
    return written


def _keep_cases(written: Written) -> None:
    """Everybody new has a case, whatever the row says of it."""
    new, changed = [], []
    for person, match in written:
        facts = _of(match, OF_THE_CASE)
        if match.case is None and (facts or match.result == NEW):
            new.append(Case(participant=person, **facts))
        elif match.case is not None and facts:
            for name, value in facts.items():
                setattr(match.case, name, value)
            changed.append(match.case)
    Case.objects.bulk_create(new, _BATCH)
    Case.objects.bulk_update(changed, OF_THE_CASE, _BATCH)


def _keep_contacts(written: Written) -> None:
    """The telephone is what is written to first, then the e-mail address; none is verified yet."""
    points = []
    for person, match in written:
        first = match.first_contact
        for kind, value in _of(match, ("phone", "email")).items():
            points.append(
                ContactPoint(participant=person, kind=kind, preferred=first, **{kind: value})
            )
            first = False
    ContactPoint.objects.bulk_create(points, _BATCH)


def _keep_terms(written: Written, by: User, now: datetime) -> None:
    terms = [
        SupervisionTerm(
            participant=person,
            technology=match.facts["technology"],
            level=match.facts.get("level", 1),
            step=Step.FIRST.value,
            reason=REASON,
            set_by=by,
            from_at=now,
        )
        for person, match in written
        if "technology" in match.facts
    ]
    SupervisionTerm.objects.bulk_create(terms, _BATCH)


def _line(person: Participant, match: Match, by: User, now: datetime) -> Entry:
    new = match.result == NEW
    facts: dict[str, object] = {"by": "import"} if new else {"fields": sorted(match.facts)}
    return entry_of(
        "enrolled" if new else "corrected",
        ("participant", person.public_id),
        by=by.actor,
        now=now,
        participant=person.public_id,
        facts=facts,
    )
