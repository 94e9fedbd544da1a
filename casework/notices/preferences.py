"""How a participant wishes to be told: verbs for the person alone."""

from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import RuleError
from casework.notices.models import NoticePreferences, PushSubscription
from casework.notices.providers.webpush import is_push_service
from casework.notices.rules import Channel
from casework.participants.models import Participant

MOST_BROWSERS = 5
_SECRET_BYTES = 16


@dataclass(frozen=True)
class Wishes:
    """`channels` in the order in which they are tried; quiet hours by the person's clock."""

    channels: Sequence[Channel]
    reminders: bool
    quiet_from: time
    quiet_until: time


@transaction.atomic
def set_preferences(participant: Participant, wishes: Wishes, *, now: datetime) -> None:
    """Raises `RuleError` when no way is left or one is named twice."""
    if not wishes.channels:
        raise RuleError(_("Keep at least one way."), field="channels")
    if len(set(wishes.channels)) < len(wishes.channels):
        raise RuleError(_("Choose each way only once."), field="channels")
    NoticePreferences.objects.update_or_create(
        participant=participant,
        defaults={
            "channels": [channel.value for channel in wishes.channels],
            "reminders": wishes.reminders,
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
            "updated_at": now,
        },
    )
    _note(participant, "changed how to be told", now)


@dataclass(frozen=True)
class Browser:
    """What a browser hands over when its owner agrees."""

    endpoint: str
    p256dh: str
    auth: str
    device: str = ""


@transaction.atomic
def subscribe(participant: Participant, browser: Browser, *, now: datetime) -> None:
    """Show notices in this browser from now on, to this person and nobody else who used it.

    Raises `RuleError` for keys that are none, or an address that is no known push service.
    """
    if not is_push_service(browser.endpoint) or not _keys_fit(browser):
        raise RuleError(_("This browser does not show notifications."))
    PushSubscription.objects.update_or_create(
        endpoint=browser.endpoint,
        defaults={
            "participant": participant,
            "p256dh": browser.p256dh,
            "auth": browser.auth,
            "device": browser.device[:120],
            "created_at": now,
        },
    )
    mine = PushSubscription.objects.of(participant).order_by("-created_at", "-pk")
    too_many = list(mine.values_list("pk", flat=True)[MOST_BROWSERS:])
    PushSubscription.objects.filter(pk__in=too_many).delete()
    _note(participant, "allowed notifications", now)


@transaction.atomic
def unsubscribe(participant: Participant, public_id: UUID, *, now: datetime) -> None:
    """Show nothing there any more. One that is gone, or somebody else's, changes nothing."""
    gone, _rows = PushSubscription.objects.of(participant).filter(public_id=public_id).delete()
    if gone:
        _note(participant, "stopped notifications", now)


def _keys_fit(browser: Browser) -> bool:
    """A point on P-256 and 16 bytes of secret, as RFC 8291 has them."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(browser.p256dh))
        return len(_bytes(browser.auth)) == _SECRET_BYTES
    except (ValueError, NotBase64):
        return False


def _bytes(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded[:200] + "=" * (-len(encoded) % 4))


def _note(participant: Participant, verb: str, now: datetime) -> None:
    record(
        verb,
        ("participant", participant.public_id),
        by=participant.actor,
        now=now,
        participant=participant.public_id,
    )
