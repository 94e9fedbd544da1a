"""Who carries our calls. Touches no database; Twilio, or a server that speaks like it."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioException

from casework.common.twilio import client
from checkins.phone.rules import LARGEST_RECORDING

SECONDS = 10


class NotCarried(Exception):
    """The provider did not do it, or nobody knows whether it did. `code` names no person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Ring:
    """A call to be placed: the number, and where the provider asks what to say."""

    to: str
    answer_at: str
    status_at: str


class VoiceProvider(Protocol):
    def ring(self, ring: Ring) -> str | None:
        """Place the call; the provider's name for it. Raises `NotCarried`."""
        ...

    def recording(self, address: str) -> bytes:
        """The sound itself. Raises `NotCarried`."""
        ...

    def forget(self, address: str) -> None:
        """Delete the provider's own copy, as far as it can. Raises `NotCarried`."""
        ...


class ConsoleVoice:
    """Rings nobody: in the demonstration the phone simulator picks up, and holds the sounds."""

    def ring(self, ring: Ring) -> str | None:
        return None

    def recording(self, address: str) -> bytes:
        return _fetched(address, settings.PUBLIC_URL, auth=None)

    def forget(self, address: str) -> None:
        return None


class TwilioVoice:
    """Twilio, or what answers like it at `TWILIO_BASE_URL`."""

    def ring(self, ring: Ring) -> str | None:
        try:
            call = client().calls.create(
                to=ring.to,
                from_=settings.PHONE_NUMBER,
                url=ring.answer_at,
                method="POST",
                status_callback=ring.status_at,
                status_callback_event=["completed"],
                timeout=40,
            )
        except TwilioException as error:
            raise NotCarried(str(getattr(error, "code", None) or "twilio")) from error
        except requests.RequestException as error:
            raise NotCarried(type(error).__name__) from error
        return str(call.sid)

    def recording(self, address: str) -> bytes:
        return _fetched(f"{address}.wav", settings.TWILIO_BASE_URL, auth=_credentials())

    def forget(self, address: str) -> None:
        try:
            answer = requests.delete(f"{address}.json", auth=_credentials(), timeout=SECONDS)
        except requests.RequestException as error:
            raise NotCarried(type(error).__name__) from error
        if answer.status_code not in {204, 404}:
            raise NotCarried(f"HTTP {answer.status_code}")


def voice_provider() -> VoiceProvider:
    """By the settings: `console` unless configured."""
    return TwilioVoice() if settings.PHONE_PROVIDER == "twilio" else ConsoleVoice()


def _credentials() -> tuple[str, str]:
    return settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN


def _fetched(address: str, allowed: str, *, auth: tuple[str, str] | None) -> bytes:
    """From the provider and nowhere else, however a webhook names it."""
    if urlsplit(address)[:2] != urlsplit(allowed)[:2]:
        raise NotCarried("foreign address")
    try:
        with requests.get(
            address, auth=auth, timeout=SECONDS, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise NotCarried(f"HTTP {answer.status_code}")
            sound = answer.raw.read(LARGEST_RECORDING + 1, decode_content=True)
    except requests.RequestException as error:
        raise NotCarried(type(error).__name__) from error
    if len(sound) > LARGEST_RECORDING:
        raise NotCarried("too large")
    return bytes(sound)
