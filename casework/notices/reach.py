"""How people can be reached: their addresses by channel, in the order that they prefer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time

from casework.notices.models import NoticePreferences, PushSubscription, SmsConsent
from casework.notices.rules import DEFAULT_ORDER, DEFAULT_QUIET, Channel
from casework.participants.models import ContactPoint


@dataclass(frozen=True)
class Address:
    """One place to send to; `subscription_pk` where it is a browser."""

    address: str
    subscription_pk: int | None = None


@dataclass
class Reach:
    """One person's wishes and addresses."""

    order: tuple[Channel, ...] = DEFAULT_ORDER
    reminders: bool = True
    quiet: tuple[time, time] = DEFAULT_QUIET
    addresses: dict[Channel, list[Address]] = field(default_factory=dict)

    def usable(self, allowed: Iterable[Channel]) -> list[Channel]:
        """The channels that have an address, in order."""
        allowed = set(allowed)
        return [c for c in self.order if c in allowed and self.addresses.get(c)]


def reach_of(participant_pks: Iterable[int]) -> dict[int, Reach]:
    """Everybody's wishes and addresses, in four queries."""
    pks = set(participant_pks)
    found: dict[int, Reach] = defaultdict(Reach)
    for wish in NoticePreferences.objects.filter(participant__in=pks):
        one = found[wish.participant_id]
        one.order = tuple(Channel(name) for name in wish.channels)
        one.reminders = wish.reminders
        one.quiet = (wish.quiet_from, wish.quiet_until)
    for browser in PushSubscription.objects.filter(participant__in=pks):
        address = Address(str(browser.public_id), browser.pk)
        found[browser.participant_id].addresses.setdefault(Channel.PUSH, []).append(address)
    _add_contacts(pks, found)
    return {pk: found[pk] for pk in pks}


def _add_contacts(pks: set[int], found: dict[int, Reach]) -> None:
    """The preferred phone and e-mail of each, or the first; no SMS to a number that said stop."""
    points = list(ContactPoint.objects.filter(participant__in=pks).order_by("-preferred", "pk"))
    numbers = {str(point.phone) for point in points if point.phone}
    stopped = {
        str(phone)
        for phone in SmsConsent.objects.filter(phone__in=numbers, stopped=True).values_list(
            "phone", flat=True
        )
    }
    for point in points:
        addresses = found[point.participant_id].addresses
        if point.kind == ContactPoint.Kind.EMAIL:
            addresses.setdefault(Channel.EMAIL, [Address(point.email)])
            continue
        number = str(point.phone)
        addresses.setdefault(Channel.VOICE, [Address(number)])
        if number not in stopped:
            addresses.setdefault(Channel.SMS, [Address(number)])
