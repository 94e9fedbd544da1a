"""One act for many people: who would be left out and why, the act, and taking it back.

Each person's is an act of its own, with its line in the file: one who cannot be asked does not
keep the others from it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from casework.common.errors import RuleError
from casework.faults import services as faults
from casework.notes.services import write
from casework.participants.models import Participant
from casework.participants.querysets import ParticipantQuerySet
from casework.staff.models import User
from checkins.lifecycle import REQUESTS_A_DAY, request_check_in, withdraw
from checkins.models import ActForSeveral, CheckIn, DrawTerms, Plan, Several
from checkins.plans import set_plan, terms_of
from checkins.rules import A_DAY, Lately, why_not_asked
from checkins.states import State


@dataclass
class Outcome:
    """`done`: what may be taken back, as `Act.undo` knows it; `left_out`: whom (id), and why."""

    done: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Act:
    """`why_not(person, now)`: empty for whom it is done."""

    why_not: Callable[[Any, datetime], str]
    do: Callable[[Participant, User, str, datetime], str]
    undo: Callable[[User, str, datetime], None]


def with_lately(people: ParticipantQuerySet, now: datetime) -> QuerySet[Any]:
    """Adds what `why_not` goes by, in the same query."""
    issued = CheckIn.objects.issued().filter(participant=OuterRef("pk"))
    counted = issued.exclude(state=State.CANCELLED.value).filter(issued_at__gt=now - A_DAY)
    asked = counted.filter(origin=CheckIn.Origin.OFFICER_REQUESTED)
    terms = DrawTerms.objects.filter(participant=OuterRef("pk"), until_at__isnull=True)
    last = issued.exclude(state=State.CANCELLED.value).order_by("-issued_at")
    waiting = CheckIn.objects.to_answer().filter(participant=OuterRef("pk"))
    rows: QuerySet[Any] = people.select_related("plan", "credential", "office").annotate(
        waiting_pk=Subquery(waiting.values("pk")[:1]),
        issued_lately=_number(counted),
        asked_lately=_number(asked),
        last_issued_at=Subquery(last.values("issued_at")[:1]),
        gap_seconds=Subquery(terms.values("gap_seconds")[:1]),
        most_a_day=Subquery(terms.values("max_per_day")[:1]),
    )
    return rows


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("participant").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def perform(act: Act, people: Iterable[Any], reason: str, *, by: User, now: datetime) -> Outcome:
    """`people` are rows of `with_lately`. Raises `RuleError` only without a reason."""
    if not reason.strip():
        raise RuleError("Say why.", field="reason")
    outcome, done = Outcome(), {}
    for person in people:
        why = act.why_not(person, now)
        try:
            if not why:
                with transaction.atomic():
                    done[person.pk] = act.do(person, by, reason.strip(), now)
        except RuleError as refused:
            why = str(refused)
        if why:
            outcome.left_out.append((str(person.public_id), why))
    # They are taken back in one transaction: by participant, as `lifecycle.last` wants it.
    outcome.done = [done[pk] for pk in sorted(done)]
    return outcome


def keep(kind: str, outcome: Outcome, *, by: User, now: datetime) -> None:
    """For the way back. A second press finds nothing left to do: what the first did stays shown."""
    newest = ActForSeveral.objects.visible_to(by).first()
    if outcome.done or newest is None or not _is_repeated(newest, kind, outcome, now):
        ActForSeveral.objects.create(
            kind=kind, made_by=by, made_at=now, done=outcome.done, left_out=outcome.left_out
        )


def _is_repeated(first: ActForSeveral, kind: str, outcome: Outcome, now: datetime) -> bool:
    """Whether nobody is left out now but people whom `first`, which still stands, was for."""
    if first.kind != kind or first.taken_back_at is not None or now >= first.until:
        return False
    return {person for person, _why in outcome.left_out} <= _people_of(first)


def _people_of(made: ActForSeveral) -> set[str]:
    """Public ids: whom it was done for, and who was left out."""
    keys = [key.partition(" ")[0] for key in made.done]
    rows: Any = CheckIn.objects if made.kind == Several.REQUEST else Plan.objects
    done = rows.filter(public_id__in=keys).values_list("participant__public_id", flat=True)
    return {str(one) for one in done} | {person for person, _why in made.left_out}


@transaction.atomic
def take_back(public_id: UUID, *, by: User, now: datetime) -> tuple[int, int]:
    """How many were taken back, and how many had moved on, and stay.

    Raises `RuleError` when its time is over, when it is taken back, or when it is somebody else's.
    """
    rows = ActForSeveral.objects.visible_to(by).to_take_back(now).select_for_update()
    made = rows.filter(public_id=public_id).first()
    if made is None:
        raise RuleError("There is nothing that can still be taken back.")
    made.taken_back_at = now
    made.save(update_fields=["taken_back_at"])
    number = sum(_taken_back(ACTS[made.kind], key, by, now) for key in made.done)
    return number, made.number - number


def _taken_back(act: Act, key: str, by: User, now: datetime) -> bool:
    try:
        with transaction.atomic():
            act.undo(by, key, now)
    except RuleError:
        return False
    return True


def _not_asked(person: Any, now: datetime) -> str:
    fault = faults.blocking(now) is not None
    lately = Lately(
        signed_in=hasattr(person, "credential"),
        waiting=person.waiting_pk is not None,
        asked=person.asked_lately,
        issued=person.issued_lately,
        last_issued_at=person.last_issued_at,
        gap_seconds=person.gap_seconds,
        most_a_day=person.most_a_day,
    )
    return why_not_asked(lately, now, most_asked=REQUESTS_A_DAY, fault=fault)


def _ask(person: Participant, by: User, reason: str, now: datetime) -> str:
    return str(request_check_in(person, by=by, reason=reason, now=now).public_id)


def _take_back_request(by: User, key: str, now: datetime) -> None:
    rows = CheckIn.objects.visible_to(by).filter(public_id=key, state=State.OPEN.value)
    check_in = rows.filter(requested_by=by, attempts__isnull=True).first()
    if check_in is None:
        raise RuleError("It is answered already.")
    withdraw(check_in, by=by, reason="Taken back with the others.", now=now)


def _pausing(*, paused: bool) -> Act:
    """Pausing and going on are each other's undo."""
    word = "Check-ins paused" if paused else "Check-ins go on"

    def why_not(person: Any, _now: datetime) -> str:
        if not hasattr(person, "plan"):
            return "has no plan yet"
        if person.plan.paused == paused:
            return "is paused already" if paused else "is not paused"
        return ""

    def do(person: Participant, by: User, reason: str, now: datetime) -> str:
        plan = set_plan(person, replace(terms_of(person.plan), paused=paused), by=by, now=now)
        write(person, f"{word}: {reason}", by=by, now=now)
        return f"{plan.public_id} {plan.updated_at.isoformat()}"

    def undo(by: User, key: str, now: datetime) -> None:
        public_id, _, changed_at = key.partition(" ")
        seen = Participant.objects.visible_to(by).values("pk")
        rows = Plan.objects.filter(public_id=public_id, paused=paused, participant__in=seen)
        locked = rows.select_for_update(of=("self",)).select_related("participant")
        plan = locked.first()
        if plan is None or plan.updated_at.isoformat() != changed_at:
            raise RuleError("Somebody has changed the plan since.")
        set_plan(plan.participant, replace(terms_of(plan), paused=not paused), by=by, now=now)
        write(plan.participant, f"{word}: taken back.", by=by, now=now)

    return Act(why_not, do, undo)


ACTS: dict[str, Act] = {
    "request": Act(_not_asked, _ask, _take_back_request),
    "pause": _pausing(paused=True),
    "resume": _pausing(paused=False),
}
