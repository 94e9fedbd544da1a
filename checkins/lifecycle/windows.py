"""Our faults and the windows that they overlap: deadlines move, and nobody is missed for us.

A deadline follows from stored facts: when the check-in was issued, its window, and the ledger of
faults. It may be computed any number of times; what is written down is why it moved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import transaction
from django.db.models import Q, QuerySet

from casework.common.actors import SYSTEM, Actor, ActorKind
from casework.faults.models import Fault
from casework.faults.rules import moved_deadline, overlap
from casework.findings.services import excuse as take_back_findings
from checkins.draw.allowed import local_ordinal
from checkins.draw.process import allowed_of
from checkins.lifecycle.moves import move
from checkins.models import CheckIn, DrawTerms
from checkins.rules import LONGEST_EXTENSION, LONGEST_WINDOW, had_fair_time
from checkins.scheduling.cells import as_terms, epoch
from checkins.states import WAITING_FOR_PARTICIPANT, State

BATCH = 500
# A fault that ended or was recorded within this time is looked for among open windows by each
# sweep. What a longer sleep of the sweeps has left is found when the check-in is closed.
NEWS = timedelta(hours=1)
EXCUSED_FOR = "a fault of ours overlapped its window"


@dataclass(frozen=True)
class Window:
    """A check-in's time as the ledger has it now."""

    deadline_at: datetime
    extended: timedelta
    fault_ids: tuple[str, ...]


def faults_during(from_: datetime, until: datetime) -> list[Fault]:
    """Faults that stop the clock and overlap this time, in order."""
    rows = Fault.objects.stopping_the_clock().overlapping(from_, until)
    return list(rows.order_by("opened_at", "pk"))


def window_of(check_in: CheckIn, faults: Iterable[Fault], now: datetime) -> Window:
    """The window as it should be by these faults; one that is on is taken to end now.

    Raises `ValueError` for a check-in that was not issued.
    """
    if check_in.issued_at is None or check_in.deadline_at is None:
        raise ValueError("Only an issued check-in has a window.")
    issued_at = check_in.issued_at
    given = check_in.deadline_at - timedelta(seconds=check_in.extended_seconds) - issued_at
    spans = {str(fault.public_id): fault.span(now) for fault in faults}
    deadline = moved_deadline(issued_at, given, spans.values())
    touched = [key for key, (start, end) in spans.items() if start < deadline and end > issued_at]
    return Window(deadline, deadline - issued_at - given, tuple(touched))


def window_now(check_in: CheckIn, now: datetime) -> Window:
    """As `window_of`, by the whole ledger."""
    return window_of(check_in, faults_during(check_in.issued_at or now, now), now)


def deadlines_now(rows: Sequence[CheckIn], now: datetime) -> dict[int, datetime]:
    """By primary key: when the time of these issued check-ins is over, as the ledger has it now."""
    earliest = min((row.issued_at for row in rows if row.issued_at is not None), default=now)
    faults = faults_during(earliest, now)
    return {row.pk: window_of(row, faults, now).deadline_at for row in rows}


def extend(check_in: CheckIn, faults: Iterable[Fault], now: datetime) -> bool:
    """Write down how faults that are over have moved the window; whether anything changed.

    The row must be locked.
    """
    over = [fault for fault in faults if fault.closed_at is not None and fault.closed_at <= now]
    found = window_of(check_in, over, now)
    facts = {
        "deadline_at": found.deadline_at,
        "extended_seconds": round(found.extended.total_seconds()),
        "extended_by": list(found.fault_ids),
    }
    if all(getattr(check_in, name) == value for name, value in facts.items()):
        return False
    CheckIn.objects.filter(pk=check_in.pk).update(**facts)
    for name, value in facts.items():
        setattr(check_in, name, value)
    return True


def extend_windows(now: datetime) -> int:
    """Move the deadlines of what waits for an answer by faults that have just ended; how many."""
    return sum(_extend_by(fault, now) for fault in _news(now) if fault.closed_at is not None)


def _extend_by(fault: Fault, now: datetime) -> int:
    waiting = [state.value for state in WAITING_FOR_PARTICIPANT]
    todo = _overlapped(fault, now).filter(state__in=waiting).order_by("pk")
    changed, after = 0, 0
    while True:
        with transaction.atomic():
            rows = list(todo.filter(pk__gt=after).select_for_update(skip_locked=True)[:BATCH])
            if not rows:
                return changed
            after = rows[-1].pk
            earliest = min(row.issued_at for row in rows if row.issued_at is not None)
            faults = faults_during(earliest, now)
            changed += sum(extend(row, faults, now) for row in rows)


