"""Numbers and tables that calls keep to. Pure."""

from datetime import timedelta

MOST_WRONG_PINS = 3
"""In one call; each credential's own wait (casework.participants.rules) goes on beside it."""

MOST_UNHEARD = 3
"""Prompts without an answer, in a row, before we hang up."""

SHORTEST_RECORDING_SECONDS = 1
LONGEST_RECORDING_SECONDS = 20
LARGEST_RECORDING = 2_000_000
CALL_IS_OVER_AFTER = timedelta(minutes=30)
"""Without word from the provider, a call that began so long ago is over."""

CALLS_A_CHECK_IN = 3
"""How often we call about one check-in, at most."""

LATE_ANSWERS_FOR = timedelta(days=3)
"""A missed check-in can be answered by phone for so long; an officer looks at it then."""

FETCH_AFTER = timedelta(seconds=20)
MOST_FETCH_TRIES = 8

# Key on the telephone: language tag, in the order in which they are read out.
MENU: tuple[tuple[str, str], ...] = (
    ("1", "en"),
    ("2", "es"),
    ("3", "pt"),
    ("4", "ht"),
    ("5", "fr"),
    ("6", "zh-hans"),
    ("7", "ar"),
    ("8", "ru"),
    ("9", "pa"),
    ("0", "vi"),
)

# The voice that reads a language. Haitian Creole has none anywhere: a French voice reads it.
VOICES: dict[str, str] = {
    "en": "en-US",
    "es": "es-US",
    "pt": "pt-BR",
    "ht": "fr-FR",
    "fr": "fr-FR",
    "zh-hans": "cmn-CN",
    "ar": "arb",
    "ru": "ru-RU",
    "pa": "pa-IN",
    "vi": "vi-VN",
}

COLOURS = ("red", "blue", "green", "yellow", "white", "black", "brown", "grey")
ANIMALS = ("horse", "dog", "cat", "fish", "bird", "cow", "goat", "lion")
NUMBERS = range(20, 100)


def spelled(code: str) -> str:
    """A code so that a voice reads its signs one by one: "B, C, D"."""
    return ", ".join(sign for sign in code if sign.isalnum())
