"""What providers and phones call: receipts, keys pressed, text messages to us, push shown."""

from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from casework.common import clock
from casework.common.twilio import from_twilio, spoken
from casework.notices import inbound, receipts
from casework.notices.models import Delivery
from casework.notices.providers.twilio import VOICES
from casework.notices.providers.webpush import SHOWN
from casework.notices.rules import Channel
from casework.notices.services import note_delivered

BY_PHONE = [Channel.SMS.value, Channel.VOICE.value]


def _delivery(request: HttpRequest, key: UUID) -> tuple[Delivery, receipts.Status]:
    """The delivery that a signed report is about; anything that does not fit is unknown."""
    sent = request.POST
    status = receipts.Status(
        ref=sent.get("MessageSid") or sent.get("CallSid") or "",
        word=sent.get("MessageStatus") or sent.get("CallStatus") or "",
        to=sent.get("To", ""),
        answered_by=sent.get("AnsweredBy", ""),
        error=sent.get("ErrorCode", ""),
    )
    delivery = get_object_or_404(Delivery, public_id=key, channel__in=BY_PHONE, attempts__gt=0)
    if not receipts.belongs(delivery, status):
        raise Http404
    return delivery, status


@from_twilio
def status(request: HttpRequest, key: UUID) -> HttpResponse:
    """How a message or a call fares."""
    delivery, reported = _delivery(request, key)
    receipts.heed(delivery, reported, now=clock.now())
    return HttpResponse(status=204)


@from_twilio
def heard(request: HttpRequest, key: UUID) -> HttpResponse:
    """A key was pressed during the call: somebody has heard it."""
    delivery, reported = _delivery(request, key)
    if request.POST.get("Digits"):
        note_delivered(delivery, now=clock.now(), ref=reported.ref)
    language, voice = VOICES[delivery.language]
    answer = VoiceResponse()
    with translation.override(delivery.language):
        answer.say(_("Thank you. Goodbye."), language=language, voice=voice)
    return spoken(answer)


@from_twilio
def sms(request: HttpRequest) -> HttpResponse:
    """A text message to our number."""
    sent = request.POST
    sid, phone = sent.get("MessageSid", ""), sent.get("From", "")
    if not 0 < len(sid) <= 64 or not 0 < len(phone) <= 20:
        return HttpResponse(status=400)
    said = inbound.hear(sid, phone, sent.get("Body", ""), now=clock.now())
    answer = MessagingResponse()
    if said.answer:
        answer.message(said.answer)
    return spoken(answer)


@csrf_exempt
@require_POST
def shown(_request: HttpRequest, signed: str) -> HttpResponse:
    """The service worker of a phone has shown a notice; only that phone was sent this address."""
    try:
        key = UUID(SHOWN.unsign(signed))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    delivery = get_object_or_404(Delivery, public_id=key, channel=Channel.PUSH.value)
    note_delivered(delivery, now=clock.now())
    return HttpResponse(status=204)


shown.gate = "signed address"  # type: ignore[attr-defined]