def excuse_for_faults(now: datetime) -> int:
    """Excuse what was closed as missed before a fault in its window became known; how many.

    The system acts, in the person's favour; for a fault entered by hand, whoever entered it.
    """
    return sum(excuse_for(fault, now) for fault in _news(now))


def excuse_for(fault: Fault, now: datetime) -> int:
    """Excuse the missed check-ins whose window this fault overlapped; how many."""
    todo = missed_during(fault, now)
    excused = 0
    while True:
        with transaction.atomic():
            rows = list(todo.order_by("pk").select_for_update(skip_locked=True)[:BATCH])
            if not rows:
                return excused
            for row in sorted(rows, key=attrgetter("participant_id")):
                _excuse(row, fault, now)
            excused += len(rows)


def missed_during(fault: Fault, now: datetime) -> QuerySet[CheckIn]:
    """The missed check-ins that this fault, entered or about to be, excuses."""
    since = fault.opened_at - LONGEST_WINDOW - LONGEST_EXTENSION
    return _overlapped(fault, now).filter(state=State.MISSED.value, issued_at__gt=since)


def _excuse(row: CheckIn, fault: Fault, now: datetime) -> None:
    move(
        row,
        State.EXCUSED,
        by=_opener(fault),
        now=now,
        reason=f"{EXCUSED_FOR}: {fault.kind} {fault.public_id}",
        decided_at=now,
        extended_by=[*row.extended_by, str(fault.public_id)],
    )
    take_back_findings("check_in", row.public_id, by=_opener(fault), now=now, reason=EXCUSED_FOR)


def _opener(fault: Fault) -> Actor:
    if fault.is_automatic:
        return SYSTEM
    return Actor(ActorKind(fault.opened_by_kind), fault.opened_by_id, fault.opened_by_name)


def _news(now: datetime) -> list[Fault]:
    """Faults that are on, or that ended or were recorded lately."""
    lately = Q(closed_at__isnull=True) | Q(closed_at__gt=now - NEWS)
    rows = Fault.objects.stopping_the_clock().filter(lately | Q(recorded_at__gt=now - NEWS))
    return list(rows.order_by("opened_at", "pk"))


def _overlapped(fault: Fault, now: datetime) -> QuerySet[CheckIn]:
    """Check-ins whose window overlapped the fault, and that do not know of it yet."""
    start, end = fault.span(now)
    return CheckIn.objects.filter(issued_at__lt=end, deadline_at__gt=start).exclude(
        extended_by__contains=[str(fault.public_id)]
    )


def was_fair(check_in: CheckIn, faults: Iterable[Fault], now: datetime) -> bool:
    """Whether the person had the request before them for long enough, our faults not counted."""
    if check_in.issued_at is None or check_in.deadline_at is None:
        raise ValueError("Only an issued check-in has a window.")
    if check_in.delivered_at is None:
        return False
    until = check_in.deadline_at
    given = until - timedelta(seconds=check_in.extended_seconds) - check_in.issued_at
    lost = overlap((fault.span(now) for fault in faults), check_in.delivered_at, until)
    return had_fair_time(until - check_in.delivered_at - lost, given)


def made_good(check_in: CheckIn) -> bool:
    """Whether the time that a fault took was given back when the person could use it.

    It was unless the window grew by more than half a day, or its end came where, unlike at its
    issue, nobody would have been asked: a fault in the evening must not end in a night's deadline.
    """
    if check_in.extended_seconds == 0:
        return True
    extended = timedelta(seconds=check_in.extended_seconds)
    if check_in.issued_at is None or check_in.deadline_at is None:
        raise ValueError("Only an issued check-in has a window.")
    if extended > LONGEST_EXTENSION:
        return False
    terms = DrawTerms.objects.filter(
        participant_id=check_in.participant_id, until_at__isnull=True
    ).first()
    if terms is None or not _is_allowed(terms, check_in.issued_at):
        return True
    return _is_allowed(terms, check_in.issued_at + extended)


def _is_allowed(terms: DrawTerms, at: datetime) -> bool:
    one = as_terms(terms)
    return allowed_of(one, local_ordinal(one.zone, epoch(at))).holds(epoch(at))
