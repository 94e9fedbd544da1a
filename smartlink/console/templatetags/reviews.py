"""Template words of the review pages."""

from django import template
from django.utils import translation

from casework.common.languages import LANGUAGES
from checkins import looks
from checkins.phone.words import phrase_text
from checkins.verification.codes import Reason, Result
from checkins.wording import reason_text_for_staff

register = template.Library()


@register.filter
def result_word(result: str) -> str:
    """A result's name without its badge."""
    return looks.result_name(result)


@register.filter
def phrase_in(phrase: list[str], language: str) -> str:
    """The words that a caller was to repeat."""
    with translation.override(language):
        return phrase_text(phrase)


@register.filter
def language_word(tag: str) -> str:
    """A language's own name."""
    return dict(LANGUAGES).get(tag, tag)


@register.filter
def said_all(reason: str) -> str:
    """An event's reason: the machine's codes in words, what a person wrote as it stands."""
    words = [_word(part) for part in reason.split(", ")]
    return reason if None in words else " ".join(word for word in words if word)


@register.filter
def thousands(number: int) -> str:
    """ "1,000"."""
    return f"{number:,}"


@register.filter
def renewal_reason(code: str) -> str:
    """Why a photo cannot be used under a new weight set."""
    return (
        reason_text_for_staff(code).rstrip(".").lower() if code else "for no reason that was kept"
    )


def _word(code: str) -> str | None:
    if code in set(Result):
        return f"{looks.result_name(code)}."
    return reason_text_for_staff(code) if code in set(Reason) else None
