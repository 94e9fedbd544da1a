"""Issuing: every few seconds, in any number of dispatchers at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from casework.faults import services as faults
from checkins import lifecycle
from checkins.draw.allowed import local_ordinal
from checkins.draw.process import allowed_of
from checkins.lifecycle.issuing import BATCH, OUT_OF_HOURS, PUNCTUAL, Due, claim_due, issue_singly
from checkins.models import DrawTerms
from checkins.scheduling.cells import as_terms, epoch

MOST_BATCHES = 400  # a run's end in sight, even while more falls due


@dataclass
class Issued:
    """What one run did."""

    issued: int = 0
    cancelled: int = 0


def issue_due(now: datetime) -> Issued:
    """Issue what is due, with its full window from now; give up what came too late.

    Too late is: its window would be over by now, or, after more than a minute, its allowed hours
    are. What waits for the person's other check-in stays planned until then. While a fault of ours
    stops the clock nothing is issued.
    """
    done = Issued()
    fault = faults.blocking(now)
    for _ in range(MOST_BATCHES):
        cancelled = lifecycle.cancel_too_late(now, for_a_fault=fault is not None)
        done.cancelled += cancelled
        if cancelled < BATCH:
            break
    for _ in range(0 if fault is not None else MOST_BATCHES):
        claimed = _issue_some(now, done)
        if claimed < BATCH:
            break
    return done


def _issue_some(now: datetime, done: Issued) -> int:
    """One batch in one transaction: its rows stay locked until all of it is written."""
    try:
        with transaction.atomic():
            due = claim_due(now)
            late = _out_of_hours(due, now)
            issued = lifecycle.issue([row.pk for row in due if row.pk not in late], now=now)
            gone = lifecycle.cancel_unissued(sorted(late), now=now, reason=OUT_OF_HOURS)
    except IntegrityError as error:
        if "checkin_one_to_answer_at_a_time" not in str(error):
            raise
        return _issue_some_singly(now, done)
    done.issued += issued
    done.cancelled += gone
    return len(due)


def _issue_some_singly(now: datetime, done: Issued) -> int:
    """An officer asked somebody of the batch at this very moment: go person by person."""
    with transaction.atomic():
        due = claim_due(now)
        late = _out_of_hours(due, now)
        done.issued += issue_singly([row.pk for row in due if row.pk not in late], now=now)
    return len(due)


def _out_of_hours(due: list[Due], now: datetime) -> set[int]:
    """Those that are late, and for whom it is no allowed time any more."""
    late = {row.pk: row.terms_pk for row in due if now - row.planned_for > PUNCTUAL}
    if not late:
        return set()
    terms = {row.pk: as_terms(row) for row in DrawTerms.objects.filter(pk__in=late.values())}
    at = epoch(now)
    held = {pk: allowed_of(one, local_ordinal(one.zone, at)).holds(at) for pk, one in terms.items()}
    return {pk for pk, terms_pk in late.items() if not held[terms_pk]}
