"""Hearings as what a finding can be about: findings and hearings know nothing of each other."""

from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from casework.faults.models import Fault
from casework.findings.registry import About, Evidence, Line, Subject, register
from casework.findings.rules import Kind
from casework.findings.wording import (
    exact,
    fault_facts,
    fault_lines,
    message_lines,
    messages_about,
)
from casework.hearings.models import Attendance, ChangeNotice, Hearing, HearingKind
from casework.hearings.telling import CHANGED, REMINDER

HEARING = "hearing"
# Faults of ours in these last days may have kept the reminders back.
WATCHED = timedelta(days=7)
_KINDS = {
    Attendance.ABSENT.value: (Kind.ABSENT,),
    Attendance.LATE.value: (Kind.LATE,),
}
_REFUSALS = {
    "": "Nobody has recorded the attendance yet.",
    Attendance.ATTENDED.value: "The person attended this hearing.",
    Attendance.EXCUSED.value: "The absence is excused. It does not count against the person.",
}


def find(subject_id: UUID, now: datetime) -> Subject | None:
    """A hearing as it is now."""
    rows = Hearing.objects.select_related("case__participant", "court", "attendance_by")
    row: Hearing | None = rows.filter(public_id=subject_id).first()
    if row is None:
        return None
    kinds = _KINDS.get(row.attendance, ())
    notices = list(ChangeNotice.objects.filter(hearing=row))
    found = Fault.objects.stopping_the_clock().overlapping(row.starts_at - WATCHED, row.starts_at)
    faults = list(found.order_by("opened_at", "pk"))
    evidence = _evidence(row, notices, faults)
    return Subject(
        id=row.public_id,
        participant=row.case.participant,
        at=row.starts_at,
        kinds=kinds,
        evidence=evidence,
        refusal="" if kinds else _REFUSALS[row.attendance],
        warnings=_warnings(evidence, row),
        is_void=not kinds,
    )


def _evidence(row: Hearing, notices: list[ChangeNotice], faults: list[Fault]) -> dict[str, Any]:
    seen = [one.acknowledged_at for one in notices if one.acknowledged_at is not None]
    told = messages_about(row.public_id, (REMINDER,))
    for one in notices:
        told += messages_about(one.public_id, (CHANGED,))
    return {
        "starts_at": row.starts_at.isoformat(),
        "zone": str(row.court.timezone),
        "court": row.court.name,
        "kind": row.kind,
        "attendance": row.attendance,
        "recorded_at": row.attendance_at.isoformat() if row.attendance_at else None,
        "recorded_by": str(row.attendance_by or ""),
        "seen_at": max(seen).isoformat() if seen else None,
        "messages": sorted(told, key=lambda one: one["sent_at"]),
        "faults": fault_facts(faults),
    }


def _warnings(evidence: dict[str, Any], row: Hearing) -> tuple[str, ...]:
    said = []
    if evidence["faults"]:
        said.append("Faults of ours in the week before may have kept reminders back.")
    arrived = any(one["delivered_at"] for one in evidence["messages"])
    if not arrived and evidence["seen_at"] is None:
        said.append("Nothing shows that the person was told of this date.")
    if row.verified_at is None:
        said.append("Nobody has verified this date with the court.")
    return tuple(said)


def title(evidence: Evidence, _zone: tzinfo) -> str:
    return _("Hearing on %(when)s") % {
        "when": exact(evidence["starts_at"], ZoneInfo(evidence["zone"]))
    }


def lines(evidence: Evidence, zone: tzinfo) -> list[Line]:
    found = [
        Line(_("Court"), evidence["court"]),
        Line(_("Kind of hearing"), str(HearingKind(evidence["kind"]).label)),
        *message_lines(evidence["messages"], zone),
    ]
    if evidence["seen_at"]:
        found.append(Line(_("Date confirmed as seen"), exact(evidence["seen_at"], zone)))
    if evidence["recorded_at"]:
        found.append(Line(
            _("Recorded"),
            f"{Attendance(evidence['attendance']).label} · {evidence['recorded_by']},"
            f" {exact(evidence['recorded_at'], zone)}",
        ))  # fmt: skip
    return found + fault_lines(evidence["faults"], zone)


def register_subject() -> None:
    """Called once, at start."""
    register(About(HEARING, find, title, lines, "console:hearing"))
