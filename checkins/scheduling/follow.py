"""Keeping the terms of the draw in step with plan, zone, hearings and supervision.

A change puts new terms in force from an instant on. Check-ins planned from then on are void and
are drawn again; since the draw has no memory, that tells nobody anything about the old ones.
"""

import math
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet

from casework.common.actors import SYSTEM
from casework.common.errors import RuleError
from casework.hearings.models import Hearing
from casework.participants.models import Consent, Credential, Participant
from checkins.draw.allowed import local_ordinal
from checkins.draw.terms import NO_DRAWS
from checkins.lifecycle.moves import move
from checkins.models import CheckIn, DrawTerms, Plan, ReferencePhoto
from checkins.models.plan import Method
from checkins.models.reference import ReferenceState
from checkins.scheduling.cells import epoch, instant
from checkins.states import State
from checkins.timing import agree_on_timing, week_of_plan

log = structlog.get_logger(__name__)

BATCH = 5000
AROUND_HEARING = timedelta(hours=2)
HEARINGS_AHEAD = timedelta(hours=72)
JUST_NOW = timedelta(hours=1)


def follow_changes(now: datetime, *, all_of_them: bool = True) -> int:
    """Put new terms in force wherever they are due; how many.

    With `all_of_them` false only plans changed within the hour are looked at: quick enough to do
    with every issuing.
    """
    due = _out_of_step()
    if not all_of_them:
        due = due.filter(plan__updated_at__gt=now - JUST_NOW)
    keys = set(due.values_list("pk", flat=True)[:BATCH])
    if all_of_them:
        keys |= _with_other_hearings(now)
    return sum(follow_one(pk, now) for pk in sorted(keys))


def _out_of_step() -> QuerySet[Participant]:
    """Participants whose terms in force do not say what they should, hearings aside."""
    consent = Consent.objects.filter(participant=OuterRef("pk"), withdrawn_at__isnull=True)
    credential = Credential.objects.filter(participant=OuterRef("pk"))
    runs = Q(ready=True, closed_at__isnull=True, plan__paused=False) & (
        Q(plan__awaits_photos=False) | Q(plan__method=Method.PHONE.value) | Exists(_photos())
    )
    in_force = Q(draw_terms__until_at__isnull=True)
    people: QuerySet[Participant] = (
        Participant.objects.filter(plan__isnull=False)
        .annotate(
            ready=Exists(consent) & Exists(credential),
            current=FilteredRelation("draw_terms", condition=in_force),
            zone_in_force=F("current__zone"),
        )
        .filter(
            (Q(current__isnull=True) & runs)
            | (Q(current__running=True) & ~runs)
            | (Q(current__running=False) & runs)
            | Q(zone_in_force__isnull=False) & ~Q(zone_in_force=F("timezone"))
            | Q(current__plan_seen_at__lt=F("plan__updated_at"))
        )
        .order_by("pk")
    )
    return people


def _photos() -> QuerySet[ReferencePhoto]:
    """Of the participant of the outer query; one that was usable once will do."""
    return ReferencePhoto.objects.filter(
        participant=OuterRef("pk"), state=ReferenceState.USABLE.value
    )


def _awaits_photos(plan: Plan) -> bool:
    if not plan.awaits_photos or plan.method == Method.PHONE.value:
        return False
    photos = ReferencePhoto.objects.filter(participant=plan.participant_id)
    return not photos.filter(state=ReferenceState.USABLE.value).exists()


def _with_other_hearings(now: datetime) -> set[int]:
    """Participants in force whose near blackouts are not around their near hearings."""
    wanted: dict[int, set[int]] = {}
    near = Hearing.objects.filter(
        cancelled_at__isnull=True,
        starts_at__gt=now - AROUND_HEARING,
        starts_at__lt=now + HEARINGS_AHEAD,
    )
    for person, starts_at in near.values_list("case__participant_id", "starts_at"):
        wanted.setdefault(person, set()).add(epoch(starts_at))
    rows = DrawTerms.objects.filter(until_at__isnull=True, running=True).filter(
        Q(participant__in=list(wanted)) | ~Q(blackouts=[])
    )
    return {
        row.participant_id
        for row in rows
        if _starts(row.blackouts, now) != wanted.get(row.participant_id, set())
    }


def _starts(blackouts: list[list[int]], now: datetime) -> set[int]:
    """The hearings behind blackouts that are not over."""
    half = int(AROUND_HEARING.total_seconds())
    return {start + half for start, end in blackouts if end > epoch(now)}


@transaction.atomic
def follow_one(participant_pk: int, now: datetime) -> bool:
    """Bring one participant's terms up to date; True if new ones are in force."""
    # A weaker lock than requests take: drawing ahead, which only refers to the row, goes on.
    people = Participant.objects.select_for_update(skip_locked=True, no_key=True)
    participant = people.filter(pk=participant_pk).first()
    if participant is None:
        return False  # another sweep is at it
    plan = Plan.objects.get(participant=participant)
    current = (
        DrawTerms.objects.select_for_update()
        .filter(participant=participant, until_at__isnull=True)
        .first()
    )
    wanted = _wanted(participant, plan, now)
    if current is not None and _same(current, wanted, now):
        DrawTerms.objects.filter(pk=current.pk).update(plan_seen_at=plan.updated_at)
        return False
    if current is None and not wanted["running"]:
        return False
    _replace(participant, current, wanted, _since(participant, current, plan, now))
    return True


