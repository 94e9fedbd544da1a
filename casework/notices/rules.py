"""When and how a notice goes out: channels, quiet hours, waits, opt-out words. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum


class Channel(StrEnum):
    PUSH = "push"
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DEAD = "dead"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What became of a notice; empty while it is under way."""

    UNDER_WAY = ""
    DELIVERED = "delivered"
    SENT = "sent"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


TO_SEND = frozenset({DeliveryState.WAITING, DeliveryState.LEASED})
NOT_SENT = frozenset({DeliveryState.FAILED, DeliveryState.DEAD, DeliveryState.DROPPED})
DEFAULT_ORDER = (Channel.PUSH, Channel.SMS, Channel.VOICE, Channel.EMAIL)
DEFAULT_QUIET = (time(21), time(8))

# Without a receipt for so long, an urgent notice goes out on the next channel too.
CONFIRM_WITHIN = {
    Channel.PUSH: timedelta(minutes=2),
    Channel.SMS: timedelta(minutes=5),
    Channel.VOICE: timedelta(minutes=5),
    Channel.EMAIL: timedelta(minutes=10),
}
LOOK_AGAIN = timedelta(minutes=5)
# No synthetic voice speaks Haitian Creole.
SPOKEN_AS = {"ht": "fr"}
# Longer than any call of a provider may take: whoever finds an older lease may take it over.
LEASE = timedelta(minutes=2)
MOST_TRIES = 6
FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(minutes=10)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries: doubling, to ten minutes."""
    doublings = min(max(tries - 1, 0), 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def quiet_until(now: datetime, zone: tzinfo, hours: tuple[time, time]) -> datetime | None:
    """The end of the quiet hours that `now` lies in, by the person's clock; None outside them."""
    begin, end = hours
    local = now.astimezone(zone)
    at = local.time()
    over_midnight = begin > end
    inside = (at >= begin or at < end) if over_midnight else begin <= at < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if over_midnight and at >= begin else local.date()
    return datetime.combine(day, end, tzinfo=zone).astimezone(now.tzinfo)


@dataclass(frozen=True)
class Tried:
    """One delivery that there is already."""

    channel: Channel
    state: DeliveryState


@dataclass(frozen=True)
class Situation:
    """Where a notice stands when its turn comes. `order` holds only channels with an address."""

    now: datetime
    expires_at: datetime
    wanted: bool
    order: Sequence[Channel]
    tried: Sequence[Tried] = ()
    quiet_until: datetime | None = None
    escalates: bool = True


@dataclass(frozen=True)
class Step:
    """What to do with a notice: settle it, try a channel, or look again at a later time."""

    outcome: Outcome = Outcome.UNDER_WAY
    channel: Channel | None = None
    again_at: datetime | None = None


def next_step(at: Situation) -> Step:
    """The one decision about a notice under way."""
    states = [one.state for one in at.tried]
    settled = _settled(at, states)
    if settled is not None:
        return Step(outcome=settled)
    being_tried = any(state not in NOT_SENT for state in states)
    left = [channel for channel in at.order if channel not in {one.channel for one in at.tried}]
    if left and not (being_tried and not at.escalates):
        if at.quiet_until is not None:
            return Step(again_at=at.quiet_until)
        return Step(channel=left[0], again_at=at.now + CONFIRM_WITHIN[left[0]])
    if any(state in TO_SEND for state in states):
        return Step(again_at=at.now + LOOK_AGAIN)
    if being_tried:
        return Step(outcome=Outcome.SENT)
    return Step(outcome=Outcome.FAILED if at.tried else Outcome.UNREACHABLE)


def _settled(at: Situation, states: Sequence[DeliveryState]) -> Outcome | None:
    if DeliveryState.DELIVERED in states:
        return Outcome.DELIVERED
    if not at.wanted:
        return Outcome.SENT if DeliveryState.SENT in states else Outcome.CANCELLED
    if at.now >= at.expires_at:
        return Outcome.SENT if DeliveryState.SENT in states else Outcome.EXPIRED
    return None


class Word(StrEnum):
    """What a text message to us asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = ""


_WORDS: dict[Word, str] = {
    Word.STOP: (
        "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT OPTOUT REVOKE ALTO PARAR BAJA CANCELAR DETENER "
        "PARE SAIR ARRET ARRETER DESABONNER RETE SISPANN KANPE СТОП СТОПП ОТМЕНА ОТПИСКА 停止 退订 "
        "取消 توقف إيقاف ايقاف الغاء إلغاء ਰੋਕੋ ਬੰਦ DUNG NGUNG HUY"
    ),
    Word.START: (
        "START UNSTOP SUBSCRIBE RESUME INICIAR COMENZAR EMPEZAR ALTA INICIO COMECAR VOLTAR "
        "COMMENCER REPRENDRE KOMANSE СТАРТ НАЧАТЬ 开始 恢复 订阅 ابدأ ابدا بدء ਸ਼ੁਰੂ ਚਾਲੂ "
        "BATDAU TIEPTUC"
    ),
    Word.HELP: "HELP INFO AYUDA AJUDA AIDE ED EDE AIDER ПОМОЩЬ 帮助 مساعدة ਮਦਦ TROGIUP GIUP",
}


def _plain(text: str) -> str:
    """Letters only, upper case, without Latin accents: "Arrêt!" and "ARRET" are one word."""
    spread = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    # Signs of other scripts (the vowels of Punjabi) are letters of theirs and stay.
    kept = [s for s in spread if s.isalpha() or unicodedata.category(s) == "Mc" or _is_vowel(s)]
    return "".join(kept).upper()


def _is_vowel(sign: str) -> bool:
    return unicodedata.category(sign) == "Mn" and not "\u0300" <= sign <= "\u036f"


_MEANING = {_plain(word): meaning for meaning, words in _WORDS.items() for word in words.split()}


def meaning_of(text: str) -> Word:
    """What a text message asks for: only when it says that one word and nothing else."""
    return _MEANING.get(_plain(text[:40]), Word.OTHER)
