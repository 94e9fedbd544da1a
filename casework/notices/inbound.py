"""Text messages to us: stop, start, help. What people write is acted on once and never kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from casework.audit.services import record
from casework.notices.models import InboundSms, SmsConsent
from casework.notices.rules import Word, meaning_of
from casework.participants.models import ContactPoint, Participant

log = structlog.get_logger(__name__)

# To these the network itself answers, and lets nothing of ours through afterwards.
_ANSWERED_BY_NETWORK = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
ONE_ANSWER_IN_SECONDS = 3600


@dataclass(frozen=True)
class Heard:
    """What a message meant, and what to answer (nothing: empty)."""

    meaning: Word
    answer: str


def hear(sid: str, phone: str, text: str, *, now: datetime) -> Heard:
    """Act on a message once; the same message again is answered alike and changes nothing."""
    meaning = meaning_of(text)
    people = list(
        Participant.objects.filter(contact_points__phone=phone).select_related("office").distinct()
    )
    with transaction.atomic():
        _row, is_new = InboundSms.objects.get_or_create(
            sid=sid, defaults={"meaning": meaning.value, "received_at": now}
        )
        if is_new and meaning in {Word.STOP, Word.START}:
            set_stopped(phone, stopped=meaning is Word.STOP, people=people, now=now)
    person = people[0] if people else None
    with translation.override(person.language if person else settings.LANGUAGE_CODE):
        return Heard(meaning, _answer(meaning, text, phone, person))


def set_stopped(
    phone: str, *, stopped: bool, people: list[Participant], now: datetime
) -> None:  # fmt: skip
    """Whether this number takes our texts from now on; written into the files it belongs to."""
    SmsConsent.objects.update_or_create(
        phone=phone, defaults={"stopped": stopped, "changed_at": now}
    )
    for person in people:
        record(
            "stopped text messages" if stopped else "allowed text messages",
            ("participant", person.public_id),
            by=person.actor,
            now=now,
            participant=person.public_id,
        )


def note_opt_out(phone: str, *, now: datetime) -> None:
    """The provider says that this number has opted out."""
    points = ContactPoint.objects.filter(phone=phone).select_related("participant")
    people = list({point.participant_id: point.participant for point in points}.values())
    with transaction.atomic():
        if not SmsConsent.objects.filter(phone=phone, stopped=True).exists():
            set_stopped(phone, stopped=True, people=people, now=now)


def _answer(meaning: Word, text: str, phone: str, person: Participant | None) -> str:
    if meaning is Word.STOP:
        if text.strip().upper() in _ANSWERED_BY_NETWORK:
            return ""
        return _("You get no more text messages from us. To get them again, send START.")
    if meaning is Word.START:
        return _("You get text messages from us again. To stop them, send STOP.")
    if meaning is Word.OTHER and not _may_answer(phone):
        return ""
    office = person.office.phone if person else ""
    if office:
        return _(
            "Nobody reads messages to this number. Your page: %(page)s Your office: %(phone)s "
            "To stop text messages, send STOP."
        ) % {"page": settings.PUBLIC_URL, "phone": office}
    return _(
        "Nobody reads messages to this number. Your page: %(page)s "
        "To stop text messages, send STOP."
    ) % {"page": settings.PUBLIC_URL}


def _may_answer(phone: str) -> bool:
    """Once an hour: two machines must not talk to each other for ever."""
    key = "answered:" + hashlib.sha256(phone.encode()).hexdigest()[:24]
    try:
        return bool(cache.add(key, 1, timeout=ONE_ANSWER_IN_SECONDS))
    except (RedisError, OSError) as error:
        log.warning("answers are not counted", error=type(error).__name__)
        return False
