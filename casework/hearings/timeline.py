"""Hearings on a participant's timeline: their history, and what came of them."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from casework.hearings.models import Attendance, Hearing, HearingChange, HearingOutcome
from casework.participants.registry import Looking
from casework.participants.timeline import Happening, Kind, Source, timeline
from casework.staff.models import User

HEARINGS = "hearings"
_TONES = {"moved": "warn", "cancelled": "warn"}


def _changes(looking: Looking, _kind: str) -> QuerySet[Any]:
    name = User.objects.filter(public_id=OuterRef("actor_id")).values("full_name")[:1]
    mine = Hearing.objects.of(looking.participant).values("pk")
    rows = HearingChange.objects.filter(hearing__in=mine).annotate(actor_name=Subquery(name))
    return rows.select_related("hearing__court")


def _tell(row: Any) -> Happening:
    hearing: Hearing = row.hearing
    words = [row.get_source_display()]
    if "starts_at" in row.after:
        at = datetime.fromisoformat(row.after["starts_at"])
        local = timezone.localtime(at, hearing.court.timezone)
        words.insert(0, f"{local:%a %-d %b %Y, %H:%M %Z}, {hearing.court}")
    elif row.after:
        words.insert(0, ", ".join(sorted(row.after)).replace("_", " "))
    return Happening(
        f"{hearing.get_kind_display()}: {row.get_kind_display().lower()}",
        " · ".join(words),
        row.actor_name or "",
        _TONES.get(row.kind, "calm"),
        link=("console:hearing", hearing.public_id),
    )


def _result(facts: dict[str, Any]) -> str:
    """Attendance and outcome in words; nothing where both were taken back."""
    came, court = facts.get("attendance"), facts.get("outcome")
    words = [str(Attendance(came).label)] if came else []
    words += [str(HearingOutcome(court).label)] if court else []
    return ", ".join(words) or "taken back"


def _visit(facts: dict[str, Any]) -> str:
    said = [str(facts.get(name, "")) for name in ("kind", "status")]
    return ", ".join(one.replace("_", " ") for one in said if one)


def register() -> None:
    """Called once, at start."""
    timeline.add(
        Kind(HEARINGS, "Hearings and appointments", "gavel"),
        Source("hearing", (HEARINGS,), "at", _changes, _tell,
               frozenset({"entered a hearing", "changed a hearing"})),
    )  # fmt: skip
    timeline.objects |= {"hearing": HEARINGS, "appointment": HEARINGS}
    timeline.facts["recorded a hearing's result"] = _result
    for verb in ("arranged", "changed", "settled"):
        timeline.facts[f"{verb} an appointment"] = _visit
