"""Writing notices about findings into the outbox, in the transaction that makes them true."""

from datetime import datetime, timedelta

from casework.findings.models import Finding
from casework.findings.rules import REMIND_BEFORE, State
from casework.notices.models import Notice
from casework.notices.services import NewNotice, cancel_unsent, write

TOLD, REMINDER, RESULT = "finding_told", "finding_reminder", "finding_result"
TOLD_FOR = timedelta(days=30)
RESULT_LIFE = timedelta(days=14)
BATCH = 500


def tell(finding: Finding, *, now: datetime, variant: str = "") -> None:
    """Write into the outbox, in the caller's transaction, that there is a letter to read."""
    new = NewNotice(
        finding.participant_id, TOLD, finding.public_id, now + TOLD_FOR, variant=variant
    )
    write(new, now=now)


def tell_result(finding: Finding, *, now: datetime) -> None:
    """There is a decision, or the finding was taken back."""
    forget(finding, now=now)
    ends = now + RESULT_LIFE
    new = NewNotice(finding.participant_id, RESULT, finding.public_id, ends, variant=finding.state)
    write(new, now=now)


def forget(finding: Finding, *, now: datetime) -> None:
    """Answered or over: what has not gone out yet about answering does not go out."""
    cancel_unsent(finding.public_id, now=now, kinds={TOLD, REMINDER})


def remind(now: datetime) -> int:
    """One reminder for each letter whose time to answer ends soon; how many were new."""
    soon = Finding.objects.filter(
        state=State.TOLD.value, answer_by__gt=now, answer_by__lte=now + REMIND_BEFORE
    )
    rows = list(
        soon.values_list("participant_id", "public_id", "answer_by").order_by("answer_by")[:BATCH]
    )
    subjects = [key for _person, key, _until in rows]
    known = set(
        Notice.objects.filter(kind=REMINDER, subject_id__in=subjects).values_list(
            "subject_id", "variant"
        )
    )
    fresh = [
        NewNotice(person, REMINDER, key, until, variant=f"{until:%Y-%m-%d}")
        for person, key, until in rows
        if until is not None and (key, f"{until:%Y-%m-%d}") not in known
    ]
    write(*fresh, now=now)
    return len(fresh)
