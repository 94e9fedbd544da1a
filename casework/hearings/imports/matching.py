"""Which hearing of ours a row speaks of, and what it changes there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casework.common.imports import working
from casework.common.imports.cells import BadCell
from casework.hearings import history
from casework.hearings.imports.understanding import Said
from casework.hearings.models import Hearing, HearingChange, HearingSource
from casework.participants.models import Case, Participant
from casework.staff.models import User

NEW, CHANGED, SAME, HELD = "new", "changed", "same", "held"
RESULTS = (NEW, CHANGED, SAME, HELD, working.BAD)
# From these sources a person has looked at the date: a file fills gaps there, and no more.
BY_HAND = {HearingSource.OFFICER.value, HearingSource.COURT_NOTICE.value}
DETAILS = ("court", "mode", "judge", "room", "video_url")


@dataclass(frozen=True)
class Match:
    """What one row does: `hearing` is as it will be, `before` as it was; empty for a new one."""

    line: int
    result: str
    participant: Participant
    hearing: Hearing
    before: dict[str, Any] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    why: str = ""


Matched = working.Matched[Match]


class Matcher:
    """The cases and hearings behind a chunk of rows, in four queries; locked when `lock`.

    People whom the uploader may not see are not there: their A-numbers are unknown.
    """

    def __init__(self, rows: Collection[Said], by: User, now: datetime, *, lock: bool) -> None:
        self.now = now
        visible = Participant.objects.visible_to(by).filter(
            a_number__in={said.a_number for said in rows}
        )
        self.people = {person.a_number: person for person in visible}
        cases = Case.objects.filter(participant__in=self.people.values(), closed_on__isnull=True)
        cases = cases.order_by("pk").select_for_update() if lock else cases.order_by("pk")
        self.cases: dict[int, list[Case]] = {}
        for case in cases:
            self.cases.setdefault(case.participant_id, []).append(case)
        ours = Hearing.objects.filter(case__in=[c for some in self.cases.values() for c in some])
        self.hearings: dict[tuple[int, str], list[Hearing]] = {}
        for hearing in ours.select_related("court").order_by("starts_at", "pk"):
            self.hearings.setdefault((hearing.case_id, hearing.kind), []).append(hearing)
        self.taken_back_by_import = self._taken_back_by_import()

    def _taken_back_by_import(self) -> set[int]:
        """Hearings that a file took back last, and so a file may put on again."""
        cancelled = [
            hearing.pk
            for some in self.hearings.values()
            for hearing in some
            if hearing.cancelled_at is not None
        ]
        rows = HearingChange.objects.filter(hearing__in=cancelled, kind="cancelled")
        last = dict(rows.order_by("pk").values_list("hearing", "source"))
        return {pk for pk, source in last.items() if source == HearingSource.IMPORT.value}

    def match(self, rows: Iterable[Said], named: Collection[tuple[str, str, datetime]]) -> Matched:
        """`named`: the dates that the whole file speaks of; no other row moves those."""
        found = Matched()
        for said in rows:
            one = self._match(said, named)
            if isinstance(one, BadCell):
                found.bad.append(one)
            else:
                found.matches.append(one)
        return found

    def _match(self, said: Said, named: Collection[tuple[str, str, datetime]]) -> Match | BadCell:
        person = self.people.get(said.a_number)
        if person is None:
            return BadCell(said.line, "a_number", "Unknown A-number.")
        case = self._case(person, said.case)
        if case is None:
            return BadCell(said.line, "case", "This person has no open case of this kind.")
        rivals = self.hearings.setdefault((case.pk, said.kind), [])
        same = [hearing for hearing in rivals if hearing.starts_at == said.starts_at]
        if same:
            standing = [hearing for hearing in same if hearing.cancelled_at is None]
            return self._known(said, person, (standing or same)[-1])
        if said.cancelled:
            return BadCell(said.line, "status", "There is no hearing at this time to cancel.")
        moved = self._moved(said, rivals, named)
        if moved is not None:
            return self._changed(said, person, moved, {"starts_at": said.starts_at})
        hearing = Hearing(
            case=case,
            court=said.court,
            kind=said.kind,
            mode=said.mode,
            starts_at=said.starts_at,
            judge=said.judge,
            room=said.room,
            video_url=said.link,
            source=HearingSource.IMPORT,
            verified_at=self.now,
        )
        rivals.append(hearing)
        return Match(said.line, NEW, person, hearing)

    def _case(self, person: Participant, kind: str) -> Case | None:
        fitting = [c for c in self.cases.get(person.pk, []) if not kind or c.kind == kind]
        return fitting[-1] if fitting else None

    def _moved(
        self, said: Said, rivals: list[Hearing], named: Collection[tuple[str, str, datetime]]
    ) -> Hearing | None:
        """The date to come of an earlier file that this row puts elsewhere: the soonest."""
        if said.starts_at < self.now:
            return None
        for hearing in rivals:
            key = (said.a_number, said.kind, hearing.starts_at)
            ours = hearing.pk is not None and hearing.source == HearingSource.IMPORT.value
            ahead = hearing.cancelled_at is None and hearing.starts_at >= self.now
            if ours and ahead and key not in named:
                return hearing
        return None

    def _known(self, said: Said, person: Participant, hearing: Hearing) -> Match | BadCell:
        off = hearing.cancelled_at is not None
        if said.cancelled:
            if off:
                return Match(said.line, SAME, person, hearing)
            if hearing.attendance:
                return BadCell(
                    said.line, "status", "Attendance is recorded for this hearing: it took place."
                )
            return self._changed(said, person, hearing, {"cancelled_at": self.now})
        if off and hearing.pk not in self.taken_back_by_import:
            return Match(
                said.line, HELD, person, hearing, why="An officer has taken this date back."
            )
        return self._changed(said, person, hearing, {"cancelled_at": None})

    def _changed(
        self, said: Said, person: Participant, hearing: Hearing, put: dict[str, Any]
    ) -> Match:
        """Take over what the row says; what it leaves empty stays as it is."""
        before = history.snapshot(hearing)
        told = {
            "court": said.court,
            "mode": said.mode,
            "judge": said.judge,
            "room": said.room,
            "video_url": said.link,
        }
        by_hand = hearing.source in BY_HAND
        new = put | {
            name: value
            for name, value in told.items()
            if value and not (by_hand and getattr(hearing, name))
        }
        differs = by_hand and any(
            told[name] and told[name] != getattr(hearing, name) for name in ("court", "mode")
        )
        if new.get("mode", hearing.mode) != "video":
            new["video_url"] = ""
        changed = {name: value for name, value in new.items() if getattr(hearing, name) != value}
        if not changed:
            why = "An officer has entered another court or mode." if differs else ""
            return Match(said.line, HELD if differs else SAME, person, hearing, why=why)
        for name, value in (changed | {"verified_at": self.now}).items():
            setattr(hearing, name, value)
        return Match(
            said.line, CHANGED, person, hearing, before, frozenset(changed) | {"verified_at"}
        )
