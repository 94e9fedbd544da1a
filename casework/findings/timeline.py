"""Findings on a participant's timeline. One that was overturned is on nobody's."""

from typing import Any

from django.db.models import Q, QuerySet

from casework.findings.models import Act, Finding, FindingEvent
from casework.participants.registry import Looking
from casework.participants.timeline import Happening, Kind, Source, timeline

FINDINGS = "findings"
_TONES = {Act.ANSWERED: "ask", Act.AMENDED: "ask", Act.UPHELD: "bad"}
# The audit trail says these too, also of one that was overturned: the file does not.
_VERBS = frozenset({
    "proposed a finding", "sent the notice of a finding again", "answered a finding",
    "gave more time to answer a finding", "withdrew a finding", "decided a finding",
    "looked at a finding",
})  # fmt: skip


def _events(looking: Looking, _kind: str) -> QuerySet[Any]:
    seen = Finding.objects.visible_to(looking.user).filter(participant=looking.participant)
    return FindingEvent.objects.filter(finding__in=seen.values("pk")).select_related("finding")


def _tell(row: FindingEvent) -> Happening:
    who = "the participant" if row.actor_kind == "participant" else row.actor_name
    return Happening(
        f"Finding: {Act(row.act).label.lower()}",
        row.reason,
        who,
        _TONES.get(Act(row.act), "calm"),
        link=("console:finding", row.finding.public_id),
    )


def _shown(looking: Looking, lines: QuerySet[Any]) -> QuerySet[Any]:
    """Lines of the audit trail without those of findings that this reader's file has no more."""
    seen = Finding.objects.visible_to(looking.user).filter(participant=looking.participant)
    return lines.filter(~Q(object_type="finding") | Q(object_id__in=seen.values("public_id")))


def register() -> None:
    """Called once, at start."""
    timeline.add(
        Kind(FINDINGS, "Findings", "balance"),
        Source("finding", (FINDINGS,), "at", _events, _tell, _VERBS),
    )
    timeline.objects |= {"finding": FINDINGS}
    timeline.out_of_file.append(_shown)
