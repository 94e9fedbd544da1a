"""What to do now, the next hearing, and what came of the last check-ins."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casework.common import clock
from casework.findings.clock_of_answers import move_ends
from casework.findings.models import Finding
from casework.hearings import telling_visits
from casework.hearings.models import Appointment, Hearing
from casework.messages.models import Message
from casework.participants.consent import is_of_today, latest_consent
from casework.participants.models import Participant
from casework.transfers.models import HandOver
from checkins.lifecycle import mark_delivered
from checkins.models import CheckIn
from checkins.states import WAITING_FOR_PARTICIPANT, State
from smartlink.portal.answers import why_not
from smartlink.portal.gates import for_participant
from smartlink.portal.letters import with_letters
from smartlink.portal.trouble import is_on, with_time_given_back
from smartlink.portal.views.hearings import changes_to_see

RECENT = 5
OFFERED_LATE = timedelta(days=2)


@for_participant
def home(request: HttpRequest, participant: Participant) -> HttpResponse:
    now = clock.now()
    mine = CheckIn.objects.of(participant)
    current = mine.to_answer().first()
    if current is not None:
        mark_delivered(current, now=now)
        with_time_given_back(current, now)
    waiting = [state.value for state in WAITING_FOR_PARTICIPANT]
    recent = list(mine.exclude(state__in=waiting).order_by("-issued_at")[:RECENT])
    with_letters(participant, recent)
    current = current or _late(recent, now)
    hearings = Hearing.objects.of(participant)
    news = _news(participant, now)
    consent = latest_consent(participant)
    context = {
        "participant": participant,
        "now": now,
        "trouble": is_on(now),
        "current": current,
        "why_not": why_not(current) if current is not None else "",
        "waits": current is None and any(news.values()),
        **news,
        "new_officer": HandOver.objects.of(participant).news(now).with_names().first(),
        "hearing": hearings.with_dispute(now).to_come(now).select_related("court").first(),
        "visit": Appointment.objects.of(participant).to_come(now).first(),
        "withdrawn": consent is not None and consent.withdrawn_at is not None,
        "agreed_today": is_of_today(consent),
        "recent": recent,
    }
    return render(request, "portal/home.html", context)


def _late(recent: list[CheckIn], now: datetime) -> CheckIn | None:
    """The last one, if it was missed of late: few would guess that it can still be answered."""
    last = recent[0] if recent else None
    if last is None or last.state != State.MISSED.value or getattr(last, "letter", None):
        return None
    is_fresh = last.deadline_at is not None and last.deadline_at > now - OFFERED_LATE
    return last if is_fresh else None


def _news(participant: Participant, now: datetime) -> dict[str, Any]:
    """What waits to be read, seen or answered beside a check-in."""
    letters = list(Finding.objects.of(participant).awaiting_answer().order_by("proposed_at"))
    move_ends(letters, now)
    return {
        "letters": letters,
        "new_messages": Message.objects.of(participant).unseen().count(),
        "changes": changes_to_see(participant, now),
        "visit_changes": telling_visits.news(participant, now),
    }
