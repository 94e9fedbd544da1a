"""Check-ins as what a finding can be about: what may be said of one, on what evidence."""

from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

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
from checkins.lifecycle.windows import faults_during, was_fair
from checkins.models import Attempt, CheckIn
from checkins.notices.written import ISSUED, REMINDER
from checkins.reviews.words import in_readers_words
from checkins.states import NEEDS_NO_ANSWER, State

CHECK_IN = "check_in"
# Why nothing can be said of a check-in in this state; for staff.
_REFUSALS = {
    State.OPEN: "This check-in still waits for an answer.",
    State.VERIFYING: "The answer is still being checked.",
    State.IN_REVIEW: "The answer waits for a review: decide that first.",
    State.ACCEPTED: "This check-in was answered in time and accepted.",
    State.LAPSED: "This check-in lapsed: the request did not reach the person in time, or a fault"
    " of ours took their time. It never counts against anybody.",
    State.EXCUSED: "This check-in is excused. It does not count against the person.",
    State.CANCELLED: "This check-in was withdrawn. It counts for nothing.",
}


def find(subject_id: UUID, now: datetime) -> Subject | None:
    """An issued check-in as it is now."""
    rows = CheckIn.objects.issued().select_related("participant", "review")
    row = rows.filter(public_id=subject_id).first()
    if row is None or row.issued_at is None or row.deadline_at is None:
        return None
    attempts = list(row.attempts.select_related("receipt").order_by("number"))
    kinds = _kinds(State(row.state), attempts)
    faults = faults_during(row.issued_at, max(row.deadline_at, _last(attempts, row.deadline_at)))
    return Subject(
        id=row.public_id,
        participant=row.participant,
        at=row.deadline_at,
        kinds=kinds,
        evidence=_evidence(row, attempts, faults),
        refusal="" if kinds else _REFUSALS[State(row.state)],
        warnings=_warnings(row, faults, now),
        is_void=State(row.state) in NEEDS_NO_ANSWER,
    )


def _kinds(state: State, attempts: list[Attempt]) -> tuple[Kind, ...]:
    """What may be said: only of what a deadline or two reviewers have settled."""
    if state is State.MISSED:
        return (Kind.MISSED,)
    if state is State.NOT_ACCEPTED:
        return (Kind.NOT_ACCEPTED,)
    if state is State.ACCEPTED and any(one.late for one in attempts):
        return (Kind.LATE,)
    return ()


def _last(attempts: list[Attempt], deadline: datetime) -> datetime:
    return max((one.received_at for one in attempts), default=deadline)


def _evidence(row: CheckIn, attempts: list[Attempt], faults: list[Fault]) -> dict[str, Any]:
    review = getattr(row, "review", None)
    refused = row.state == State.NOT_ACCEPTED.value and review is not None
    return {
        "issued_at": _iso(row.issued_at),
        "deadline_at": _iso(row.deadline_at),
        "shown_at": _iso(row.delivered_at),
        "requested_because": row.reason,
        "messages": messages_about(row.public_id, (ISSUED, REMINDER)),
        "answers": [
            {
                "received_at": _iso(one.received_at),
                "late": one.late,
                "receipt": one.receipt.code if hasattr(one, "receipt") else "",
            }
            for one in attempts
        ],
        "review": review.reason if refused and review is not None else "",
        "faults": fault_facts(faults),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _warnings(row: CheckIn, faults: list[Fault], now: datetime) -> tuple[str, ...]:
    said = []
    if faults:
        said.append(
            "A fault of ours overlaps the window. Nobody should be blamed for what we caused."
        )
    if row.delivered_at is None:
        said.append("Nothing shows that the request reached the person.")
    elif not was_fair(row, faults, now):
        said.append("The request reached the person late: little of the window was left.")
    arrived = any(one["delivered_at"] for one in messages_about(row.public_id, (ISSUED, REMINDER)))
    if row.delivered_at is not None and not arrived:
        said.append("No receipt says that a message arrived; it was shown on the page.")
    return tuple(said)


def title(evidence: Evidence, zone: tzinfo) -> str:
    return _("Check-in, to be answered by %(when)s") % {
        "when": exact(evidence["deadline_at"], zone)
    }


def lines(evidence: Evidence, zone: tzinfo) -> list[Line]:
    """In the order of time."""
    found = [Line(_("Asked"), exact(evidence["issued_at"], zone))]
    found += message_lines(evidence["messages"], zone)
    if evidence["shown_at"]:
        found.append(Line(_("Request arrived"), exact(evidence["shown_at"], zone)))
    found.append(Line(_("Time to answer until"), exact(evidence["deadline_at"], zone)))
    found += [_answer(one, zone) for one in evidence["answers"]]
    if not evidence["answers"]:
        found.append(Line(_("Answer to the check-in"), _("none came")))
    if evidence["review"]:
        why = in_readers_words(evidence["review"])
        found.append(Line(_("Why it was not accepted"), why))
    return found + fault_lines(evidence["faults"], zone)


def _answer(one: dict[str, Any], zone: tzinfo) -> Line:
    when = exact(one["received_at"], zone)
    said = _("%(when)s, after the time") % {"when": when} if one["late"] else when
    if one["receipt"]:
        said += " · " + _("receipt %(code)s") % {"code": one["receipt"]}
    return Line(_("Answer to the check-in"), said)


def register_subject() -> None:
    """Called once, at start."""
    register(About(CHECK_IN, find, title, lines, "console:check_in"))
