"""Which provider carries which channel, by the settings."""

from casework.notices.providers.base import Provider
from casework.notices.providers.console import Console
from casework.notices.rules import Channel


def provider_for(channel: Channel) -> Provider:
    """The provider of a channel; `console` for all that is not configured."""
    return Console()
