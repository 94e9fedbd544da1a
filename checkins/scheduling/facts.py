"""The facts of a person's day: with the day's key, all that its draws follow from."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from casework.common.errors import RuleError
from casework.participants.models import Participant
from checkins.draw import FEW, DayOfDraws, Draw, Rule, draw_within
from checkins.draw.allowed import AllowedDay
from checkins.draw.terms import LONGEST_GAP
from checkins.models import CheckIn, DrawKey, DrawTerms
from checkins.scheduling.cells import as_terms, before_day, epoch

NAMES = ("sequence", "mean", "gap", "left", "earliest", "until")
_MOST_PIECES = 100
_LARGEST = 2**40
_SURROUNDINGS = timedelta(hours=40)


def facts_of_day(participant: Participant, day: date) -> list[dict[str, Any]]:
    """One set of facts for each of the terms in force on the day; only once its key is shown."""
    if not DrawKey.objects.filter(day=day, revealed_at__isnull=False).exists():
        return []
    noon = datetime.combine(day, time(12), UTC)
    rows = DrawTerms.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=noon - _SURROUNDINGS),
        participant=participant,
        from_at__lt=noon + _SURROUNDINGS,
        running=True,
    )
    found = [_facts(row, participant, day) for row in rows.order_by("number")]
    return [facts for facts in found if facts["allowed"] and facts["earliest"] < facts["until"]]


def _facts(row: DrawTerms, participant: Participant, day: date) -> dict[str, Any]:
    terms, ordinal = as_terms(row), day.toordinal()
    earlier = CheckIn.objects.filter(
        participant=participant,
        draw_day__lt=day,
        draw_sequence__range=(row.number * FEW, row.number * FEW + FEW - 1),
    )
    drawn = [epoch(at) for at in earlier.values_list("planned_for", flat=True) if at is not None]
    before = before_day(row, ordinal, drawn)
    prepared = DayOfDraws(terms, ordinal)
    rule = prepared.rule(before, epoch(row.from_at))
    end = prepared.allowed.pieces[-1][1] if prepared.allowed.pieces else 0
    until = end if row.until_at is None else min(end, epoch(row.until_at))
    within = (row.starts_on or day) <= day <= (row.ends_on or day)
    return {
        "participant": str(participant.public_id),
        "day": day.isoformat(),
        "zone": row.zone,
        "allowed": [list(piece) for piece in prepared.allowed.pieces] if within else [],
        "sequence": row.number * FEW,
        "mean": rule.mean,
        "gap": rule.gap,
        "left": rule.left,
        "earliest": rule.earliest,
        "until": until,
        "certain": rule.certain,
    }


def recompute(facts: Any) -> list[Draw]:
    """The draws of a day from facts that anyone may have written.

    Raises `RuleError` when they are no facts, or the day's key is not shown yet.
    """
    checked = _checked(facts)
    day, who = _day(checked["day"]), _who(checked["participant"])
    key = DrawKey.objects.filter(day=day, revealed_at__isnull=False).first()
    if key is None:
        raise RuleError(_("The key of this day is not shown yet, or there is none."), field="day")
    sequence, mean, gap, left, earliest, until = (checked[name] for name in NAMES)
    drawn = draw_within(
        bytes.fromhex(key.revealed_key),
        who,
        _allowed(checked["allowed"]),
        Rule(mean, min(gap, LONGEST_GAP), min(left, FEW), earliest, bool(checked["certain"])),
        sequence,
    )
    return [draw for draw in drawn if draw.at < until]


def _checked(facts: Any) -> Mapping[str, Any]:
    wanted = {"participant", "day", "allowed", "certain", *NAMES}
    if not isinstance(facts, dict) or not wanted <= set(facts):
        raise RuleError(_("These are not the facts of a day: something is missing."))
    if not all(type(facts[name]) is int and 0 <= facts[name] < _LARGEST for name in NAMES):
        raise RuleError(_("These are not the facts of a day: a number is wrong."))
    return facts


def _day(given: Any) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(given)):
        raise RuleError(_("A day is written as 2026-06-11."), field="day")
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise RuleError(_("There is no such day."), field="day") from error


def _who(given: Any) -> UUID:
    try:
        return UUID(str(given))
    except ValueError as error:
        raise RuleError(_("This is not a participant's id."), field="participant") from error


def _allowed(given: Any) -> AllowedDay:
    """Pieces of a day: pairs of whole seconds, in order, at most 26 hours apart."""
    wrong = RuleError(_("These are not the facts of a day: its allowed time is wrong."))
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_PIECES:
        raise wrong
    edges: list[int] = []
    for piece in given:
        if not isinstance(piece, list) or len(piece) != 2 or {type(p) for p in piece} != {int}:
            raise wrong
        edges += piece
    in_order = edges == sorted(edges) and edges[0] >= 0 and edges[-1] - edges[0] <= 26 * 3600
    if not in_order:
        raise wrong
    return AllowedDay.of((start, end) for start, end in given)
