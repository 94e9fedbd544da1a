"""Plays the telephone provider for the demonstration: signs, asks our webhooks, reads TwiML."""

import io
import math
import secrets
import struct
import wave
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import requests
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from twilio.request_validator import RequestValidator

from checkins.phone.outbound import ANSWER_PATH, STATUS_PATH
from checkins.phone.rules import LARGEST_RECORDING

UNKNOWN = "anonymous"
SECONDS = 15
KEPT_SECONDS = 900
_RATE = 8000


class NoAnswer(Exception):
    """Our own server did not play along; the message says so to the visitor."""


@dataclass(frozen=True)
class Call:
    """A call as the telephone knows it. `said` is pairs of language and sentence."""

    sid: str
    caller: str
    said: list[list[str]] = field(default_factory=list)
    verb: str = ""
    action: str = ""
    keys: int = 0


def dial(caller: str) -> Call:
    return _ask(Call(f"CA{secrets.token_hex(16)}", caller), ANSWER_PATH)


def pick_up(public_id: str) -> Call:
    """Answer a call of ours."""
    return _ask(Call(f"CA{secrets.token_hex(16)}", UNKNOWN), f"{ANSWER_PATH}?call={public_id}")


def press(call: Call, digits: str) -> Call:
    return _ask(call, call.action, Digits=digits)


def speak(call: Call, sound: bytes | None) -> Call:
    """Send a sound that the visitor has recorded, or a sample."""
    sound = sound or sample_sound()
    sid = f"RE{secrets.token_hex(16)}"
    cache.set(kept_under(sid), sound[:LARGEST_RECORDING], timeout=KEPT_SECONDS)
    where = f"{settings.PUBLIC_URL}/demo/phone/recordings/{sid}"
    return _ask(call, call.action, RecordingUrl=where, RecordingSid=sid, RecordingDuration="3")


def hang_up(call: Call) -> None:
    _post(call, STATUS_PATH, {"CallStatus": "completed"})


def kept_under(sid: str) -> str:
    return f"simulated recording {sid}".replace(" ", "-")


def sample_sound() -> bytes:
    """Two seconds of three tones: a sound to listen to, and nobody's voice."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        tones = [440.0, 554.37, 659.25]
        for n in range(2 * _RATE):
            tone = tones[n * len(tones) // (2 * _RATE)]
            height = int(9000 * math.sin(2 * math.pi * tone * n / _RATE))
            out.writeframesraw(struct.pack("<h", height))
    return file.getvalue()


def _ask(call: Call, path: str, **fields: str) -> Call:
    answer = _post(call, path, {"CallStatus": "in-progress", **fields})
    root = ElementTree.fromstring(answer)  # noqa: S314 - our own server's answer
    said = [[one.attrib.get("language", ""), one.text or ""] for one in root.iter("Say")]
    asks = next((one for one in root if one.tag in {"Gather", "Record"}), None)
    if asks is None:
        hang_up(call)
        return replace(call, said=said, verb="Hangup", action="")
    where = urlsplit(asks.attrib["action"])
    keys = int(asks.attrib.get("numDigits", 0))
    action = f"{where.path}?{where.query}"
    return replace(call, said=said, verb=asks.tag, action=action, keys=keys)


def _post(call: Call, path: str, fields: dict[str, str]) -> str:
    sent = {"CallSid": call.sid, "From": call.caller, "To": settings.PHONE_NUMBER, **fields}
    address = f"{settings.PUBLIC_URL}{path}"
    signature = RequestValidator(settings.TWILIO_AUTH_TOKEN).compute_signature(address, sent)
    try:
        answer = requests.post(
            address, data=sent, headers={"X-Twilio-Signature": signature}, timeout=SECONDS
        )
        answer.raise_for_status()
    except requests.RequestException as error:
        raise NoAnswer(_("The telephone gets no answer. Please try again.")) from error
    return answer.text
