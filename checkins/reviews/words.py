"""The usual reasons not to accept a check-in: picked by staff, read by the person in their own
language."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

QUICK_REASONS: list[Promise] = [
    gettext_lazy("The photo shows another person."),
    gettext_lazy("The photo shows a picture or a screen, not a person."),
    gettext_lazy("The face is covered, so that it cannot be compared."),
    gettext_lazy("The photo does not show a face."),
]
REASONS_FOR_CALLS: list[Promise] = [
    gettext_lazy("The words that were said are not those that were asked for."),
    gettext_lazy("The voice is a recording or a machine."),
    gettext_lazy("The voice is not the one of earlier calls."),
    gettext_lazy("Nothing can be heard."),
]


def usual_reasons() -> list[str]:
    """As they are kept."""
    with override("en"):
        return [str(one) for one in [*QUICK_REASONS, *REASONS_FOR_CALLS]]


def is_as_written(reason: str) -> bool:
    """Whether somebody's own words are in it, which nobody puts into another language."""
    return reason.strip() not in usual_reasons()


def in_readers_words(reason: str) -> str:
    """A reason with the usual one, if it begins with one, in the active language; own words stay
    as they were written."""
    for usual in usual_reasons():
        if reason.startswith(usual):
            return _(usual) + reason[len(usual) :]
    return reason
