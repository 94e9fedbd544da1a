"""Which provider carries which channel, by the settings."""

from django.conf import settings

from casework.notices.providers.base import Provider
from casework.notices.providers.console import Console
from casework.notices.providers.mail import Mail
from casework.notices.providers.twilio import Twilio
from casework.notices.providers.webpush import WebPush
from casework.notices.rules import Channel


def provider_for(channel: Channel) -> Provider:
    """The provider of a channel; `console` for all that is not configured."""
    chosen: type[Provider] | None = None
    if channel in {Channel.SMS, Channel.VOICE} and settings.PHONE_PROVIDER == "twilio":
        chosen = Twilio
    elif channel is Channel.EMAIL and settings.EMAIL_PROVIDER == "mail":
        chosen = Mail
    elif channel is Channel.PUSH and settings.VAPID_PRIVATE_KEY:
        chosen = WebPush
    return (chosen or Console)()
