"""What is overturned is erased: reason, evidence, answer and what it was about.

What stays: that there was one, of whom, who proposed and who decided it, when; and for its owner
alone, for a month, why it was overturned. A legal hold delays the erasing, not the disappearing.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from casework.common import clock
from casework.common.actors import SYSTEM, Actor
from casework.findings.models import Finding, FindingEvent
from casework.findings.moves import move
from casework.findings.rules import State
from casework.findings.telling import REMINDER, TOLD
from casework.notices.models import Notice
from casework.retention.apply import certify
from casework.retention.models import Hold
from casework.retention.registry import retention

RULE = "overturned_findings"


@transaction.atomic
def expunge_now(finding: Finding, *, by: Actor, now: datetime) -> bool:
    """In the transaction that overturns it, with a certificate. False while a legal hold stands:
    retention does it when that is lifted."""
    if Hold.objects.standing().filter(participant=finding.participant_id).exists():
        return False
    rule = next(rule for rule in retention.rules if rule.slug == RULE)
    certify(rule, [finding], finding.participant.public_id, 0, now)
    erase(finding, by=by, now=now)
    return True


def erase(finding: Finding, *, by: Actor, now: datetime) -> None:
    move(
        finding,
        State.EXPUNGED,
        by=by,
        now=now,
        kind="",
        subject_type="",
        subject_id=None,
        subject_at=None,
        reason="",
        evidence={},
        answer="",
        expunged_at=now,
    )
    FindingEvent.objects.filter(finding=finding).update(reason="")
    letters = Notice.objects.filter(subject_id=finding.public_id, kind__in=[TOLD, REMINDER])
    letters.delete()


def erase_rows(rows: list[Any]) -> None:
    """For retention: what a legal hold had kept."""
    now = clock.now()
    for row in rows:
        erase(row, by=SYSTEM, now=now)
