"""The letter (a finding) about a check-in, as its participant is told of it."""

from collections.abc import Iterable

from casework.findings.models import Finding
from casework.findings.rules import OUT_OF_SIGHT, State
from casework.findings.services import mark_of
from casework.participants.models import Participant
from checkins.findings import CHECK_IN
from checkins.models import CheckIn
from checkins.states import State as CheckInState

_SPOKEN_OF = frozenset({CheckInState.NOT_ACCEPTED, CheckInState.MISSED})
_TAKEN_BACK = OUT_OF_SIGHT | {State.WITHDRAWN}


def with_letters(participant: Participant, check_ins: Iterable[CheckIn]) -> None:
    """Gives each its newest `letter`, or None, and `letter_is_void`: it counts for nothing.

    Known by its mark: what it is about is erased with a letter that does not stand.
    """
    rows = list(check_ins)
    marks = {
        mark_of(CHECK_IN, one.public_id): one.public_id
        for one in rows
        if CheckInState(one.state) in _SPOKEN_OF
    }
    letters = {}
    if marks:
        mine = Finding.objects.of(participant).filter(subject_mark__in=marks)
        found = mine.order_by("proposed_at", "pk")
        letters = {marks[letter.subject_mark]: letter for letter in found}
    for one in rows:
        letter = letters.get(one.public_id)
        is_void = letter is not None and State(letter.state) in _TAKEN_BACK
        vars(one).update(letter=letter, letter_is_void=is_void)
