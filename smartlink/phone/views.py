"""The webhooks of a call: begun, answered at a turn, ended. Each hears TwiML and keeps nothing."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from casework.common import clock
from casework.common.nudges import nudge
from casework.common.twilio import from_twilio, spoken
from checkins import tasks
from checkins.models import PhoneCall
from checkins.phone import flow
from checkins.phone.outbound import TURN_PATH
from checkins.phone.script import Turn
from checkins.phone.twiml import as_twiml

LONGEST_ID = 64


@from_twilio
def call(request: HttpRequest) -> HttpResponse:
    """A call has begun: `call` in the query names one of ours, else somebody calls us."""
    now, provider_id = clock.now(), _provider_id(request)
    if "call" not in request.GET:
        return _spoken(flow.begin(provider_id, request.POST.get("From", ""), now=now))
    ours = _named(request.GET["call"])
    if ours is None:
        return HttpResponse(status=404)
    return _spoken(flow.picked_up(provider_id, ours, now=now))


@from_twilio
def turn(request: HttpRequest) -> HttpResponse:
    """The caller has pressed keys, spoken, or done nothing."""
    provider_id = _provider_id(request)
    heard = flow.Heard(
        digits=request.POST.get("Digits", "")[:20],
        recording=request.POST.get("RecordingUrl", ""),
        seconds=_whole(request.POST.get("RecordingDuration", "")),
    )
    answer = flow.take(provider_id, _whole(request.GET.get("turn", "")), heard, now=clock.now())
    if heard.recording:
        _nudge_fetch(provider_id)
    return _spoken(answer)


@from_twilio
def status(request: HttpRequest) -> HttpResponse:
    """The provider's last word on a call."""
    flow.ended(_provider_id(request), request.POST.get("CallStatus", ""), now=clock.now())
    return HttpResponse(status=204)


def _nudge_fetch(provider_id: str) -> None:
    waiting = PhoneCall.objects.filter(provider_id=provider_id, next_fetch_at__isnull=False)
    for pk in waiting.values_list("pk", flat=True):
        nudge(tasks.fetch_recording, pk)


def _provider_id(request: HttpRequest) -> str:
    return request.POST.get("CallSid", "")[:LONGEST_ID]


def _named(given: str) -> PhoneCall | None:
    try:
        public_id = UUID(given)
    except ValueError:
        return None
    return PhoneCall.objects.filter(
        public_id=public_id, direction=PhoneCall.Direction.OUTBOUND
    ).first()


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else -1


def _spoken(answer: Turn) -> HttpResponse:
    return spoken(as_twiml(answer, f"{settings.PUBLIC_URL}{TURN_PATH}"))
