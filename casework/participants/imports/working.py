"""An upload of people, from check to done."""

from datetime import datetime
from typing import Any

from casework.audit.services import record
from casework.common.imports import working
from casework.common.imports.cells import BadCell
from casework.common.imports.reading import Row
from casework.participants.batch import ParticipantImport
from casework.participants.imports import keeping
from casework.participants.imports.matching import FILLED, HELD, NEW, RESULTS, Match, Matcher
from casework.participants.imports.team import Team
from casework.participants.imports.understanding import Said, understand_all
from casework.participants.imports.words import SHAPE
from casework.participants.models import Participant
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.rules import normal_a_number
from casework.staff.models import User

Understood = working.Understood[Said]


class _People(working.Import[ParticipantImport, Said, Match]):
    """People, and what is filled in of those who are here."""

    model = ParticipantImport
    shape = SHAPE
    results = RESULTS
    previewed = frozenset({NEW, FILLED, HELD})
    permission = "participants.add_participant"
    refusal = "Your role does not take people into the program."

    def understand(
        self, rows: list[Row], *, by: User, now: datetime
    ) -> tuple[list[Said], list[BadCell]]:
        return understand_all(rows, Team(by), now)

    def match(
        self, good: list[Said], whole: Understood, *, by: User, now: datetime, lock: bool
    ) -> working.Matched[Match]:
        return Matcher(good, by, lock=lock).match(good)

    def keep(self, matches: list[Match], *, by: User, now: datetime) -> None:
        keeping.keep(matches, by=by, now=now)

    def brief(self, match: Match) -> dict[str, Any]:
        """A line of the preview. It goes with the file, which says the same and more."""
        said, office = match.said, match.said.office
        if match.person is not None:
            office = match.person.office
        return {
            "line": match.line,
            "result": match.result,
            "participant": str(match.person.public_id) if match.person else "",
            "name": f"{said.given_name} {said.family_name}",
            "office": office.name if office is not None else "",
            "officer": said.officer.full_name if said.officer is not None else "",
            "fields": sorted(match.facts) if match.person else [],
            "left": list(match.left),
            "why": match.why,
        }

    def people_of(self, upload: ParticipantImport, by: User) -> ParticipantQuerySet:
        """Those whom the file names and `by` may see; nobody once the file is deleted."""
        rows = self.table_of(upload).rows if upload.file else []
        numbers = {normal_a_number(row.values.get("a_number", "")) for row in rows} - {None}
        return Participant.objects.visible_to(by).supervised().filter(a_number__in=numbers)

    def note_done(self, upload: ParticipantImport, *, by: User, now: datetime) -> None:
        record(
            "imported participants",
            ("participant import", upload.public_id),
            by=by.actor,
            now=now,
            facts={**upload.counts, "rows": upload.rows},
        )


PEOPLE = _People()
