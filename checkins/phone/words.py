"""All that is said on the telephone, in the language that is active. Short, and no names."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkins.phone.rules import spelled

WORDS: dict[str, Promise] = {
    "red": gettext_lazy("red"),
    "blue": gettext_lazy("blue"),
    "green": gettext_lazy("green"),
    "yellow": gettext_lazy("yellow"),
    "white": gettext_lazy("white"),
    "black": gettext_lazy("black"),
    "brown": gettext_lazy("brown"),
    "grey": gettext_lazy("grey"),
    "horse": gettext_lazy("horse"),
    "dog": gettext_lazy("dog"),
    "cat": gettext_lazy("cat"),
    "fish": gettext_lazy("fish"),
    "bird": gettext_lazy("bird"),
    "cow": gettext_lazy("cow"),
    "goat": gettext_lazy("goat"),
    "lion": gettext_lazy("lion"),
}


def phrase_text(phrase: list[str]) -> str:
    """The words to repeat, in the active language: "blue, horse, 47"."""
    return ", ".join(str(WORDS.get(word, word)) for word in phrase)


def welcome() -> str:
    return _("This is SmartLink.")


def choose_language(key: str) -> str:
    """Said once in each language, and only in that one."""
    return _("For English, press %(key)s.") % {"key": key}


def enter_code() -> str:
    return _(
        "Enter your login code with the keys that bear its letters and digits, or the nine digits "
        "of your A-number. Then press the pound key."
    )


def enter_pin() -> str:
    return _("Enter your PIN, then press the pound key.")


def not_you() -> str:
    return _("If you are calling from somebody else's phone, press the star key first.")


def wrong_pin() -> str:
    return _("The code or the PIN is not right.")


def blocked() -> str:
    return _("There were too many wrong PINs. Wait fifteen minutes and call again.")


def call_your_office() -> str:
    return _("If you need help, call your office. Goodbye.")


def nothing_open() -> str:
    return _("You have no check-in to answer now. There is nothing to do. Goodbye.")


def being_looked_at() -> str:
    return _("Your answer is already with us. There is nothing more to do. Goodbye.")


def late() -> str:
    return _("The time for this check-in is over, but you can still answer.")


def repeat_phrase(phrase: list[str]) -> str:
    return _("After the tone, please say: %(phrase)s. Then press the pound key.") % {
        "phrase": phrase_text(phrase)
    }


def not_heard() -> str:
    return _("We did not hear you.")


def taken_for_review() -> str:
    return _("Thank you. We have recorded your answer, and an officer will listen to it.")


def accepted() -> str:
    return _("Thank you. Your check-in is accepted.")


def receipt(code: str) -> str:
    return _("The code of your receipt is: %(code)s. You find it on your page, too. Goodbye.") % {
        "code": spelled(code)
    }


def call_again() -> str:
    return _("Something went wrong on our side. Your check-in stays open. Please call again.")
