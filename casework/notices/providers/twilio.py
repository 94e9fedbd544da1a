"""SMS and voice by Twilio.

Twilio has no idempotency keys for messages and calls. So a second try first asks for what was
made for this address since the delivery began: the same words, or any call of ours.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.twiml.voice_response import Gather, VoiceResponse

from casework.common.twilio import client
from casework.notices.providers.base import Answer, Parcel, Told
from casework.notices.rules import Channel

OPTED_OUT = 21610
RINGS_SECONDS = 30
# How long Twilio may hold a message back (its own limits, in seconds).
SHORTEST_VALIDITY, LONGEST_VALIDITY = 60, 14_400
_CLOCKS_MAY_DIFFER = timedelta(minutes=1)
_SEARCHED = 50
_LOST = frozenset({"failed", "undelivered", "canceled", "busy", "no-answer"})

# Voices by language. No voice speaks Haitian Creole: those calls are held in French.
VOICES: dict[str, tuple[str, str]] = {
    "en": ("en-US", "Polly.Joanna"),
    "es": ("es-MX", "Polly.Mia"),
    "pt": ("pt-BR", "Polly.Camila"),
    "fr": ("fr-FR", "Polly.Celine"),
    "zh-hans": ("cmn-CN", "Polly.Zhiyu"),
    "ar": ("arb", "Polly.Zeina"),
    "ru": ("ru-RU", "Polly.Tatyana"),
    "pa": ("pa-IN", "Google.pa-IN-Standard-A"),
    "vi": ("vi-VN", "Google.vi-VN-Standard-A"),
}


class Twilio:
    name = "twilio"

    def send(self, parcel: Parcel) -> Told:
        """Hand a message or a call over; what goes wrong is an answer too."""
        try:
            made = _message(parcel) if parcel.channel is Channel.SMS else _call(parcel)
        except TwilioRestException as refused:
            return _told_of(refused)
        except ConnectTimeout:
            return Told(Answer.LATER, error="no connection")
        except (RequestException, TwilioException) as error:
            return Told(Answer.UNSURE, error=type(error).__name__)
        return Told(Answer.SENT, ref=str(made.sid))

    def find(self, parcel: Parcel) -> Told | None:
        """What an earlier try has left with Twilio."""
        try:
            made = _newest(parcel)
        except (RequestException, TwilioException) as error:
            return Told(Answer.UNSURE, error=type(error).__name__)
        if made is None:
            return None
        if str(made.status) in _LOST:
            code = getattr(made, "error_code", None)
            return Told(Answer.REFUSED, ref=str(made.sid), error=str(code or made.status))
        return Told(Answer.SENT, ref=str(made.sid))

    def ask(self) -> Told | None:
        """Our account, which costs nothing."""
        try:
            client().api.accounts(settings.TWILIO_ACCOUNT_SID).fetch()
        except (RequestException, TwilioException) as error:
            return Told(Answer.LATER, error=type(error).__name__)
        return Told(Answer.SENT)


def _message(parcel: Parcel) -> Any:
    sender = {"from_": settings.TWILIO_FROM}
    if settings.TWILIO_MESSAGING_SERVICE_SID:
        sender = {"messaging_service_sid": settings.TWILIO_MESSAGING_SERVICE_SID}
    return client().messages.create(
        to=parcel.address,
        body=parcel.body,
        status_callback=_callback(parcel, "status"),
        validity_period=min(max(parcel.seconds_left, SHORTEST_VALIDITY), LONGEST_VALIDITY),
        **sender,
    )


def _call(parcel: Parcel) -> Any:
    return client().calls.create(
        to=parcel.address,
        from_=settings.TWILIO_FROM,
        twiml=str(words_of_call(parcel)),
        status_callback=_callback(parcel, "status"),
        status_callback_event=["completed"],
        machine_detection="Enable",
        timeout=RINGS_SECONDS,
    )


def words_of_call(parcel: Parcel) -> VoiceResponse:
    """The message, twice, with a key to confirm it."""
    language, voice = VOICES[parcel.language]
    call = VoiceResponse()
    for _ in range(2):
        asked = Gather(num_digits=1, timeout=6, action=_callback(parcel, "heard"))
        asked.say(parcel.body, language=language, voice=voice)
        call.append(asked)
    return call


def _newest(parcel: Parcel) -> Any | None:
    """The message or call of an earlier try, if there is one."""
    since = parcel.created_at - _CLOCKS_MAY_DIFFER
    kind = client().messages if parcel.channel is Channel.SMS else client().calls
    for made in kind.list(to=parcel.address, limit=_SEARCHED):
        same = parcel.channel is not Channel.SMS or made.body == parcel.body
        if same and made.date_created is not None and made.date_created >= since:
            return made
    return None


def _callback(parcel: Parcel, about: str) -> str:
    path = reverse(f"notices:{about}", args=[parcel.key])
    return f"{settings.PUBLIC_URL}{path}"


def _told_of(refused: TwilioRestException) -> Told:
    code = str(refused.code or refused.status)
    if refused.code == OPTED_OUT:
        return Told(Answer.STOPPED, error=code)
    if refused.status == 400:
        return Told(Answer.REFUSED, error=code)
    if refused.status >= 500:
        return Told(Answer.UNSURE, error=code)
    return Told(Answer.LATER, error=code)  # too many at once, or our account is not right
