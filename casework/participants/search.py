"""Finding somebody by what an officer has at hand: a name, an A-number, a telephone number.

Names are compared by trigrams without accents and case, so a slip of the finger still finds them.
Two letters in the wrong order leave a short name few of them: neighbours are also tried swapped.
"""

import re
from itertools import pairwise
from typing import Any

import phonenumbers
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from casework.participants import rules
from casework.participants.querysets import ParticipantQuerySet

MOST_WORDS = 6
INITIALS = 2
"""So few letters are the beginning of a name: inside of one they are everywhere."""
SHORT = 3
"""Words of so few letters have too few trigrams to be forgiven anything."""
MOST_LETTERS = 16
PHONE_DIGITS = range(10, 16)
REGION = "US"


class Folded(Func):
    """Given and family name as they are compared; the index is on the same."""

    function = "participants_folded"
    arity = 2
    output_field = TextField()


def search(rows: ParticipantQuerySet, typed: str) -> ParticipantQuerySet:
    """The rows that `typed` may mean, best first: one by its number, else by all words of a name.

    A number finds only who has exactly that number.
    """
    a_number = rules.normal_a_number(typed)
    if a_number is not None:
        return rows.filter(a_number=a_number)
    phone = as_phone(typed)
    if phone is not None:
        return rows.filter(pk__in=_with_phone(phone))
    return _by_name(rows, typed.split()[:MOST_WORDS])


def as_phone(typed: str) -> str | None:
    """E.164 of a number written in any way; None for what is none."""
    if re.search(r"[^\d\s().+\-–/]", typed) or len(re.sub(r"\D", "", typed)) not in PHONE_DIGITS:
        return None
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _with_phone(phone: str) -> QuerySet[Any]:
    from casework.participants.models import ContactPoint  # noqa: PLC0415 - models use querysets

    return ContactPoint.objects.filter(phone=phone).values("participant")


def _by_name(rows: ParticipantQuerySet, words: list[str]) -> ParticipantQuerySet:
    near_ones: Any = rows.annotate(folded=Folded("given_name", "family_name"))
    closeness: Any = Value(0.0, output_field=FloatField())
    for word in words:
        folded = Folded(Value(word), Value(""))
        if len(word) <= INITIALS:
            inner = Concat(Value(" "), folded, output_field=TextField())
            near_ones = near_ones.filter(Q(folded__startswith=folded) | Q(folded__contains=inner))
            continue
        near = Q(folded__contains=folded)
        if len(word) > SHORT:
            near |= Q(folded__trigram_word_similar=folded)
            for other in _swapped(word):
                near |= Q(folded__contains=Folded(Value(other), Value("")))
        near_ones = near_ones.filter(near)
        closeness += TrigramWordSimilarity(folded, "folded")  # type: ignore[arg-type]
    best_first: ParticipantQuerySet = near_ones.annotate(closeness=closeness).order_by(
        F("closeness").desc(), "family_name", "given_name", "pk"
    )
    return best_first


def _swapped(word: str) -> set[str]:
    """The word with each two neighbours changed over; of a very long one only its beginning."""
    pairs = enumerate(pairwise(word[:MOST_LETTERS]))
    return {word[:at] + b + a + word[at + 2 :] for at, (a, b) in pairs if a != b}
