"""What we say at a turn of a call and what we wait for: facts that any provider can play."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation

from checkins.models import PhoneCall
from checkins.phone import words
from checkins.phone.rules import MENU


class Ask(StrEnum):
    KEY = "key"  # one key
    KEYS = "keys"  # several, ended by #
    RECORDING = "recording"
    NOTHING = "nothing"  # we hang up


@dataclass(frozen=True)
class Line:
    """A sentence and the language it is in."""

    language: str
    text: str


@dataclass(frozen=True)
class Turn:
    lines: tuple[Line, ...]
    ask: Ask
    number: int = 0
    """Which turn the answer is for: an answer to an earlier one changes nothing."""


def spoken(language: str, *texts: str) -> tuple[Line, ...]:
    return tuple(Line(language, text) for text in texts if text)


def ask_for_step(call: PhoneCall, *before: str, greet: bool = False) -> Turn:
    """The question of the call's step, after sentences that answer the last one."""
    if call.step == PhoneCall.Step.LANGUAGE:
        return Turn(_menu(greet=greet), Ask.KEY, call.turn)
    with translation.override(call.language):
        hello = words.welcome() if greet else ""
        if call.step == PhoneCall.Step.WHO:
            lines, ask = [words.enter_code()], Ask.KEYS
        elif call.step == PhoneCall.Step.PIN:
            lines, ask = [words.enter_pin()], Ask.KEYS
            if _known_by_number(call):
                lines.append(words.not_you())
        else:
            lines, ask = [words.repeat_phrase(call.phrase)], Ask.RECORDING
        return Turn(spoken(call.language, hello, *before, *lines), ask, call.turn)


def _known_by_number(call: PhoneCall) -> bool:
    return call.direction == PhoneCall.Direction.INBOUND and call.steps[-1:] == ["known by number"]


def _menu(*, greet: bool) -> tuple[Line, ...]:
    lines: list[Line] = []
    for key, tag in MENU:
        with translation.override(tag):
            lines += spoken(tag, words.welcome() if greet and not lines else "")
            lines += spoken(tag, words.choose_language(key))
    return tuple(lines)


def goodbye(call: PhoneCall, *texts: str) -> Turn:
    return Turn(spoken(call.language, *texts), Ask.NOTHING, call.turn)
