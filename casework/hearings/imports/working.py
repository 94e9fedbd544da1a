"""An upload of hearing dates, from check to done."""

from datetime import datetime
from typing import Any

from casework.audit.services import record
from casework.common.imports import working
from casework.common.imports.cells import BadCell
from casework.common.imports.reading import Row
from casework.hearings import conflicts, history
from casework.hearings.courts import CourtFinder
from casework.hearings.imports.matching import (
    CHANGED,
    HELD,
    NEW,
    RESULTS,
    Match,
    Matched,
    Matcher,
)
from casework.hearings.imports.reading import SHAPE
from casework.hearings.imports.understanding import Said, understand_all
from casework.hearings.models import Hearing, HearingImport, HearingSource
from casework.staff.models import User

Understood = working.Understood[Said]


class _Hearings(working.Import[HearingImport, Said, Match]):
    """Hearings, their history, and what their participants must see."""

    model = HearingImport
    shape = SHAPE
    results = RESULTS
    previewed = frozenset({NEW, CHANGED, HELD})
    permission = "hearings.add_hearing"
    refusal = "Your role does not enter hearings."

    def understand(
        self, rows: list[Row], *, by: User, now: datetime
    ) -> tuple[list[Said], list[BadCell]]:
        return understand_all(rows, CourtFinder(), now)

    def match(
        self, good: list[Said], whole: Understood, *, by: User, now: datetime, lock: bool
    ) -> Matched:
        named = {said.key for said in whole.good.values()}
        return Matcher(good, by, now, lock=lock).match(good, named)

    def keep(self, matches: list[Match], *, by: User, now: datetime) -> None:
        new = [match for match in matches if match.result == NEW]
        changed = [match for match in matches if match.result == CHANGED]
        Hearing.objects.bulk_create([match.hearing for match in new])
        fields = set().union(*(match.fields for match in changed))
        if changed:
            Hearing.objects.bulk_update([match.hearing for match in changed], sorted(fields), 500)
        history.note(
            [history.Changed(match.hearing, match.before) for match in (*new, *changed)],
            by=by.actor,
            now=now,
            source=HearingSource.IMPORT,
        )
        conflicts.notice([match.hearing for match in (*new, *changed)], now=now)

    def brief(self, match: Match) -> dict[str, Any]:
        """A line of the preview: ids and times, no names."""
        hearing = match.hearing
        was_at = match.before.get("starts_at", "")
        starts_at = hearing.starts_at.isoformat()
        return {
            "line": match.line,
            "result": match.result,
            "participant": str(match.participant.public_id),
            "kind": str(hearing.kind),
            "court": hearing.court.name,
            "zone": str(hearing.court.timezone),
            "starts_at": starts_at,
            "was_at": was_at if was_at != starts_at else "",
            "fields": sorted(match.fields - {"verified_at"}),
            "cancelled": hearing.cancelled_at is not None,
            "why": match.why,
        }

    def note_done(self, upload: HearingImport, *, by: User, now: datetime) -> None:
        record(
            "imported hearings",
            ("hearing import", upload.public_id),
            by=by.actor,
            now=now,
            facts={**upload.counts, "rows": upload.rows},
        )


HEARINGS = _Hearings()
