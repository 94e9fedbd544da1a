"""What goes on the card that a participant takes home: link, code and QR, in their language."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from casework.common.phrases import day
from casework.participants import sign_in
from casework.participants.models import Participant
from casework.staff.models import User


@dataclass(frozen=True)
class Card:
    """`code` and what is made from it are shown once and never stored."""

    participant: Participant
    code: str
    link: str
    qr: SafeString
    expires_at: datetime

    @property
    def last_day(self) -> str:
        """In the language that is active, Haitian Creole too."""
        return day(self.expires_at, self.participant.timezone)


def make_card(participant: Participant, *, by: User, now: datetime) -> Card:
    """A new invite (earlier unused ones stop working). Raises `RuleError`."""
    code = sign_in.invite(participant, by=by, now=now)
    link = f"{settings.PUBLIC_URL}{reverse('portal:invite', args=[code])}"
    return Card(participant, code, link, _qr(link), now + sign_in.INVITE_LIFE)


def _qr(link: str) -> SafeString:
    """An SVG without outside references; as wide as the page lets it be."""
    code = segno.make(link, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None, dark="#000")
    return SafeString(drawn)  # drawn by segno from our own link
