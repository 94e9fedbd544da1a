"""The public pages of the draws, and a participant's own."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.common import clock
from casework.common.errors import RuleError, TooOften
from casework.participants.models import Participant
from checkins.models import CheckIn, DrawKey
from checkins.receipts import check
from checkins.receipts.signing import LONGEST
from checkins.scheduling.cells import instant
from checkins.scheduling.facts import facts_of_day, recompute
from checkins.scheduling.keys import over_everywhere_at
from smartlink.portal import slowing
from smartlink.portal.gates import for_anyone, for_participant, keep_private

PROGRAM = (Path(__file__).parent / "recompute.txt").read_text()
DAYS_SHOWN = 30
MOST_KEYS = 400
OWN_DAYS = 14
LONGEST_FACTS = 10_000


@dataclass(frozen=True)
class Day:
    """A date's key as the public may know it now."""

    key: DrawKey
    shown_after: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone
def index(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """The keys of the last days; a POST recomputes a day from the facts that are given."""
    pasted = request.POST.get("facts", "")[:LONGEST_FACTS]
    context: dict[str, Any] = {
        "participant": participant,
        "days": [
            Day(key, over_everywhere_at(key.day)) for key in DrawKey.objects.all()[:DAYS_SHOWN]
        ],
        "program": PROGRAM,
        "facts": pasted,
    }
    if request.method == "POST":
        context |= _answer(pasted)
    return render(
        request, "draws/index.html", context, status=400 if context.get("refused") else 200
    )


def _answer(pasted: str) -> dict[str, Any]:
    try:
        drawn = recompute(json.loads(pasted))
    except RuleError as refused:
        return {"refused": str(refused)}
    except (ValueError, RecursionError):
        return {"refused": "These are not facts: copy all of the text, from { to }."}
    return {"times": [instant(draw.at) for draw in drawn], "asked": True}


@require_GET
@for_anyone
def keys_json(request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    """Up to 400 days, newest first; `?before=2026-06-11` for earlier ones."""
    keys = DrawKey.objects.all()
    before = request.GET.get("before")
    if before is not None:
        until = _date(before)
        if until is None:
            return JsonResponse({"title": "`before` is a date such as 2026-06-11."}, status=400)
        keys = keys.filter(day__lt=until)
    response = JsonResponse({"keys": [_as_json(key) for key in keys[:MOST_KEYS]]})
    patch_cache_control(response, public=True, max_age=60)
    return response


def _as_json(key: DrawKey) -> dict[str, Any]:
    return {
        "day": key.day.isoformat(),
        "sha256": key.sha256,
        "published_at": key.published_at.isoformat(),
        "key": key.revealed_key or None,
        "revealed_at": key.revealed_at.isoformat() if key.revealed_at else None,
    }


def _date(given: str) -> date | None:
    try:
        return parse_date(given)
    except ValueError:
        return None


@require_GET
@for_anyone
def program(_request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    """The program that recomputes a day, to read and to run."""
    return HttpResponse(PROGRAM, content_type="text/plain; charset=utf-8")


@dataclass(frozen=True)
class OwnDay:
    """One of a participant's days: its facts, what the key gives, and what was asked.

    `noon` is of the day where the participant is.
    """

    day: date
    noon: datetime
    facts: list[str]
    drawn: list[datetime]
    asked: list[CheckIn]


@require_GET
@for_participant
def mine(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The participant's own days whose keys are shown, each with its facts and its times."""
    today = clock.now().date()
    shown = DrawKey.objects.filter(
        revealed_at__isnull=False, day__gt=today - timedelta(days=OWN_DAYS)
    )
    days = [_own_day(participant, key.day) for key in shown]
    context = {"participant": participant, "days": [day for day in days if day.facts]}
    return render(request, "draws/mine.html", context)


def _own_day(participant: Participant, day: date) -> OwnDay:
    asked = CheckIn.objects.filter(
        participant=participant, draw_day=day, draw_sequence__isnull=False
    )
    return _day_of(participant, day, list(asked.order_by("planned_for")))


def _day_of(participant: Participant, day: date, asked: list[CheckIn]) -> OwnDay:
    facts = facts_of_day(participant, day)
    return OwnDay(
        day,
        datetime.combine(day, time(12), participant.timezone),
        [json.dumps(one, separators=(", ", ": ")) for one in facts],
        sorted(instant(draw.at) for one in facts for draw in recompute(one)),
        asked,
    )


@require_POST
@for_anyone
def from_receipt(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """The day of the check-in that a receipt is for: its holder may compute that day again."""
    given = request.POST.get("receipt", "")[:LONGEST].strip()
    context: dict[str, Any] = {"participant": participant, "given": given}
    try:
        slowing.count_receipt_check(request)
    except TooOften as refusal:
        return _receipt_page(request, {**context, "refused": str(refusal)}, status=429)
    checked = check(given)
    if checked is None or checked.receipt is None:
        refused = "This is not a receipt of ours, or its check-in is no longer on record."
        return _receipt_page(request, {**context, "refused": refused}, status=400)
    return _receipt_page(request, context | _drawn_for(checked.receipt.check_in), status=200)


def _drawn_for(check_in: CheckIn) -> dict[str, Any]:
    """What the page of a genuine receipt shows, once the key of its day is shown."""
    day = check_in.draw_day
    if day is None or check_in.draw_sequence is None:
        return {"by_hand": True}
    if not DrawKey.objects.filter(day=day, revealed_at__isnull=False).exists():
        return {"locked_until": over_everywhere_at(day)}
    return {"check_in": check_in, "day": _day_of(check_in.participant, day, [check_in])}


def _receipt_page(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return keep_private(render(request, "draws/receipt.html", context, status=status))
