"""What all verbs share: reasons, who proposed, the line in the audit trail."""

from datetime import datetime

from casework.audit.services import record
from casework.common.actors import Actor
from casework.common.errors import RuleError
from casework.findings.models import Finding
from casework.findings.rules import LONGEST_REASON
from casework.participants.models import Participant
from casework.staff.models import User

MAY_PROPOSE = "findings.add_finding"


def a_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise RuleError("Please give a reason.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(f"At most {LONGEST_REASON} characters.", field="reason")
    return reason


def is_proposer(finding: Finding, by: User) -> bool:
    return bool(finding.proposed_by_id == by.pk)


def representative_of(participant: Participant) -> str:
    """Who represents the person before the court, as far as the file says."""
    named = participant.cases.filter(closed_on__isnull=True).exclude(representative="")
    found: str | None = named.values_list("representative", flat=True).first()
    return found or ""


def note(verb: str, finding: Finding, by: Actor, now: datetime) -> None:
    """A line of the audit trail, which says nothing of what the finding says."""
    record(
        verb,
        ("finding", finding.public_id),
        by=by,
        now=now,
        participant=finding.participant.public_id,
    )
