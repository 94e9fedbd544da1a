"""Canned answers: who may keep them, what may stand in them, and how they are filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.common.languages import LANGUAGES
from casework.messages.models import CannedAnswer
from casework.messages.shipped import SHIPPED
from casework.participants.models import Participant
from casework.staff.models import Office, User

PLACEHOLDERS = ("given_name", "next_hearing", "officer_phone")
LONGEST_TITLE = 80
LONGEST_TEXT = 2_000
MOST = 100
"""Of one member of staff, and of one office: more nobody finds again."""
_BRACES = re.compile(r"\{[^{}\n]*\}")
_KNOWN = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


@dataclass(frozen=True)
class Answer:
    """One that may be inserted, in one language; `key` finds it again."""

    key: str
    title: str
    language: str
    text: str
    whose: str


@dataclass(frozen=True)
class NewAnswer:
    """`office` None: one's own. `texts` by language; those left empty are not kept."""

    title: str
    texts: Mapping[str, str]
    office: Office | None = None


@transaction.atomic
def keep(
    new: NewAnswer, *, by: User, now: datetime, answer: CannedAnswer | None = None
) -> CannedAnswer:
    """A new one, or `answer` put right. Raises `RuleError`, `NotPermitted`."""
    texts = _sound(new)
    if answer is None:
        _require_place(new.office, by)
        owner = by if new.office is None else None
        answer = CannedAnswer(office=new.office, owner=owner)
    elif not CannedAnswer.objects.editable_by(by).filter(pk=answer.pk).exists():
        raise NotPermitted("Only a supervisor changes what the office shares.")
    made = answer.pk is None
    answer.title, answer.texts, answer.changed_at = new.title.strip(), texts, now
    answer.save()
    _note("added a canned answer" if made else "changed a canned answer", answer, by, now)
    return answer


@transaction.atomic
def remove(answer: CannedAnswer, *, by: User, now: datetime) -> None:
    """What was sent with it stays. Raises `NotPermitted`."""
    if not CannedAnswer.objects.editable_by(by).filter(pk=answer.pk).exists():
        raise NotPermitted("Only a supervisor changes what the office shares.")
    _note("removed a canned answer", answer, by, now)
    answer.delete()


def _sound(new: NewAnswer) -> dict[str, str]:
    if not new.title.strip() or len(new.title) > LONGEST_TITLE:
        raise RuleError(f"Give it a name of at most {LONGEST_TITLE} letters.", field="title")
    tags = [tag for tag, _name in LANGUAGES]
    texts = {tag: new.texts.get(tag, "").replace("\r\n", "\n").strip() for tag in tags}
    texts = {tag: text for tag, text in texts.items() if text}
    if not texts:
        raise RuleError("Write it in at least one language.", field="text_en")
    for tag, text in texts.items():
        if len(text) > LONGEST_TEXT or "\0" in text:
            raise RuleError(f"Write {LONGEST_TEXT:,} letters at most.", field=f"text_{tag}")
        for found in _BRACES.findall(text):
            if not _KNOWN.fullmatch(found):
                names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
                raise RuleError(
                    f"{found[:40]} cannot be filled in. There are {names}.", field=f"text_{tag}"
                )
    return texts


def _require_place(office: Office | None, by: User) -> None:
    if office is not None and not CannedAnswer.offices_of(by).filter(pk=office.pk).exists():
        raise NotPermitted("Only a supervisor changes what the office shares.", field="office")
    rows = CannedAnswer.objects.filter(office=office, owner=None if office else by)
    if rows.count() >= MOST:
        raise RuleError(f"There are {MOST} already. Remove one that nobody uses.")


def _note(verb: str, answer: CannedAnswer, by: User, now: datetime) -> None:
    shared = {"office": str(answer.office.public_id)} if answer.office else {}
    record(verb, ("canned answer", answer.public_id), by=by.actor, now=now, facts={**shared})


def answers_for(participant: Participant, user: User) -> list[Answer]:
    """Those in the participant's language first; of each one's own, the office's, the shipped."""
    rows = CannedAnswer.objects.for_thread(participant, user)
    found = [
        Answer(f"{row.public_id}:{tag}", row.title, tag, text, row.whose)
        for row in rows
        for tag, text in row.texts.items()
    ]
    for one in SHIPPED:
        for tag, _name in LANGUAGES:
            with override(tag):
                found.append(Answer(f"{one.slug}:{tag}", one.title, tag, str(one.text), "shipped"))
    order = [participant.language, "en", *(tag for tag, _name in LANGUAGES)]
    return sorted(found, key=lambda answer: order.index(answer.language))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Known placeholders that have a value; the rest stays to be seen and written by hand.

    A value is never read again: braces in a name fill nothing.
    """
    return _KNOWN.sub(lambda found: values.get(found[1]) or found[0], text)


def unfilled(text: str) -> list[str]:
    """Placeholders that nobody has replaced yet."""
    return [found[0] for found in _KNOWN.finditer(text)]
