"""Inserting a canned answer into what is being written: filled in, and still to be edited."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import override

from casework.common import clock
from casework.common.languages import LANGUAGES
from casework.common.phrases import clock_time, day
from casework.hearings.models import Hearing
from casework.messages import canned
from casework.messages.canned import Answer
from casework.participants.models import Participant
from casework.staff.models import User

_WHOSE = {"own": "yours", "office": "of the office", "shipped": "of SmartLink"}


class Inserting:
    """What one may insert in this person's thread, and inserting it."""

    def __init__(self, participant: Participant, user: User) -> None:
        self.participant = participant
        self._answers = canned.answers_for(participant, user)

    def choices(self) -> list[Any]:
        """For a select: a group a language, the person's own first, numbered for the keyboard."""
        names = dict(LANGUAGES)
        groups: list[Any] = [("", "Choose a canned answer")]
        for tag, some in groupby(self._answers, key=lambda answer: answer.language):
            options = [(a.key, f"{a.title} ({_WHOSE[a.whose]})") for a in some]
            groups.append((names[tag], options))
        return groups

    def field(self) -> forms.ChoiceField:
        return forms.ChoiceField(label="Canned answer", choices=self.choices(), required=False)

    def into(self, written: str, key: str) -> str | None:
        """What is written, with the answer under it; None when there is no such answer."""
        chosen = next((answer for answer in self._answers if answer.key == key), None)
        if chosen is None:
            return None
        text = canned.fill(chosen.text, self._values(chosen))
        return f"{written.rstrip()}\n\n{text}" if written.strip() else text

    def _values(self, answer: Answer) -> dict[str, str]:
        return {
            "given_name": self.participant.given_name,
            "next_hearing": self._next_hearing(answer.language),
            "officer_phone": self.participant.office.phone,
        }

    def _next_hearing(self, language: str) -> str:
        """In the court's own time; empty without one, and where two sources disagree.

        The day is written out: a message may be read days later.
        """
        now = clock.now()
        rows = Hearing.objects.of(self.participant).to_come(now).with_dispute(now)
        hearing = rows.select_related("court").first()
        if hearing is None or hearing.disputed:
            return ""
        zone = hearing.court.timezone
        with override(language):
            at = f"{day(hearing.starts_at, zone)}, {clock_time(hearing.starts_at, zone)}"
        return f"{at}, {hearing.court.name}"
