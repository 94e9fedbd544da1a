"""Dates that disagree: noticing them, and settling which is right."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from casework.audit.services import record
from casework.common.errors import WrongState
from casework.hearings import history
from casework.hearings.models import Decision, Hearing, HearingConflict, HearingSource
from casework.staff.models import User


def notice(hearings: Collection[Hearing], *, now: datetime) -> int:
    """Note where another source gives another date to come for a hearing of the same kind.

    In the caller's transaction, which has locked the cases. A pair is noted once: what an officer
    has settled stays settled.
    """
    current = [h for h in hearings if h.cancelled_at is None and h.starts_at >= now]
    rivals: dict[tuple[int, str], list[Hearing]] = {}
    for rival in Hearing.objects.to_come(now).filter(case__in={h.case_id for h in current}):
        rivals.setdefault((rival.case_id, rival.kind), []).append(rival)
    pairs = {
        tuple(sorted((hearing, rival), key=lambda one: one.pk))
        for hearing in current
        for rival in rivals.get((hearing.case_id, hearing.kind), [])
        if rival.source != hearing.source and rival.starts_at != hearing.starts_at
    }
    made = HearingConflict.objects.bulk_create(
        [HearingConflict(first=a, second=b, noticed_at=now) for a, b in sorted(
            pairs, key=lambda pair: (pair[0].pk, pair[1].pk))],
        ignore_conflicts=True,
    )  # fmt: skip
    return len(made)


@transaction.atomic
def settle(conflict: HearingConflict, decision: str, *, by: User, now: datetime) -> None:
    """Say which date is right: the other one is taken back, and the participant is asked to see it.

    What stays is verified now. Raises `WrongState` when a colleague was quicker.
    """
    rows = HearingConflict.objects.select_for_update(of=("self",)).open(now)
    locked = rows.filter(pk=conflict.pk).select_related("first__case__participant").first()
    if locked is None:
        raise WrongState("This is settled already, or one of the dates no longer stands.")
    locked.decision, locked.settled_at, locked.settled_by = Decision(decision).value, now, by
    locked.save(update_fields=["decision", "settled_at", "settled_by"])
    pair = {
        row.pk: row
        for row in Hearing.objects.select_for_update(of=("self",))
        .select_related("court")
        .filter(pk__in=[locked.first_id, locked.second_id])
        .order_by("pk")
    }
    wrong = {Decision.FIRST: locked.second_id, Decision.SECOND: locked.first_id}.get(
        Decision(decision)
    )
    for key, hearing in pair.items():
        if key == wrong:
            before = history.snapshot(hearing)
            hearing.cancelled_at = now
            hearing.save(update_fields=["cancelled_at"])
            changed = [history.Changed(hearing, before)]
            history.note(changed, by=by.actor, now=now, source=HearingSource.OFFICER)
        else:
            Hearing.objects.filter(pk=key).update(verified_at=now)
    record(
        "settled two hearing dates",
        ("hearing", locked.first.public_id),
        by=by.actor,
        now=now,
        participant=locked.first.case.participant.public_id,
        facts={"decision": decision},
    )
