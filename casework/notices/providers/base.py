"""What a sender hands to a provider, and what it hears back. Providers touch no database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from casework.notices.rules import Channel


@dataclass(frozen=True)
class Browser:
    """A push subscription, as the browser gave it."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Parcel:
    """One delivery under lease. `tries` names the lease; `key` is ours, the same at each try."""

    pk: int
    key: UUID
    channel: Channel
    address: str
    language: str
    title: str
    body: str
    link: str
    tries: int
    created_at: datetime
    seconds_left: int  # until it is of no use any more
    browser: Browser | None = None


class Answer(StrEnum):
    SENT = "sent"  # taken over by the provider
    REFUSED = "refused"  # never for this address: the next channel
    STOPPED = "stopped"  # the number has opted out with the provider
    GONE = "gone"  # the address no longer exists
    LATER = "later"  # not taken, try again
    UNSURE = "unsure"  # it may have been taken: ask before the next try


@dataclass(frozen=True)
class Told:
    """What a provider said. `error` is a short code, never words of a person."""

    answer: Answer
    ref: str = ""
    error: str = ""


class Provider(Protocol):
    """Carries one channel or two."""

    name: str

    def send(self, parcel: Parcel) -> Told:
        """Hand it over. Never raises for what a provider or the network does."""
        ...

    def find(self, parcel: Parcel) -> Told | None:
        """Whether an earlier try of this parcel arrived. UNSURE when that cannot be said now."""
        ...

    def ask(self) -> Told | None:
        """Whether it is there, asked without any message. None where that cannot be asked."""
        ...