def _wanted(participant: Participant, plan: Plan, now: datetime) -> dict[str, Any]:
    """What the terms should say now."""
    ready = (
        participant.consents.filter(withdrawn_at__isnull=True).exists()
        and Credential.objects.filter(participant=participant).exists()
    )
    try:
        week, agreed = week_of_plan(plan), agree_on_timing(plan)
    except RuleError as refused:  # a plan from before its timing was checked as a whole
        log.warning("plan cannot be drawn", plan=str(plan.public_id), field=refused.field)
        week, agreed = ((),) * 7, NO_DRAWS
    return {
        "running": ready
        and participant.closed_at is None
        and not plan.paused
        and not _awaits_photos(plan),
        "zone": str(participant.timezone),
        "week": [[list(hours) for hours in day] for day in week],
        "rate_per_week": plan.rate_per_week,
        "mean_seconds": agreed.mean_seconds,
        "gap_seconds": agreed.gap,
        "max_per_day": agreed.max_per_day,
        "silence_days": agreed.silence_days,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "blackouts": _blackouts(participant, now),
        "plan_seen_at": plan.updated_at,
    }


def _blackouts(participant: Participant, now: datetime) -> list[list[int]]:
    near = Hearing.objects.of(participant).filter(
        cancelled_at__isnull=True,
        starts_at__gt=now - AROUND_HEARING,
        starts_at__lt=now + HEARINGS_AHEAD,
    )
    half = int(AROUND_HEARING.total_seconds())
    return [
        [epoch(at) - half, epoch(at) + half]
        for at in near.order_by("starts_at").values_list("starts_at", flat=True).distinct()
    ]


def _same(current: DrawTerms, wanted: dict[str, Any], now: datetime) -> bool:
    plain = [name for name in wanted if name not in {"blackouts", "plan_seen_at"}]
    return all(getattr(current, name) == wanted[name] for name in plain) and (
        _starts(current.blackouts, now) == _starts(wanted["blackouts"], now)
    )


def _since(
    participant: Participant, current: DrawTerms | None, plan: Plan, now: datetime
) -> datetime:
    """From when the new terms hold: the change of the plan, or now; a whole second.

    Never before what was issued under the old ones.
    """
    at = epoch(now) + 1
    if current is None:
        return instant(at)
    if plan.updated_at > current.plan_seen_at:
        at = math.ceil(plan.updated_at.timestamp())
    issued = CheckIn.objects.filter(
        participant=participant, draw_sequence__isnull=False, issued_at__isnull=False
    ).aggregate(last=Max("planned_for"))["last"]
    floor = max(epoch(current.from_at), epoch(issued) if issued is not None else 0)
    return instant(max(at, floor + 1))


def _replace(
    participant: Participant, current: DrawTerms | None, wanted: dict[str, Any], since: datetime
) -> None:
    """End the terms in force, void what they had planned, and begin the new ones."""
    day = date.fromordinal(local_ordinal(wanted["zone"], epoch(since)))
    if current is not None:
        DrawTerms.objects.filter(pk=current.pk).update(until_at=since)
        _void(participant, since, running=wanted["running"])
    last, made_today = _drawn_before(participant, since, wanted["zone"], day)
    DrawTerms.objects.create(
        participant=participant,
        number=1 if current is None else current.number + 1,
        from_at=since,
        quiet_since=_quiet_since(current, wanted, last, day),
        last_at=last,
        made_today=made_today,
        drawn_through=day - timedelta(days=1),
        **wanted,
    )


def _quiet_since(
    current: DrawTerms | None, wanted: dict[str, Any], last: datetime | None, day: date
) -> date:
    """The local date the longest silence counts from: on across a change, anew after a pause."""
    since = day
    if current is not None and current.running:
        since = current.quiet_since
        if last is not None:
            since = max(since, date.fromordinal(local_ordinal(wanted["zone"], epoch(last))))
    return max(since, wanted["starts_on"] or since)


def _void(participant: Participant, since: datetime, *, running: bool) -> None:
    """Withdraw what was planned from `since` on: no key explains it any more.

    Someone who is not to be asked any longer is not asked what fell due just before either.
    """
    drawn = CheckIn.objects.filter(participant=participant, draw_sequence__isnull=False)
    planned = drawn.filter(state=State.PLANNED.value)
    if running:
        planned = planned.filter(planned_for__gte=since)
    why = "plan changed" if participant.closed_at is None else "supervision ended"
    for check_in in planned.select_for_update():
        move(check_in, State.CANCELLED, by=SYSTEM, now=since, reason=why)
    void = drawn.filter(state=State.CANCELLED.value, planned_for__gte=since)
    void.update(draw_sequence=None)


def _drawn_before(
    participant: Participant, since: datetime, zone: str, day: date
) -> tuple[datetime | None, int]:
    """The last drawn request before `since`, and how many there were on that local day."""
    drawn = CheckIn.objects.filter(
        participant=participant, draw_sequence__isnull=False, planned_for__lt=since
    )
    recent = drawn.filter(planned_for__gt=since - timedelta(hours=50))
    today = [
        at
        for at in recent.values_list("planned_for", flat=True)
        if at is not None and local_ordinal(zone, epoch(at)) == day.toordinal()
    ]
    return drawn.aggregate(last=Max("planned_for"))["last"], len(today)
