"""Recomputing the draws of a day from its key, and comparing them with what was asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from casework.common.sealing import SealBroken
from checkins.draw import FEW
from checkins.models import CheckIn, CheckInEvent, DrawKey, DrawTerms
from checkins.scheduling.cells import Cells, as_terms, before_day, epoch, instant
from checkins.scheduling.keys import secret
from checkins.states import State

BATCH = 500
_EITHER_SIDE = timedelta(
    hours=40
)  # of noon in UTC: there the date is over, or not begun, everywhere
_LONGEST_WINDOW = timedelta(days=1)

Name = tuple[int, int]  # participant (primary key), sequence number


@dataclass
class Verdict:
    """Counts over a day. It holds when the lists are empty and the key is the one committed to."""

    day: date
    commitment_holds: bool
    participants: int = 0
    draws: int = 0
    issued: int = 0
    cancelled: int = 0
    waiting: int = 0
    missing: list[Name] = field(default_factory=list)  # drawn, but no check-in
    extra: list[Name] = field(default_factory=list)  # a drawn check-in that no key explains
    altered: list[Name] = field(default_factory=list)  # not at its drawn time, or issued before it
    unexplained: list[Name] = field(default_factory=list)  # given up, and no reason in its log

    @property
    def holds(self) -> bool:
        wrong = self.missing or self.extra or self.altered or self.unexplained
        return self.commitment_holds and not wrong


def verify_day(day: date, now: datetime) -> Verdict:
    """Compare a date's drawn check-ins with the draws that its key gives.

    Uses the published key, or the sealed one as long as it is not shown. Raises
    `DrawKey.DoesNotExist` where there is none.
    """
    key = DrawKey.objects.get(day=day)
    try:
        secret(key)
    except (ValueError, SealBroken):
        return Verdict(day, commitment_holds=False)
    verdict = Verdict(day, commitment_holds=True)
    cells = Cells({day: key})
    in_force = _in_force_on(day)
    people = in_force.order_by("participant_id").values_list("participant_id", flat=True).distinct()
    after = 0
    while batch := list(people.filter(participant_id__gt=after)[:BATCH]):
        rows = list(in_force.filter(participant__in=batch).select_related("participant"))
        expected = _expected(rows, day, cells, now)
        _compare(expected, _actual(day).filter(participant__in=batch), verdict, now)
        verdict.participants += len(batch)
        after = batch[-1]
    strangers = _actual(day).exclude(participant__in=people)
    _compare({}, strangers, verdict, now)
    return verdict


def _in_force_on(day: date) -> QuerySet[DrawTerms]:
    """Terms in force at some moment of the date, in whatever zone."""
    noon = datetime.combine(day, time(12), UTC)
    return DrawTerms.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=noon - _EITHER_SIDE),
        from_at__lt=noon + _EITHER_SIDE,
        running=True,
    )


def _expected(
    rows: Sequence[DrawTerms], day: date, cells: Cells, now: datetime
) -> dict[Name, datetime]:
    """What the key draws for these terms; nothing yet for a day still to be drawn."""
    last = _last_before(rows, day)
    found = {}
    for row in rows:
        to_come = row.until_at is None and row.drawn_through < day
        if to_come and now < datetime.combine(day, time(12), UTC) + _EITHER_SIDE:
            continue
        drawn = last.get((row.participant_id, row.number), [])
        before = before_day(row, day.toordinal(), drawn)
        for draw in cells.draw(row, as_terms(row), day.toordinal(), before):
            found[row.participant_id, draw.sequence] = instant(draw.at)
    return found


def _last_before(rows: Sequence[DrawTerms], day: date) -> dict[Name, list[int]]:
    """By participant and terms: the last request drawn before the day."""
    last = (
        CheckIn.objects.filter(
            participant__in={row.participant_id for row in rows},
            draw_sequence__isnull=False,
            draw_day__lt=day,
        )
        .order_by()
        .values("participant_id", number=F("draw_sequence") / FEW)
        .annotate(last=Max("planned_for"))
    )
    found: dict[Name, list[int]] = defaultdict(list)
    for entry in last:
        found[entry["participant_id"], entry["number"]].append(epoch(entry["last"]))
    return found


def _actual(day: date) -> QuerySet[CheckIn]:
    reasoned = CheckInEvent.objects.filter(
        check_in=OuterRef("pk"), to_state=State.CANCELLED.value
    ).exclude(reason="")
    drawn: QuerySet[CheckIn] = CheckIn.objects.filter(draw_day=day, draw_sequence__isnull=False)
    return drawn.annotate(reasoned=Exists(reasoned)).order_by()


def _compare(
    expected: dict[Name, datetime], actual: QuerySet[CheckIn], verdict: Verdict, now: datetime
) -> None:
    verdict.draws += len(expected)
    seen = set()
    for row in actual:
        name = row.participant_id, row.draw_sequence or 0
        seen.add(name)
        if name not in expected:
            verdict.extra.append(name)
        elif row.planned_for != expected[name] or _issued_early(row):
            verdict.altered.append(name)
        _count(row, name, verdict, now)
    verdict.missing += sorted(set(expected) - seen)


def _issued_early(row: CheckIn) -> bool:
    return (
        row.issued_at is not None
        and row.planned_for is not None
        and row.issued_at < row.planned_for
    )


def _count(row: CheckIn, name: Name, verdict: Verdict, now: datetime) -> None:
    if row.issued_at is not None:
        verdict.issued += 1
    elif row.state == State.CANCELLED.value:
        verdict.cancelled += 1
        if not row.reasoned:  # type: ignore[attr-defined]
            verdict.unexplained.append(name)
    else:
        verdict.waiting += 1
        if row.planned_for is not None and row.planned_for < now - _LONGEST_WINDOW:
            verdict.unexplained.append(name)
